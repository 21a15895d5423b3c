// GeneratedIds: no id of AUTOINCREMENT is given to two open transactions.
//
// SQLite takes the next id from sqlite_sequence, which knows nothing of inserts
// that are parked. So the highest id that anyone was given is remembered, and
// raised there before an insert. As in MySQL an id is not given again when its
// transaction is rolled back, except after a crash.

#ifndef SIM_STORAGE_GENERATED_IDS_H_
#define SIM_STORAGE_GENERATED_IDS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "sim/storage/commit.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sim {

class GeneratedIds {
 public:
  GeneratedIds(sqlite3* connection, size_t tables) : connection_(connection), of_(tables) {}
  GeneratedIds(const GeneratedIds&) = delete;
  GeneratedIds& operator=(const GeneratedIds&) = delete;
  ~GeneratedIds();

  // Before an INSERT into `table`, inside a transaction of SQLite.
  absl::Status Raise(const TableInfo& table);

  // `change` was made in SQLite's transaction, or will be when a branch that was
  // prepared in an earlier life commits.
  void Made(const RowChange& change);
  void Expect(const RowChange& change);

  // SQLite's open transaction has been rolled back, or committed.
  void Undone();
  void Kept();

 private:
  struct Sequence {
    int64_t given = 0;    // to anyone
    int64_t durable = 0;  // at least this is in sqlite_sequence,
    int64_t now = 0;      // and this in SQLite's open transaction
  };

  Sequence* Of(const RowChange& change, int64_t& id);

  sqlite3* const connection_;
  sqlite3_stmt* raise_ = nullptr;
  std::vector<Sequence> of_;  // by the number of the table
};

}  // namespace sim

#endif  // SIM_STORAGE_GENERATED_IDS_H_
