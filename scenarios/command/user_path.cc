#include "scenarios/command/user_path.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/source_text.h"

namespace scenarios {
namespace {

namespace fs = std::filesystem;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The root of the repository, or "" if Bazel did not start this program.
std::string Root() { return Variable("BUILD_WORKSPACE_DIRECTORY"); }

// A scenario says so in its first lines.
bool IsScenario(const std::string& path) {
  const absl::StatusOr<std::string> text = faults::ReadFile(path);
  return text.ok() && absl::StrContains(*text, "# proto-message: settle.Scenario\n");
}

// `path` if it exists, else the file of that name in the root of the repository.
std::string FindFromRoot(const std::string& path) {
  if (fs::exists(path) || Root().empty() || fs::path(path).is_absolute()) return path;
  const fs::path there = fs::path(Root()) / path;
  return fs::exists(there) ? there.string() : path;
}

bool IsRepro(absl::string_view name) { return absl::EndsWith(name, ".repro.textproto"); }

// Texts beneath `folder`, sorted; not in what is hidden, nor where results are kept unless
// those are wanted.
std::vector<std::string> FindTexts(const std::string& folder, bool repros) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    const bool kept = name == "out" && !repros;
    if (entry->is_directory(error) && (absl::StartsWith(name, ".") || kept)) {
      entry.disable_recursion_pending();
    }
    if (entry->is_regular_file(error) && absl::EndsWith(name, ".textproto") &&
        IsRepro(name) == repros) {
      found.push_back(entry->path().lexically_normal());
    }
  }
  std::stable_sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<std::string> FindTexts(const std::string& folder) {
  return FindTexts(folder, /*repros=*/false);
}

std::vector<std::string> FindRepros(const std::string& folder) {
  return FindTexts(folder, /*repros=*/true);
}

absl::Status GoWhereTheUserIs() {
  std::string folder = Variable("SETTLE_CWD");
  if (folder.empty()) folder = Variable("BUILD_WORKING_DIRECTORY");
  if (folder.empty() || chdir(folder.c_str()) == 0) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(folder, ": ", std::strerror(errno)));
}

absl::Status CheckReadable(const std::string& path) {
  if (fs::is_directory(path)) return absl::NotFoundError(absl::StrCat(path, ": is a folder"));
  if (access(path.c_str(), R_OK) != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  if (!fs::is_regular_file(path)) {
    return absl::NotFoundError(absl::StrCat(path, ": is no regular file"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> FindScenarioOf(const std::string& repro_file,
                                           const std::string& scenario) {
  const std::string here = FindFromRoot(scenario);
  if (fs::exists(here)) return here;
  std::error_code error;
  const fs::path beside = fs::absolute(repro_file, error).lexically_normal().parent_path();
  for (fs::path folder : {beside, fs::current_path(error)}) {
    for (; fs::path(scenario).is_relative(); folder = folder.parent_path()) {
      if (fs::exists(folder / scenario)) return (folder / scenario).lexically_normal().string();
      if (folder == folder.parent_path()) break;
    }
  }
  const fs::path copy = beside / fs::path(scenario).filename();
  if (fs::exists(copy)) return copy.string();
  return absl::NotFoundError(
      absl::StrCat(repro_file, ": its scenario ", scenario,
                   " is neither here nor beside the file, nor in a folder above either"));
}

std::string FromRoot(const std::string& path) {
  if (Root().empty()) return path;
  std::error_code error;
  const fs::path relative = fs::absolute(path, error)
                                .lexically_normal()
                                .lexically_relative(fs::path(Root()).lexically_normal());
  const std::string text = relative.string();
  return text.empty() || absl::StartsWith(text, "..") ? path : text;
}

absl::StatusOr<std::vector<std::string>> FindScenarios(const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      if (absl::Status status = CheckReadable(path); !status.ok()) return status;
      found.push_back(path);
      continue;
    }
    for (std::string& text : FindTexts(path)) {
      if (IsScenario(text)) found.push_back(std::move(text));
    }
  }
  return found;
}

std::string ThisCommand(absl::string_view program) {
  return Root().empty() ? std::string(program) : ThisTarget();
}

std::string ThisTarget() {
  // ".../bazel-out/k8-fastbuild/bin/my/command" is the target //my:command.
  std::error_code error;
  const std::string self = fs::read_symlink("/proc/self/exe", error);
  const size_t out = self.find("/bazel-out/");
  const size_t bin = out == std::string::npos ? out : self.find("/bin/", out);
  if (bin == std::string::npos) return "./bazelw run //:settle --";
  const fs::path target = self.substr(bin + 5);
  return absl::StrCat("./bazelw run //", target.parent_path().string(), ":",
                      target.filename().string(), " --");
}

}  // namespace scenarios
