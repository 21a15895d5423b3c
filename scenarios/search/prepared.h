// A statement of SQL with the values of its parameters, and its rows.
//
//   Prepared insert(connection, "INSERT INTO build VALUES(?, ?)");
//   absl::Status status = insert.Run({hash, id});
//
// Integers are stored as 64 bits: those above 2^63 are negative in SQL, and are what
// they were when they are read again. Errors are Unavailable, with SQLite's reason.

#ifndef SCENARIOS_SEARCH_PREPARED_H_
#define SCENARIOS_SEARCH_PREPARED_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "scenarios/checks/sqlite.h"
#include "sqlite3.h"

namespace scenarios {

// The row on which a statement stands.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  uint64_t number(int column) const {
    return static_cast<uint64_t>(sqlite3_column_int64(statement_, column));
  }
  std::string text(int column) const { return TextColumn(statement_, column); }

 private:
  sqlite3_stmt* const statement_;
};

class Prepared {
 public:
  // A value of a parameter: a number or a text.
  class Value {
   public:
    Value(uint64_t number) : number_(number), is_text_(false) {}     // NOLINT: 7 is one
    Value(absl::string_view text) : text_(text), is_text_(true) {}   // NOLINT
    Value(const std::string& text) : text_(text), is_text_(true) {}  // NOLINT

   private:
    friend class Prepared;
    uint64_t number_ = 0;
    absl::string_view text_;
    bool is_text_;
  };

  // An error is that of every Run().
  Prepared(sqlite3* connection, absl::string_view sql);

  // Runs it; `row`, which may be empty, sees each row.
  absl::Status Run(std::initializer_list<Value> values,
                   const std::function<void(const Row&)>& row = nullptr);

 private:
  sqlite3* const connection_;
  Statement statement_;
  absl::Status status_;
};

// Once.
absl::Status RunSql(sqlite3* connection, absl::string_view sql,
                    std::initializer_list<Prepared::Value> values = {},
                    const std::function<void(const Row&)>& row = nullptr);

// All that follows is written with Commit(), or not at all.
class Transaction {
 public:
  explicit Transaction(sqlite3* connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();  // without Commit(): undoes it

  absl::Status status() const { return status_; }  // of its begin
  absl::Status Commit();

 private:
  sqlite3* const connection_;
  absl::Status status_;
  bool open_ = false;
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_PREPARED_H_
