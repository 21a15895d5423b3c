// WriteLog: every row that a connection changes, in order, as it happens.
//
// Fed by SQLite's preupdate hook, which is set for the whole life of the
// connection and before its first statement is prepared: a DELETE without WHERE
// prepared earlier would not report its rows. Rows are identified by their
// declared key, never by SQLite's rowid. SQLite reports rows of a statement that
// fails afterwards, and is silent about rolling back; the owner truncates.

#ifndef SIM_STORAGE_WRITE_LOG_H_
#define SIM_STORAGE_WRITE_LOG_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "sim/storage/commit.h"

struct sqlite3;
struct sqlite3_value;

namespace sim {

class WriteLog {
 public:
  // `tables`, in the order of their names, outlive this.
  WriteLog(sqlite3* connection, const std::vector<TableInfo>& tables);
  WriteLog(const WriteLog&) = delete;
  WriteLog& operator=(const WriteLog&) = delete;

  // Changes from here on belong to statement number `statement`.
  void set_statement(size_t statement) { statement_ = static_cast<int>(statement); }

  size_t size() const { return changes_.size(); }
  void Truncate(size_t size) { changes_.erase(changes_.begin() + size, changes_.end()); }
  std::vector<RowChange> Take() { return std::exchange(changes_, {}); }

 private:
  static void OnChange(void* self, sqlite3*, int operation, const char* database, const char* table,
                       long long old_key, long long new_key);
  const TableInfo* Find(const char* table);
  template <typename Column>
  std::vector<Value> Read(const TableInfo& table, Column column) const;

  sqlite3* const connection_;
  const std::vector<TableInfo>& tables_;
  const TableInfo* last_ = nullptr;
  int statement_ = 0;
  std::vector<RowChange> changes_;
};

}  // namespace sim

#endif  // SIM_STORAGE_WRITE_LOG_H_
