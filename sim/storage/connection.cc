#include "sim/storage/connection.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "sim/storage/sqlite_library.h"
#include "sim/storage/sqlite_vfs.h"
#include "sim/storage/statement.h"

namespace sim {
namespace {

constexpr char kFirstRead[] = "SELECT 1 FROM sqlite_schema LIMIT 1";

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(Disk& disk, absl::string_view file,
                                                             absl::string_view journal_mode,
                                                             uint64_t seed) {
  StartSqlite();
  SeedSqlite(seed);
  std::unique_ptr<Connection> connection(new Connection(disk, file));
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code =
      sqlite3_open_v2(connection->mount_.path().c_str(), &connection->handle_, flags, kSqliteVfs);
  if (code != SQLITE_OK) return SqliteError(connection->handle_, code, absl::StrCat("open ", file));
  const absl::Status configured = connection->Script(absl::StrCat(
      "PRAGMA page_size = ", kPageSize,
      "; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = ", journal_mode,
      "; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_spill = OFF"));
  if (!configured.ok()) return configured;
  connection->rows_ = std::make_unique<RowWriter>(connection->handle_);
  return connection;
}

Connection::~Connection() {
  rows_.reset();
  for (sqlite3_stmt* statement : {begin_, commit_, rollback_, first_read_}) {
    sqlite3_finalize(statement);
  }
  sqlite3_close_v2(handle_);
}

absl::Status Connection::Start() {
  auto prepare = [this](absl::string_view sql, sqlite3_stmt** statement) -> absl::Status {
    if (*statement != nullptr) return absl::OkStatus();
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, statement, nullptr);
    return code == SQLITE_OK ? absl::OkStatus() : SqliteError(handle_, code, sql);
  };
  if (auto status = prepare("BEGIN", &begin_); !status.ok()) return status;
  if (auto status = prepare("COMMIT", &commit_); !status.ok()) return status;
  if (auto status = prepare("ROLLBACK", &rollback_); !status.ok()) return status;
  if (auto status = prepare(kFirstRead, &first_read_); !status.ok()) return status;
  return FirstRead();
}

// Plays back the journal of a commit that was cut.
absl::Status Connection::FirstRead() {
  const int code = sqlite3_step(first_read_);
  const bool read = code == SQLITE_ROW || code == SQLITE_DONE;
  const absl::Status status = read ? absl::OkStatus() : SqliteError(handle_, code, kFirstRead);
  sqlite3_reset(first_read_);
  return status;
}

void Connection::Forget() {
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_RESET_CACHE, nullptr);
}

absl::Status Connection::Detach(Disk& disk, absl::string_view file) {
  // First the disk, so that nothing is written any more to the one that it leaves.
  mount_.Move(disk, file);
  if (in_transaction()) Rollback().IgnoreError();
  Forget();
  // Once a lock has been given up, the next read looks for a journal and at the file.
  if (absl::Status status = Script("PRAGMA locking_mode = NORMAL"); !status.ok()) return status;
  absl::Status status = FirstRead();
  disk.Delete(absl::StrCat(file, "-journal"));
  return status;
}

absl::Status Connection::Attach(Disk& disk, absl::string_view file, uint64_t seed) {
  SeedSqlite(seed);
  sqlite3_set_last_insert_rowid(handle_, 0);
  mount_.Move(disk, file);
  Forget();
  return Script("PRAGMA locking_mode = EXCLUSIVE");
}

absl::Status Connection::Script(absl::string_view sql) {
  const std::string text(sql);
  const int code = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(handle_, code, sql);
}

absl::Status Connection::Commit() {
  const absl::Status status = Run(commit_, "COMMIT");
  // What comes after the point of no return writes nothing that could need room.
  const bool full = (sqlite3_errcode(handle_) & 0xff) == SQLITE_FULL;
  if (status.ok() || full) return status;
  return absl::UnknownError(status.message());
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

absl::Status Connection::Run(sqlite3_stmt* statement, absl::string_view sql) {
  const int code = sqlite3_step(statement);
  const absl::Status status =
      code == SQLITE_DONE ? absl::OkStatus() : SqliteError(handle_, code, sql);
  sqlite3_reset(statement);
  return status;
}

}  // namespace sim
