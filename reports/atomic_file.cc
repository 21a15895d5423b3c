#include "reports/atomic_file.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace reports {
namespace {

absl::Status Error(const std::string& path, int error) {
  return absl::UnavailableError(absl::StrCat(path, ": ", std::generic_category().message(error)));
}

}  // namespace

AtomicFile::AtomicFile(std::string path)
    : path_(std::move(path)),
      temporary_(absl::StrCat(path_, ".", getpid(), ".partial")),
      file_(std::fopen(temporary_.c_str(), "wb")) {
  if (file_ == nullptr) Fail();
}

AtomicFile::~AtomicFile() { Discard(); }

void AtomicFile::Append(absl::string_view text) {
  if (file_ == nullptr) return;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) Fail();
}

absl::Status AtomicFile::Commit() {
  // Synced before it gets its name: else a power cut could leave it empty.
  if (file_ != nullptr && (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0)) Fail();
  if (file_ != nullptr) {
    if (std::fclose(std::exchange(file_, nullptr)) != 0) Fail();
  }
  if (status_.ok() && std::rename(temporary_.c_str(), path_.c_str()) != 0) Fail();
  if (!status_.ok()) Discard();
  return status_;
}

void AtomicFile::Fail() {
  if (status_.ok()) status_ = Error(path_, errno);
}

void AtomicFile::Discard() {
  if (file_ != nullptr) std::fclose(std::exchange(file_, nullptr));
  std::remove(temporary_.c_str());
}

absl::Status WriteAtomically(const std::string& path, absl::string_view text) {
  AtomicFile file(path);
  file.Append(text);
  return file.Commit();
}

absl::Status MakeWritableDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error(path, error.value());
  // access() would not tell of a full disk.
  const std::string probe = absl::StrCat(path, "/.probe.", getpid());
  if (absl::Status status = WriteAtomically(probe, "writable\n"); !status.ok()) {
    return absl::UnavailableError(absl::StrCat(path, absl::StripPrefix(status.message(), probe)));
  }
  std::remove(probe.c_str());
  return absl::OkStatus();
}

}  // namespace reports
