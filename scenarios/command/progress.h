// Progress: how far a campaign is, on stderr: a bar that is redrawn on a
// terminal, a line every ten seconds elsewhere. Wall time enters here, and
// nowhere into a result.

#ifndef SCENARIOS_COMMAND_PROGRESS_H_
#define SCENARIOS_COMMAND_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "reports/result.pb.h"
#include "scenarios/command/console.h"

namespace scenarios {

class Progress {
 public:
  // `total`: seeds that are to run.
  Progress(const Console& console, std::string name, uint64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // removes the bar

  void Ran(const settle::RunResult& run);

  int64_t elapsed_nanos() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::string Line() const;

  enum class Form { kBar, kLines, kNone };
  Form form_;
  const std::string name_;
  const uint64_t total_;
  uint64_t ran_ = 0;
  uint64_t violated_ = 0;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_ = begun_;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_PROGRESS_H_
