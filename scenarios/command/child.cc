#include "scenarios/command/child.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace scenarios {
namespace {

constexpr char kSelf[] = "/proc/self/exe";
constexpr int kCouldNotStart = 127;

// Between fork and exec only calls that are safe in a signal handler.
[[noreturn]] void Become(char* const* argv, Addresses addresses) {
  if (addresses == Addresses::kNotRandomized) {
    const int now = personality(0xffffffff);
    if (now == -1 || personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) == -1) {
      _exit(kCouldNotStart);
    }
  }
  const int null = open("/dev/null", O_WRONLY);
  if (null >= 0) dup2(null, STDOUT_FILENO);
  // Its own group: Ctrl-C ends the campaign between two seeds, not its child.
  setpgid(0, 0);
  execv(kSelf, argv);
  _exit(kCouldNotStart);
}

}  // namespace

absl::StatusOr<int> RunChild(const std::vector<std::string>& arguments, Addresses addresses) {
  std::vector<std::string> words = {"settle"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t child = fork();
  if (child == -1) {
    return absl::UnavailableError(absl::StrCat("cannot fork: ", std::strerror(errno)));
  }
  if (child == 0) Become(argv.data(), addresses);
  int state = 0;
  while (waitpid(child, &state, 0) == -1) {
    if (errno != EINTR) {
      return absl::UnavailableError(absl::StrCat("cannot wait: ", std::strerror(errno)));
    }
  }
  if (WIFSIGNALED(state)) return 128 + WTERMSIG(state);
  if (WEXITSTATUS(state) == kCouldNotStart) {
    return absl::UnavailableError("cannot start this program again from /proc/self/exe");
  }
  return WEXITSTATUS(state);
}

}  // namespace scenarios
