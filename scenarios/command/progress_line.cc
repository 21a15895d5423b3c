#include "scenarios/command/progress_line.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace scenarios {
namespace {

constexpr uint64_t kBarWidth = 24;

}  // namespace

ProgressLine::ProgressLine(const Console& console) {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  if (console.quiet || console.progress == "none") {
    form_ = Form::kNone;
  } else {
    form_ = terminal && console.progress == "auto" ? Form::kBar : Form::kLines;
  }
}

ProgressLine::~ProgressLine() { Remove(); }

void ProgressLine::Remove() {
  if (form_ == Form::kBar) std::fputs("\r\x1b[K", stderr);
}

void ProgressLine::Show(uint64_t done, uint64_t total, const std::function<std::string()>& line) {
  const Clock::time_point now = Clock::now();
  if (form_ == Form::kBar && now - shown_ > std::chrono::milliseconds(100)) {
    const uint64_t filled = total == 0 ? 0 : std::min(done, total) * kBarWidth / total;
    std::fprintf(stderr, "\r\x1b[K%s%s %s", std::string(filled, '#').c_str(),
                 std::string(kBarWidth - filled, '.').c_str(), line().c_str());
    std::fflush(stderr);
    shown_ = now;
  } else if (form_ == Form::kLines && now - shown_ > std::chrono::seconds(10)) {
    std::fprintf(stderr, "%s\n", line().c_str());
    shown_ = now;
  }
}

int64_t ProgressLine::elapsed_nanos() const {
  return std::chrono::nanoseconds(Clock::now() - begun_).count();
}

}  // namespace scenarios
