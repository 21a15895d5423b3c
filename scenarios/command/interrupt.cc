#include "scenarios/command/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace scenarios {
namespace {

volatile sig_atomic_t caught = 0;

// Made before each run: in a handler no memory can be allocated.
char last_words[1024];
volatile sig_atomic_t last_words_size = 0;

void Remember(int signal) { caught = signal; }

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

void Handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void KeepResultsWhenInterrupted() {
  Handle(SIGINT, Remember, static_cast<int>(SA_RESETHAND));
  Handle(SIGTERM, Remember, static_cast<int>(SA_RESETHAND));
}

void InstallSignalHandlers() {
  Handle(SIGXFSZ, SIG_IGN, 0);
  Handle(SIGPIPE, SIG_IGN, 0);
  SetLastWords("settle: internal error. This is a bug of settle, not a finding.\n");
  Handle(SIGABRT, SayLastWords, 0);
}

ExitCode Interrupted() {
  return caught == SIGINT ? kExitInterrupted : caught == SIGTERM ? kExitTerminated : kExitOk;
}

void NowRunning(absl::string_view scenario, uint64_t seed) {
  SetLastWords(absl::StrCat("settle: internal error in seed ", seed, " of ", scenario,
                            ". This is a bug of settle or of how a component is wired, not a "
                            "finding about it.\n  again:   settle replay ",
                            scenario, "@", seed, "\n"));
}

}  // namespace scenarios
