#include "scenarios/search/prepared.h"

#include <utility>

namespace scenarios {

Prepared::Prepared(sqlite3* connection, absl::string_view sql) : connection_(connection) {
  absl::StatusOr<Statement> statement = PrepareSql(connection, sql);
  if (statement.ok()) {
    statement_ = *std::move(statement);
  } else {
    status_ = absl::UnavailableError(statement.status().message());
  }
}

absl::Status Prepared::Run(std::initializer_list<Value> values,
                           const std::function<void(const Row&)>& row) {
  if (!status_.ok()) return status_;
  int index = 0;
  for (const Value& value : values) {
    ++index;
    if (value.is_text_) {
      sqlite3_bind_text(statement_.get(), index, value.text_.data(),
                        static_cast<int>(value.text_.size()), SQLITE_STATIC);
    } else {
      sqlite3_bind_int64(statement_.get(), index, static_cast<int64_t>(value.number_));
    }
  }
  int result = sqlite3_step(statement_.get());
  for (; result == SQLITE_ROW; result = sqlite3_step(statement_.get())) {
    if (row) row(Row(statement_.get()));
  }
  absl::Status status;
  if (result != SQLITE_DONE) status = absl::UnavailableError(sqlite3_errmsg(connection_));
  sqlite3_reset(statement_.get());
  return status;
}

absl::Status RunSql(sqlite3* connection, absl::string_view sql,
                    std::initializer_list<Prepared::Value> values,
                    const std::function<void(const Row&)>& row) {
  return Prepared(connection, sql).Run(values, row);
}

Transaction::Transaction(sqlite3* connection)
    : connection_(connection),
      status_(RunSql(connection, "BEGIN IMMEDIATE")),
      open_(status_.ok()) {}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}

absl::Status Transaction::Commit() {
  absl::Status status = RunSql(connection_, "COMMIT");
  if (status.ok()) open_ = false;
  return status;
}

}  // namespace scenarios
