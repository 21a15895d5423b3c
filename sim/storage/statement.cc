#include "sim/storage/statement.h"

#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace sim {

absl::Status SqliteError(sqlite3* connection, int code, absl::string_view sql) {
  const std::string what = absl::StrCat(sqlite3_errmsg(connection), ": ", sql);
  switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::AlreadyExistsError(what);
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return absl::OutOfRangeError(what);
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      return absl::InvalidArgumentError(what);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
      return absl::UnavailableError(what);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(what);
    default:
      return absl::InternalError(what);
  }
}

void BindValue(sqlite3_stmt* statement, int parameter, const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    sqlite3_bind_int64(statement, parameter, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement, parameter, text->data(), text->size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement, parameter);
  }
}

Value ColumnValue(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Value(std::in_place_type<int64_t>, sqlite3_column_int64(statement, column));
    case SQLITE_NULL:
      return Null{};
    default: {
      const void* bytes = sqlite3_column_blob(statement, column);
      const size_t size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      return Value(std::in_place_type<std::string>, static_cast<const char*>(bytes), size);
    }
  }
}

Statement::Statement(sqlite3* connection, absl::string_view sql)
    : connection_(connection), sql_(sql), name_(HashName(sql)) {
  absl::StatusOr<StatementShape> shape = ShapeOf(sql);
  if (!shape.ok()) {
    status_ = shape.status();
    return;
  }
  shape_ = *std::move(shape);
  Prepare();
}

void Statement::Prepare() {
  const int code =
      sqlite3_prepare_v3(connection_, shape_.sql.data(), static_cast<int>(shape_.sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  status_ = code == SQLITE_OK ? absl::OkStatus() : SqliteError(connection_, code, sql_);
  if (!status_.ok()) return;
  parameters_ = static_cast<size_t>(sqlite3_bind_parameter_count(statement_));
  columns_ = sqlite3_column_count(statement_);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

absl::StatusOr<Result> Statement::Run(const std::vector<Value>& args) {
  if (!status_.ok()) return status_;
  if (args.size() != parameters_) {
    return absl::InvalidArgumentError(
        absl::StrCat("it takes ", parameters_, " values, not ", args.size(), ": ", sql_));
  }
  Bind(args);
  const bool inserts = shape_.writes && shape_.kind == ChangeKind::kInsert;
  if (inserts) sqlite3_set_last_insert_rowid(connection_, 0);  // For tables that give no ids.
  std::vector<Row> rows;
  absl::Status status;
  int code;
  while ((code = sqlite3_step(statement_)) == SQLITE_ROW) {
    absl::StatusOr<Row> row = Fetch();
    if (row.ok()) {
      rows.push_back(*std::move(row));
      continue;
    }
    // The rows are written by now, and no error may say that they are not.
    SIM_CHECK(!shape_.writes) << row.status().message();
    status = row.status();
  }
  if (code != SQLITE_DONE) status = SqliteError(connection_, code, sql_);
  sqlite3_reset(statement_);
  if (!status.ok()) return status;
  if (!shape_.writes) return Result(std::move(rows), 0, 0);
  const int64_t affected = sqlite3_changes64(connection_);
  const bool inserted = inserts && affected > 0;
  return Result(std::move(rows), affected, inserted ? sqlite3_last_insert_rowid(connection_) : 0);
}

void Statement::Bind(const std::vector<Value>& args) {
  int parameter = 0;
  for (const Value& value : args) BindValue(statement_, ++parameter, value);
}

absl::StatusOr<Row> Statement::Fetch() const {
  std::vector<Value> values;
  values.reserve(static_cast<size_t>(columns_));
  for (int column = 0; column < columns_; ++column) {
    if (sqlite3_column_type(statement_, column) == SQLITE_FLOAT) {
      return absl::InvalidArgumentError(
          absl::StrCat("column ", column + 1, " is a floating-point number: ", sql_));
    }
    values.push_back(ColumnValue(statement_, column));
  }
  return Row(std::move(values));
}

}  // namespace sim
