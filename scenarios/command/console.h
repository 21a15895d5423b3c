// Console: results on stdout, all else on stderr.
//
// With --json stdout has one JSON object a line and nothing else; what a person
// would read goes to stderr.

#ifndef SCENARIOS_COMMAND_CONSOLE_H_
#define SCENARIOS_COMMAND_CONSOLE_H_

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace scenarios {

class Console {
 public:
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::string color = "auto";     // "always", "never"
  std::string progress = "auto";  // "plain", "none"

  // A result, for people.
  void Print(absl::string_view text);

  // A result, for programs: one line, without its end. Nothing without --json.
  void PrintJson(absl::string_view line);

  // "settle: TEXT\n" on stderr.
  void Complain(absl::string_view text);

  // Lines on stderr that need no "settle:", such as diagnostics.
  void Say(absl::string_view text);

  // Whether what Print writes is coloured: as asked, else NO_COLOR and
  // CLICOLOR_FORCE, else on terminals.
  bool Colored() const;

  // Unavailable if stdout did not take everything, such as a full disk. OK if its
  // reader has gone, as in `settle list | head`: it has seen what it wanted.
  absl::Status Flush();

 private:
  void Write(std::FILE* file, absl::string_view text);
  void FlushStdout();

  int error_ = 0;  // the first that stdout met, as errno
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_CONSOLE_H_
