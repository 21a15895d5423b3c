// TemporaryFolder: a folder that goes, with all that is in it, when it is no
// longer needed. In TEST_TMPDIR, else TMPDIR, else /tmp.

#ifndef SCENARIOS_COMMAND_TEMPORARY_FOLDER_H_
#define SCENARIOS_COMMAND_TEMPORARY_FOLDER_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace scenarios {

class TemporaryFolder {
 public:
  // Unavailable with the system's reason.
  static absl::StatusOr<TemporaryFolder> Make();
  TemporaryFolder(TemporaryFolder&& other) : path_(std::exchange(other.path_, "")) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_TEMPORARY_FOLDER_H_
