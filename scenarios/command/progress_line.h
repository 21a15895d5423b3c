// ProgressLine: how far a command is, on stderr: a bar that is redrawn on a terminal, a
// line every ten seconds elsewhere, nothing if nobody wants it. Wall time enters here,
// and nowhere into a result.

#ifndef SCENARIOS_COMMAND_PROGRESS_LINE_H_
#define SCENARIOS_COMMAND_PROGRESS_LINE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "scenarios/command/console.h"

namespace scenarios {

class ProgressLine {
 public:
  explicit ProgressLine(const Console& console);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();  // removes the bar

  // To be called often: shows `line` once in a while. `done` of `total` fill the bar.
  void Show(uint64_t done, uint64_t total, const std::function<std::string()>& line);

  // Before something else is printed.
  void Remove();

  int64_t elapsed_nanos() const;

 private:
  using Clock = std::chrono::steady_clock;

  enum class Form { kBar, kLines, kNone };
  Form form_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_ = begun_;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_PROGRESS_LINE_H_
