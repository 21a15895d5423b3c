#include "sim/storage/locking_statement.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sim {

LockingStatement::LockingStatement(sqlite3* connection, const std::vector<TableInfo>& tables,
                                   absl::string_view sql)
    : connection_(connection), statement_(connection, sql), status_(statement_.status()) {
  if (!status_.ok() && !absl::IsUnavailable(status_)) return;
  if (shape().writes) {
    text_ = std::make_shared<const StatementText>(
        StatementText{std::string(sql), shape().table, shape().kind, shape().compared});
  }
  FindKey(tables);
  if (table_ == nullptr && (shape().writes || shape().for_update)) {
    status_ = absl::InvalidArgumentError(
        absl::StrCat("only rows of a table can be locked, not of ", shape().table, ": ", sql));
  }
  const bool inserts = shape().writes && shape().kind == ChangeKind::kInsert;
  const bool fails_on_duplicate =
      shape().on_duplicate == OnDuplicate::kFail || shape().on_duplicate == OnDuplicate::kIgnore;
  beside_ = shape().one_table && table_ != nullptr && fails_on_duplicate &&
            (inserts || (key_ != nullptr && key_ == &table_->keys[0]));
}

void LockingStatement::Prepare() {
  if (!absl::IsUnavailable(status_)) return;
  statement_.Prepare();
  status_ = statement_.status();
}

void LockingStatement::FindKey(const std::vector<TableInfo>& tables) {
  for (const TableInfo& table : tables) {
    if (absl::EqualsIgnoreCase(table.name, shape().table)) table_ = &table;
  }
  if (table_ == nullptr || (shape().writes && shape().kind == ChangeKind::kInsert)) return;
  for (const UniqueKey& key : table_->keys) {
    std::vector<const StatementShape::Equality*> terms;
    for (const UniqueKey::Part& part : key.parts) {
      const std::string& column = table_->columns[static_cast<size_t>(part.column)];
      for (const StatementShape::Equality& equality : shape().equalities) {
        if (!part.searchable || !absl::EqualsIgnoreCase(equality.column, column)) continue;
        terms.push_back(&equality);
        break;
      }
    }
    if (terms.size() != key.parts.size()) continue;
    key_ = &key;
    terms_ = std::move(terms);
    return;
  }
}

std::optional<std::vector<Value>> LockingStatement::KeyValue(const std::vector<Value>& args) const {
  if (key_ == nullptr) return std::nullopt;
  std::vector<Value> values;
  values.reserve(terms_.size());
  for (size_t i = 0; i < terms_.size(); ++i) {
    const size_t parameter = terms_[i]->parameter;
    if (parameter > args.size()) return std::nullopt;  // Running it says so.
    const Value& given = parameter == 0 ? terms_[i]->literal : args[parameter - 1];
    std::optional<Value> value = AsStored(given, key_->parts[i].affinity);
    if (!value) return std::nullopt;
    values.push_back(*std::move(value));
  }
  return values;
}

std::string LockingStatement::Target(const std::vector<Value>& args) const {
  const std::optional<std::vector<Value>> value = KeyValue(args);
  if (!value) return absl::StrCat("a row of ", shape().table);
  auto append = [](std::string* out, const Value& part) { out->append(ToText(part)); };
  return absl::StrCat(table_->name, " ", absl::StrJoin(*value, "/", append));
}

uint64_t LockingStatement::KeyLock(const std::vector<Value>& args) const {
  if (key_ == nullptr) return 0;
  uint64_t lock = key_->seed;
  for (size_t i = 0; i < terms_.size(); ++i) {
    const UniqueKey::Part& part = key_->parts[i];
    const size_t parameter = terms_[i]->parameter;
    if (parameter > args.size()) return 0;  // Running it says so.
    const Value& given = parameter == 0 ? terms_[i]->literal : args[parameter - 1];
    // Most values are of their column's type and need not be converted.
    const Affinity other =
        std::holds_alternative<int64_t>(given) ? Affinity::kText : Affinity::kInteger;
    if (part.affinity != other) {
      if (!AddToLock(given, part.collation, lock)) return 0;
      continue;
    }
    const std::optional<Value> value = AsStored(given, part.affinity);
    if (!value || !AddToLock(*value, part.collation, lock)) return 0;
  }
  return lock;
}

Statement& LockingStatement::locked_rows() {
  if (locked_rows_ == nullptr) {
    locked_rows_ = std::make_unique<Statement>(connection_, shape().locked_rows_sql);
  } else if (absl::IsUnavailable(locked_rows_->status())) {
    locked_rows_->Prepare();
  }
  return *locked_rows_;
}

Statement* LockingStatement::probe() {
  if (probe_ == nullptr && !shape().probe_sql.empty()) {
    probe_ = std::make_unique<Statement>(connection_, shape().probe_sql);
  } else if (probe_ != nullptr && absl::IsUnavailable(probe_->status())) {
    probe_->Prepare();
  }
  return probe_.get();
}

}  // namespace sim
