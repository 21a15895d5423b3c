#include "scenarios/command/interrupt.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace scenarios {
namespace {

// In which results are written; after that, something must hang.
constexpr int kSecondsToKeepResults = 5;

constexpr char kWhoseBug[] =
    ". This is a bug of settle or of how a component is wired, not a finding about it.\n";

volatile sig_atomic_t caught = 0;
volatile sig_atomic_t caught_at = 0;  // in seconds since the machine started

// Made before each run: in a handler no memory can be allocated.
char last_words[1024];
volatile sig_atomic_t last_words_size = 0;

void SayLastWords(int) {
  const ssize_t ignored = write(STDERR_FILENO, last_words, last_words_size);
  (void)ignored;
  _exit(kExitInternal);
}

void SetLastWords(absl::string_view text) {
  const size_t size = std::min(text.size(), sizeof(last_words));
  last_words_size = 0;
  std::memcpy(last_words, text.data(), size);
  last_words_size = static_cast<sig_atomic_t>(size);
}

void Handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigaction(signal, &action, nullptr);
}

void Remember(int signal) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto seconds = static_cast<sig_atomic_t>(now.tv_sec);
  if (caught == 0) {
    caught_at = seconds;
    caught = signal;
  } else if (seconds - caught_at > kSecondsToKeepResults) {
    Handle(signal, SIG_DFL);
    raise(signal);
  }
}

}  // namespace

void KeepResultsWhenInterrupted() {
  Handle(SIGINT, Remember);
  Handle(SIGTERM, Remember);
}

void InstallSignalHandlers() {
  Handle(SIGXFSZ, SIG_IGN);
  Handle(SIGPIPE, SIG_IGN);
  SetLastWords("settle: internal error. This is a bug of settle, not a finding.\n");
  Handle(SIGABRT, SayLastWords);
}

ExitCode Interrupted() {
  return caught == SIGINT ? kExitInterrupted : caught == SIGTERM ? kExitTerminated : kExitOk;
}

void NowRunning(absl::string_view scenario, uint64_t seed) {
  SetLastWords(absl::StrCat("settle: internal error in seed ", seed, " of ", scenario, kWhoseBug,
                            "  again:   settle replay ", scenario, "@", seed, "\n"));
}

void NowExploring(absl::string_view scenario, uint64_t seed) {
  SetLastWords(absl::StrCat("settle: internal error in seed ", seed, " of ", scenario,
                            ", under faults that are named below", kWhoseBug));
}

}  // namespace scenarios
