#include "scenarios/search/corpus_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "scenarios/search/prepared.h"
#include "sim/storage/sqlite_library.h"

namespace scenarios {
namespace {

using absl::StrCat;

constexpr uint32_t kApplication = 0x5365746c;  // "Setl"
constexpr uint32_t kVersion = 3;

// https://www.sqlite.org/fileformat2.html: the database header, and the lock bytes.
constexpr size_t kHeaderSize = 100;
constexpr char kMagic[] = "SQLite format 3";  // and its zero
constexpr size_t kVersionAt = 60;
constexpr size_t kApplicationAt = 68;
constexpr off_t kFirstLockByte = 0x40000000;
constexpr off_t kLockBytes = 512;

// Hashes of names stand for them, so that corpora of many machines can be put together.
constexpr char kTables[] = R"(
CREATE TABLE scenario(
  hash INTEGER NOT NULL PRIMARY KEY,
  path TEXT NOT NULL,
  text TEXT NOT NULL);
CREATE TABLE build(
  hash INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL);
-- verdict: 0 its process died, 1 held, 2 not exercised, 3 inconclusive, 4 violated
CREATE TABLE seed_run(
  scenario INTEGER NOT NULL,
  build INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  verdict INTEGER NOT NULL,
  events INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  PRIMARY KEY(scenario, build, seed)) WITHOUT ROWID;
-- first_build, first_seed: where it was met first; pins: faults of the repro
-- status: 0 fixed, 1 drifted, 2 failing
CREATE TABLE violation(
  scenario INTEGER NOT NULL,
  signature TEXT NOT NULL,
  check_name TEXT NOT NULL,
  finding TEXT NOT NULL,
  first_build INTEGER NOT NULL,
  first_seed INTEGER NOT NULL,
  pins INTEGER NOT NULL,
  repro TEXT NOT NULL,
  status INTEGER NOT NULL,
  PRIMARY KEY(scenario, signature)) WITHOUT ROWID;
)";

// What version 2 has besides: the signatures of a failure before it was made small, with blanks
// between them.
constexpr char kVersion2[] =
    "ALTER TABLE violation ADD COLUMN preliminary TEXT NOT NULL DEFAULT '';";

// Version 3 has besides: what guided searches know.
constexpr char kVersion3[] = R"(
-- hits: in how many runs, rounded down to a power of two
CREATE TABLE coverage(
  scenario INTEGER NOT NULL,
  build INTEGER NOT NULL,
  feature INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY(scenario, build, feature)) WITHOUT ROWID;
-- made: how many runs the guided search from that seed has made; state: all it knew after
-- the last of them that was a multiple of so many, as guided.proto says
CREATE TABLE guided(
  scenario INTEGER NOT NULL,
  build INTEGER NOT NULL,
  base_seed INTEGER NOT NULL,
  made INTEGER NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY(scenario, build, base_seed));
)";

absl::Status Refused(const std::string& path, absl::string_view why) {
  return absl::UnavailableError(StrCat(path, ": ", why));
}

// SQLite says in several lines what is damaged.
absl::Status Unsound(const std::string& path, absl::string_view why) {
  const std::string line = absl::StrReplaceAll(why, {{"\n", " "}});
  return Refused(path, StrCat(line, "; it was left as it is"));
}

uint32_t Integer(const std::string& header, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(header[at + i]);
  return value;
}

// Whether a file with that beginning is a corpus that this program knows. Asked before
// SQLite is: it would play back what another program has left half done.
absl::Status CheckHeader(const std::string& path, const std::string& header) {
  if (header.empty()) return absl::OkStatus();  // Somebody has begun one.
  if (header.size() < kHeaderSize || header.compare(0, sizeof(kMagic), kMagic, sizeof(kMagic))) {
    return Unsound(path, "is no corpus, nor any SQLite database");
  }
  if (Integer(header, kApplicationAt) != kApplication) {
    return Unsound(path, "is no corpus, but an SQLite database of another program");
  }
  const uint32_t version = Integer(header, kVersionAt);
  if (version > kVersion) {
    return Unsound(path, StrCat("was written by a newer settle, corpus version ", version,
                                "; this one knows ", kVersion));
  }
  return absl::OkStatus();
}

// " by process 4711 (settle fuzz pay.textproto)", if the system knows.
std::string User(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kFirstLockByte;
  lock.l_len = kLockBytes;
  const bool known = fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
  close(file);
  if (!known) return "";
  std::ifstream words(StrCat("/proc/", lock.l_pid, "/cmdline"));
  std::string line{std::istreambuf_iterator<char>(words), {}};
  std::replace(line.begin(), line.end(), '\0', ' ');
  absl::StripAsciiWhitespace(&line);
  return StrCat(" by process ", lock.l_pid, line.empty() ? "" : StrCat(" (", line, ")"));
}

absl::Status CheckFolder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
  return Refused(path, StrCat("its folder cannot be written: ", std::strerror(errno)));
}

// An open file that is not yet known to be sound. Until it is, nothing is written to it,
// and what SQLite puts beside it goes again.
class Opened {
 public:
  Opened(const std::string& path, bool create) : path_(path), log_(path + "-wal") {
    had_log_ = access(log_.c_str(), F_OK) == 0;
    sqlite3* connection = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    result_ = sqlite3_open_v2(path.c_str(), &connection, flags, "unix");
    connection_.reset(connection);
    if (result_ == SQLITE_OK) Set(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
  }

  absl::StatusOr<Connection> Check() {
    absl::Status status = Sound();
    if (status.ok()) {
      Set(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0);
      return std::move(connection_);
    }
    connection_.reset();
    if (!had_log_) std::remove(log_.c_str());
    if (in_use_)
      return Refused(path_,
                     StrCat("is in use", User(path_), "; one at a time, also to look at it"));
    return status;
  }

 private:
  void Set(int setting, int value) {
    sqlite3_db_config(connection_.get(), setting, value, nullptr);
  }

  absl::Status Run(absl::string_view sql, const std::function<void(const Row&)>& row = nullptr) {
    absl::Status status = RunSql(connection_.get(), sql, {}, row);
    const int code = sqlite3_errcode(connection_.get());
    in_use_ = in_use_ || code == SQLITE_BUSY || code == SQLITE_LOCKED;
    return status;
  }

  absl::Status Sound() {
    if (result_ != SQLITE_OK) return Refused(path_, sqlite3_errmsg(connection_.get()));
    if (sqlite3_db_readonly(connection_.get(), "main") == 1) {
      return Refused(path_, "cannot be written");
    }
    uint64_t version = 0;
    std::string damage;
    absl::Status status = Run("PRAGMA locking_mode = EXCLUSIVE");
    // A lock that is taken stays.
    if (status.ok()) status = Run("BEGIN EXCLUSIVE");
    if (status.ok()) {
      status = Run("PRAGMA user_version", [&](const Row& row) { version = row.number(0); });
    }
    if (status.ok() && version < kVersion) {
      status = ExecuteSql(connection_.get(),
                          StrCat(version < 1 ? kTables : "", version < 2 ? kVersion2 : "",
                                 kVersion3, "PRAGMA application_id = ", kApplication,
                                 "; PRAGMA user_version = ", kVersion, ";"));
    }
    if (status.ok()) status = Run("COMMIT");
    if (status.ok()) {
      status = Run("PRAGMA integrity_check(1)", [&](const Row& row) { damage = row.text(0); });
    }
    if (status.ok() && damage == "ok")
      status = Run("SELECT count(*) FROM violation, build WHERE 0");
    if (!status.ok() && !in_use_) return Unsound(path_, StrCat("is damaged: ", status.message()));
    if (status.ok() && damage != "ok") return Unsound(path_, StrCat("is damaged: ", damage));
    // Nothing that was committed is lost with this process; with the machine, the last may be.
    if (status.ok()) status = Run("PRAGMA journal_mode = WAL");
    if (status.ok()) status = Run("PRAGMA synchronous = NORMAL");
    return status.ok() ? status : Refused(path_, status.message());
  }

  const std::string path_;
  const std::string log_;
  bool had_log_ = false;
  bool in_use_ = false;
  int result_ = SQLITE_OK;
  Connection connection_;
};

}  // namespace

absl::StatusOr<Connection> OpenCorpusFile(const std::string& path, IfMissing missing) {
  // This may be the first connection of the process, which fixes how SQLite works.
  sim::StartSqlite();
  const bool exists = access(path.c_str(), F_OK) == 0;
  if (!exists && missing == IfMissing::kRefuse) {
    return absl::NotFoundError(StrCat(path, ": there is no such corpus"));
  }
  if (exists) {
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path)) {
      return Refused(path, std::filesystem::is_directory(path) ? "is a folder, no corpus"
                                                               : std::strerror(errno));
    }
    std::string header(kHeaderSize, '\0');
    file.read(header.data(), static_cast<std::streamsize>(header.size()));
    header.resize(static_cast<size_t>(file.gcount()));
    if (absl::Status status = CheckHeader(path, header); !status.ok()) return status;
  }
  if (absl::Status status = CheckFolder(path); !status.ok()) return status;
  return Opened(path, /*create=*/!exists).Check();
}

}  // namespace scenarios
