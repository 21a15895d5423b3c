#include "scenarios/command/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace scenarios {

absl::StatusOr<TemporaryFolder> TemporaryFolder::Make() {
  const char* parent = nullptr;
  for (const char* variable : {"TEST_TMPDIR", "TMPDIR"}) {
    if (parent == nullptr || *parent == '\0') parent = std::getenv(variable);
  }
  std::string path =
      absl::StrCat(parent == nullptr || *parent == '\0' ? "/tmp" : parent, "/settle.XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace scenarios
