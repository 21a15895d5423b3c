// Progress: how far a campaign is, on stderr; see progress_line.h.

#ifndef SCENARIOS_COMMAND_PROGRESS_H_
#define SCENARIOS_COMMAND_PROGRESS_H_

#include <cstdint>
#include <string>

#include "reports/result.pb.h"
#include "scenarios/command/console.h"
#include "scenarios/command/progress_line.h"

namespace scenarios {

class Progress {
 public:
  // `total`: seeds that are to run.
  Progress(const Console& console, std::string name, uint64_t total);

  void Ran(const settle::RunResult& run);

  int64_t elapsed_nanos() const { return line_.elapsed_nanos(); }

 private:
  std::string Text() const;

  ProgressLine line_;
  const std::string name_;
  const uint64_t total_;
  uint64_t ran_ = 0;
  uint64_t violated_ = 0;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_PROGRESS_H_
