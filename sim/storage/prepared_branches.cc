// Prepared branches of distributed transactions: rows of the same database.

#include <sqlite3.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/storage/open_transactions.h"
#include "sim/storage/statement_shape.h"
#include "sim/storage/text_fields.h"

namespace sim {
namespace {

// One step of `sql` with `args`; rows are added to `rows` if it is not null.
absl::Status Step(sqlite3* connection, const std::string& sql, const std::vector<Value>& args,
                  std::vector<std::vector<Value>>* rows) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr);
  if (code == SQLITE_OK) {
    int parameter = 0;
    for (const Value& value : args) BindValue(statement, ++parameter, value);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      if (rows == nullptr) continue;
      std::vector<Value>& row = rows->emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        row.push_back(ColumnValue(statement, i));
      }
    }
  }
  absl::Status status;
  if (code != SQLITE_DONE) status = SqliteError(connection, code, sql);
  sqlite3_finalize(statement);
  return status;
}

std::string BranchText(const OpenTransaction& txn) {
  std::string text;
  AppendField(text, txn.caller.node);
  AppendField(text, txn.caller.task);
  AppendField(text, static_cast<int64_t>(txn.statements.size()));
  for (const StatementRun& run : txn.statements) {
    AppendField(text, run.text->sql);
    AppendField(text, run.text->table);
    AppendField(text, static_cast<int64_t>(run.text->kind));
    AppendField(text, run.affected);
    AppendField(text, static_cast<int64_t>(run.text->compared.size()));
    for (const std::string& column : run.text->compared) AppendField(text, column);
  }
  AppendField(text, SerializeChanges(txn.writes.changes));
  return text;
}

bool ReadBranch(const std::string& text, const std::vector<TableInfo>& tables,
                OpenTransaction& txn) {
  FieldReader reader(text);
  txn.caller.node = reader.Text();
  txn.caller.task = reader.Text();
  for (int64_t left = reader.Number(); left > 0 && reader.ok(); --left) {
    StatementText statement;
    statement.sql = reader.Text();
    statement.table = reader.Text();
    statement.kind = static_cast<ChangeKind>(reader.Number());
    const int64_t affected = reader.Number();
    for (int64_t columns = reader.Number(); columns > 0 && reader.ok(); --columns) {
      statement.compared.push_back(reader.Text());
    }
    txn.statements.push_back(
        {std::make_shared<const StatementText>(std::move(statement)), affected});
  }
  absl::StatusOr<std::vector<RowChange>> changes = ParseChanges(tables, reader.Text());
  if (!changes.ok() || !reader.ok()) return false;
  txn.writes.changes = *std::move(changes);
  return true;
}

}  // namespace

OpenTransaction* OpenTransactions::FindBranch(absl::string_view xid) const {
  for (const auto& txn : open_) {
    if (!xid.empty() && txn->xid == xid) return txn.get();
  }
  return nullptr;
}

absl::Status OpenTransactions::WriteBranch(OpenTransaction& txn) {
  residency_.Park();
  if (absl::Status begun = connection_.Begin(); !begun.ok()) return begun;
  return Step(connection_.handle(), absl::StrCat("INSERT INTO ", kBranchTable, " VALUES(?, ?)"),
              {txn.xid, BranchText(txn)}, nullptr);
}

void OpenTransactions::Prepared(OpenTransaction& txn) {
  txn.stage = OpenTransaction::Stage::kPrepared;
  txn.snapshot.reset();
  locker_.table().DropGaps(txn, granted_);
  TellGranted();
}

absl::Status OpenTransactions::EraseBranch(OpenTransaction& txn) {
  return Step(connection_.handle(), absl::StrCat("DELETE FROM ", kBranchTable, " WHERE xid = ?"),
              {txn.xid}, nullptr);
}

absl::StatusOr<bool> OpenTransactions::HasBranch(const std::string& xid) {
  residency_.Park();
  std::vector<std::vector<Value>> rows;
  absl::Status read =
      Step(connection_.handle(), absl::StrCat("SELECT 1 FROM ", kBranchTable, " WHERE xid = ?"),
           {xid}, &rows);
  if (!read.ok()) return read;
  return !rows.empty();
}

absl::Status OpenTransactions::RecoverBranches() {
  std::vector<std::vector<Value>> rows;
  absl::Status read =
      Step(connection_.handle(),
           absl::StrCat("SELECT xid, branch FROM ", kBranchTable, " ORDER BY xid"), {}, &rows);
  if (!read.ok()) return read;
  for (const std::vector<Value>& row : rows) {
    OpenTransaction& txn = Begin(Isolation::kReadCommitted);
    txn.begun = true;
    txn.stage = OpenTransaction::Stage::kPrepared;
    txn.xid = std::get<std::string>(row[0]);
    if (!ReadBranch(std::get<std::string>(row[1]), schema_.tables, txn)) {
      return absl::DataLossError(absl::StrCat("the prepared branch ", txn.xid, " is damaged"));
    }
    for (const RowChange& change : txn.writes.changes) {
      residency_.ids().Expect(change);
      if (rules_.flaw == LockFlaw::kRecoveredUnlocked) continue;
      locker_.Lock(txn, change);
    }
  }
  return absl::OkStatus();
}

}  // namespace sim
