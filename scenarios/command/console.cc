#include "scenarios/command/console.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"

namespace scenarios {
namespace {

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

void Console::Write(std::FILE* file, absl::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file) == text.size()) return;
  if (file == stdout && error_ == 0) error_ = errno == 0 ? EIO : errno;
}

void Console::Print(absl::string_view text) { Write(json ? stderr : stdout, text); }

void Console::PrintJson(absl::string_view line) {
  if (!json) return;
  Write(stdout, line);
  Write(stdout, "\n");
}

void Console::Complain(absl::string_view text) {
  Say(absl::StrCat("settle: ", text, "\n"));
  PrintJson(reports::JsonLine("error", {{"text", std::string(text)}}));
}

void Console::Say(absl::string_view text) {
  FlushStdout();  // Results so far come first where both are one terminal.
  Write(stderr, text);
}

bool Console::Colored() const {
  if (color != "auto") return color == "always";
  if (IsSet("NO_COLOR")) return false;
  const char* force = std::getenv("CLICOLOR_FORCE");
  if (force != nullptr && *force != '\0' && std::strcmp(force, "0") != 0) return true;
  return isatty(json ? STDERR_FILENO : STDOUT_FILENO) == 1;
}

void Console::FlushStdout() {
  if (std::fflush(stdout) != 0 && error_ == 0) error_ = errno;
}

absl::Status Console::Flush() {
  FlushStdout();
  if (error_ == 0 || error_ == EPIPE) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("standard output: ", std::strerror(error_)));
}

}  // namespace scenarios
