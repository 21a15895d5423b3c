// Command: runs the command as a user would, in a folder of its own, and looks at
// what the user sees: exit code, both streams, files.

#ifndef TESTS_END_TO_END_COMMAND_H_
#define TESTS_END_TO_END_COMMAND_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/command/temporary_folder.h"

namespace tests {

inline constexpr int kNoSignal = 0;

struct Seen {
  int code = -1;  // 128 + the signal that ended it, as a shell says
  std::string out;
  std::string err;
};

class Command {
 public:
  // `program` and `texts` are paths in the runfiles; texts are copied into the
  // new folder.
  explicit Command(const std::string& program, const std::string& texts);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  // Waits for it. Its environment is what `variables` says and nothing else.
  Seen Run(const std::vector<std::string>& arguments);

  // Begins it, does `meanwhile` once the file `sign` is there, and sends `signal`, once
  // or more `times`; kNoSignal: then lets it end by itself.
  Seen RunAndSignal(
      const std::vector<std::string>& arguments, const std::string& sign, int signal,
      const std::function<void()>& meanwhile = [] {}, int times = 1);

  // A line of sh, in which "settle" is the command.
  Seen Shell(const std::string& line);

  const std::string& program() const { return program_; }
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  bool Exists(const std::string& name) const;
  std::string Read(const std::string& name) const;
  void Write(const std::string& name, const std::string& text) const;

  // Names of the files beneath `name`, sorted.
  std::vector<std::string> Files(const std::string& name) const;

  std::map<std::string, std::string> variables;

 private:
  pid_t Start(const std::vector<std::string>& words) const;
  Seen Finish(pid_t child) const;

  const std::string program_;
  const scenarios::TemporaryFolder folder_;
};

}  // namespace tests

#endif  // TESTS_END_TO_END_COMMAND_H_
