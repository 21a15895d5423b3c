#include "scenarios/command/progress.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "reports/words.h"

namespace scenarios {

Progress::Progress(const Console& console, std::string name, uint64_t total)
    : line_(console), name_(std::move(name)), total_(total) {}

void Progress::Ran(const settle::RunResult& run) {
  ++ran_;
  if (run.verdict() == settle::VIOLATED) ++violated_;
  line_.Show(ran_, total_, [this] { return Text(); });
}

std::string Progress::Text() const {
  const double seconds = static_cast<double>(elapsed_nanos()) / 1e9;
  return absl::StrFormat("%s  %s of %s seeds  %.3g/s  violated %s", name_, reports::Grouped(ran_),
                         reports::Grouped(total_), static_cast<double>(ran_) / seconds,
                         reports::Grouped(violated_));
}

}  // namespace scenarios
