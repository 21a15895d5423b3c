#include "scenarios/command/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "scenarios/command/exit_code.h"
#include "scenarios/command/interrupt.h"

namespace scenarios {
namespace {

constexpr char kSelf[] = "/proc/self/exe";
constexpr int kCouldNotStart = 127;
// A signal may come just before a wait, and would not end it.
constexpr int kMillisBetweenLooks = 100;
// For a child that is told to end to remove what it has half written.
constexpr int kMillisToEnd = 1000;

// Between fork and exec only calls that are safe in a signal handler.
// The end of `alive` closes with the child, however it ends.
[[noreturn]] void Become(char* const* argv, Addresses addresses, int alive) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  fcntl(alive, F_SETFD, 0);
  if (addresses == Addresses::kNotRandomized) {
    const int now = personality(0xffffffff);
    if (now == -1 || personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) == -1) {
      _exit(kCouldNotStart);
    }
  }
  const int null = open("/dev/null", O_WRONLY);
  if (null >= 0) dup2(null, STDOUT_FILENO);
  // Its own group: Ctrl-C is for the campaign, which then ends its child.
  setpgid(0, 0);
  execv(kSelf, argv);
  _exit(kCouldNotStart);
}

bool HasEnded(int alive, int millis) {
  pollfd polled = {alive, POLLIN, 0};
  return poll(&polled, 1, millis) == 1;
}

// An error says why the child has been told to end before it did.
absl::Status AwaitEnd(pid_t child, int alive, absl::Duration patience) {
  absl::Duration waited;
  while (!HasEnded(alive, kMillisBetweenLooks)) {
    waited += absl::Milliseconds(kMillisBetweenLooks);
    if (Interrupted() == kExitOk && waited < patience) continue;
    kill(child, SIGTERM);
    if (!HasEnded(alive, kMillisToEnd)) kill(child, SIGKILL);
    if (Interrupted() != kExitOk) return absl::CancelledError("interrupted");
    return absl::DeadlineExceededError(
        absl::StrCat("it did not end within ", absl::FormatDuration(patience)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> RunChild(const std::vector<std::string>& arguments, Addresses addresses,
                             absl::Duration patience) {
  std::vector<std::string> words = {"settle"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  int alive[2];
  if (pipe2(alive, O_CLOEXEC) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot make a pipe: ", std::strerror(errno)));
  }
  const pid_t child = fork();
  if (child == 0) Become(argv.data(), addresses, alive[1]);
  close(alive[1]);
  if (child == -1) {
    close(alive[0]);
    return absl::UnavailableError(absl::StrCat("cannot fork: ", std::strerror(errno)));
  }
  const absl::Status ended = AwaitEnd(child, alive[0], patience);
  close(alive[0]);
  int state = 0;
  while (waitpid(child, &state, 0) == -1) {
    if (errno != EINTR) {
      return absl::UnavailableError(absl::StrCat("cannot wait: ", std::strerror(errno)));
    }
  }
  if (!ended.ok()) return ended;
  if (WIFSIGNALED(state)) return 128 + WTERMSIG(state);
  if (WEXITSTATUS(state) == kCouldNotStart) {
    return absl::UnavailableError("cannot start this program again from /proc/self/exe");
  }
  return WEXITSTATUS(state);
}

}  // namespace scenarios
