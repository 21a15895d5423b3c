// AtomicFile: a file that is there whole or not at all.
//
// Written under a temporary name beside its own and renamed when complete, so
// that a reader, a full disk or an interrupt never meets half a result.
//
// Errors carry the path and the system's reason: "out/x.json: No space left on
// device".

#ifndef REPORTS_ATOMIC_FILE_H_
#define REPORTS_ATOMIC_FILE_H_

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace reports {

class AtomicFile {
 public:
  // Errors are kept for Commit().
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();  // without Commit(): nothing was written

  void Append(absl::string_view text);

  // Gives the file its name. After an error it is as if nothing was written.
  absl::Status Commit();

 private:
  void Fail();
  void Discard();

  const std::string path_;
  const std::string temporary_;
  std::FILE* file_;
  absl::Status status_;
};

// All at once.
absl::Status WriteAtomically(const std::string& path, absl::string_view text);

// Creates `path` and its parents where they do not exist, and makes sure that
// files can be written there.
absl::Status MakeWritableDirectory(const std::string& path);

}  // namespace reports

#endif  // REPORTS_ATOMIC_FILE_H_
