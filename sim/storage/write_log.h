// WriteLog: tells every row that a connection changes, in order, as it happens.
//
// Fed by SQLite's preupdate hook, which is set for the whole life of the
// connection and before its first statement is prepared: a DELETE without WHERE
// prepared earlier would not report its rows. Rows are identified by their
// declared key, never by SQLite's rowid. SQLite reports rows of a statement that
// fails afterwards, and is silent about rolling back; the listener truncates.

#ifndef SIM_STORAGE_WRITE_LOG_H_
#define SIM_STORAGE_WRITE_LOG_H_

#include <vector>

#include "sim/storage/commit.h"

struct sqlite3;
struct sqlite3_value;

namespace sim {

class WriteLog {
 public:
  // Is told of a change while SQLite makes it, and must not use the connection.
  class Listener {
   public:
    virtual void OnChange(RowChange change) = 0;

   protected:
    ~Listener() = default;
  };

  // `tables`, in the order of their names, outlive this.
  WriteLog(sqlite3* connection, const std::vector<TableInfo>& tables);
  WriteLog(const WriteLog&) = delete;
  WriteLog& operator=(const WriteLog&) = delete;
  ~WriteLog();

  // Tells `listener` of the changes made in a scope; others are nobody's.
  class Listening {
   public:
    Listening(WriteLog& log, Listener& listener) : log_(log) { log_.listener_ = &listener; }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    ~Listening() { log_.listener_ = nullptr; }

   private:
    WriteLog& log_;
  };

 private:
  static void OnChange(void* self, sqlite3*, int operation, const char* database, const char* table,
                       long long old_key, long long new_key);
  const TableInfo* Find(const char* table);
  template <typename Column>
  std::vector<Value> Read(const TableInfo& table, Column column) const;

  sqlite3* const connection_;
  const std::vector<TableInfo>& tables_;
  const TableInfo* last_ = nullptr;
  Listener* listener_ = nullptr;
};

}  // namespace sim

#endif  // SIM_STORAGE_WRITE_LOG_H_
