// Connection: the one SQLite connection on a database file.
//
// Opened with settings that survive every crash: rollback journal truncated at
// commit, synchronous FULL, EXCLUSIVE locking. Uncommitted pages never reach the
// disk before COMMIT (cache_spill off), nor do temporary files (temp_store).

#ifndef SIM_STORAGE_CONNECTION_H_
#define SIM_STORAGE_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/disk.h"
#include "sim/storage/row_writer.h"
#include "sim/storage/sqlite_vfs.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sim {

class Connection {
 public:
  // Creates the file if there is none. `journal_mode` is "TRUNCATE", except in
  // the test which shows what another one would lose. `seed` is for SQLite's own
  // random numbers, and no two lives of one file may share it: they mark which
  // records of a journal belong together.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(Disk& disk, absl::string_view file,
                                                          absl::string_view journal_mode,
                                                          uint64_t seed);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  sqlite3* handle() const { return handle_; }
  // What it prepares stays prepared, too.
  RowWriter& rows() { return *rows_; }

  // Prepares what Begin, Commit and Rollback run, if that is not done, and recovers the
  // file if its last life ended in a commit. After the write log has been set.
  absl::Status Start();

  // A connection can serve one database after the other, if they have one schema: what
  // was prepared stays prepared, and nothing that was read is remembered.
  //
  // Leaves its file as a crash would, whatever it was doing, for `file` of an idle
  // `disk`. If this fails it is of no use any more.
  absl::Status Detach(Disk& disk, absl::string_view file);
  // After Detach(): goes on with `file` of `disk`. Start() comes next.
  absl::Status Attach(Disk& disk, absl::string_view file, uint64_t seed);

  // Several statements without values or results.
  absl::Status Script(absl::string_view sql);

  absl::Status Begin() { return Run(begin_, "BEGIN"); }
  // UNAVAILABLE: the disk was full before the commit could take effect, and it is
  // rolled back. UNKNOWN: any other error; it may have happened.
  absl::Status Commit();
  absl::Status Rollback() { return Run(rollback_, "ROLLBACK"); }

  // Around something that is undone at once, inside a transaction.
  absl::Status Savepoint() { return Script("SAVEPOINT probe"); }
  absl::Status RollbackToSavepoint() { return Script("ROLLBACK TO probe; RELEASE probe"); }

  bool in_transaction() const;

 private:
  Connection(Disk& disk, absl::string_view file) : mount_(disk, file) {}
  absl::Status Run(sqlite3_stmt* statement, absl::string_view sql);
  absl::Status FirstRead();
  void Forget();

  Mount mount_;
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* rollback_ = nullptr;
  sqlite3_stmt* first_read_ = nullptr;
  std::unique_ptr<RowWriter> rows_;
};

}  // namespace sim

#endif  // SIM_STORAGE_CONNECTION_H_
