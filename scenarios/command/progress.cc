#include "scenarios/command/progress.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/words.h"

namespace scenarios {
namespace {

constexpr int kBarWidth = 24;

}  // namespace

Progress::Progress(const Console& console, std::string name, uint64_t total)
    : name_(std::move(name)), total_(total) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  if (console.quiet || console.progress == "none") {
    form_ = Form::kNone;
  } else {
    form_ = terminal && console.progress == "auto" ? Form::kBar : Form::kLines;
  }
}

Progress::~Progress() {
  if (form_ == Form::kBar) std::fputs("\r\x1b[K", stderr);
}

void Progress::Ran(const settle::RunResult& run) {
  ++ran_;
  if (run.verdict() == settle::VIOLATED) ++violated_;
  const Clock::time_point now = Clock::now();
  if (form_ == Form::kBar && now - shown_ > std::chrono::milliseconds(100)) {
    const int filled = static_cast<int>(ran_ * kBarWidth / total_);
    std::fprintf(stderr, "\r\x1b[K%s%s %s", std::string(filled, '#').c_str(),
                 std::string(kBarWidth - filled, '.').c_str(), Line().c_str());
    std::fflush(stderr);
    shown_ = now;
  } else if (form_ == Form::kLines && now - shown_ > std::chrono::seconds(10)) {
    std::fprintf(stderr, "%s\n", Line().c_str());
    shown_ = now;
  }
}

int64_t Progress::elapsed_nanos() const {
  return std::chrono::nanoseconds(Clock::now() - begun_).count();
}

std::string Progress::Line() const {
  const double seconds = static_cast<double>(elapsed_nanos()) / 1e9;
  return absl::StrFormat("%s  %s of %s seeds  %.3g/s  violated %s", name_, reports::Grouped(ran_),
                         reports::Grouped(total_), static_cast<double>(ran_) / seconds,
                         reports::Grouped(violated_));
}

}  // namespace scenarios
