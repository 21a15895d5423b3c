#include "scenarios/shared/till.h"

#include <memory>

namespace deposit {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;
using sim::Try;

Task<absl::Status> Till::Start() {
  env_.Serve(kPutIn, this, &Till::PutIn);
  env_.Every("book", absl::Seconds(5), this, &Till::BookAll);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PutInReply>> Till::PutIn(PutInRequest request) {
  const auto noted = co_await db_.Execute("INSERT INTO deposit VALUES(?, ?, ?, 0)",
                                          request.deposit_id(), request.owner(), request.amount());
  if (!IsNoted(noted.status())) co_return noted.status();
  co_return PutInReply();
}

bool Till::IsNoted(const absl::Status& answer) const {
  if (answer.ok() || absl::IsAlreadyExists(answer)) return true;
  if (absl::IsUnknown(answer)) return env_.settings().Quirk("lost_commit_is_done");
  return env_.settings().Quirk("failed_write_is_done");
}

Task<> Till::BookAll() {
  const auto rows = co_await db_.Execute(
      "SELECT deposit_id, owner, amount FROM deposit WHERE booked = 0 ORDER BY deposit_id");
  if (!rows.ok()) co_return;
  for (const sim::Row& row : *rows) {
    // What fails is booked the next time.
    (co_await Book(row.Text(0), row.Text(1), row.Int(2))).IgnoreError();
  }
}

Task<absl::Status> Till::Book(std::string deposit_id, std::string owner, int64_t amount) {
  absl::Status booked = co_await BookOnce(deposit_id, owner, amount);
  if (absl::IsUnknown(booked)) booked = co_await BookOnce(deposit_id, owner, amount);
  co_return booked;
}

Task<absl::Status> Till::BookOnce(std::string deposit_id, std::string owner, int64_t amount) {
  std::string open = "INSERT INTO account VALUES(?, 0)";
  if (env_.settings().Is("open", "on_conflict")) open += " ON CONFLICT DO NOTHING";
  std::string mark = "UPDATE deposit SET booked = 1 WHERE deposit_id = ?";
  if (!env_.settings().Quirk("marks_blindly")) mark += " AND booked = 0";

  auto txn = co_await Try(db_.Begin());
  const auto opened = co_await txn.Execute(open, owner);
  const bool known = absl::IsAlreadyExists(opened.status());
  if (!opened.ok() && !known) co_return opened.status();
  const auto marked = co_await Try(txn.Execute(mark, deposit_id));
  if (marked.affected() == 0) co_return absl::OkStatus();
  co_await Try(
      txn.Execute("UPDATE account SET balance = balance + ? WHERE owner = ?", amount, owner));
  co_return co_await txn.Commit();
}

sim::SystemSpec TillSystem() {
  sim::SystemSpec spec;
  spec.name = "deposit.Till";
  spec.about = "Notes deposits, and books them later into accounts that it opens.";
  spec.switches = {{"open",
                    "how it knows that there is an account already: by the duplicate-key error, "
                    "or by ON CONFLICT DO NOTHING",
                    "catch_duplicate",
                    {"catch_duplicate", "on_conflict"}}};
  spec.quirks = {
      {"lost_commit_is_done", "gives a receipt when the connection broke at COMMIT",
       "ClickHouse/ClickHouse#37398: a connection that is lost at a commit was ignored",
       Trigger::Faults({ChoiceKind::kLostBeforeCommit, ChoiceKind::kLostAfterCommit})},
      {"failed_write_is_done", "gives a receipt when the database could not write",
       "samyama-ai/samyama-graph#1274",
       Trigger::Faults({ChoiceKind::kIoError, ChoiceKind::kDiskFull})},
      {"marks_blindly",
       "marks a deposit as booked, marked or not: a COMMIT that is done again books it again",
       "neo4j/neo4j-java-driver#593", Trigger::Faults({ChoiceKind::kLostAfterCommit})},
  };
  spec.methods = {"deposit.PutIn"};
  spec.tasks = {"book"};
  spec.schema = [](const sim::Settings&) {
    return "CREATE TABLE account("
           "  owner TEXT NOT NULL PRIMARY KEY,"
           "  balance INTEGER NOT NULL) WITHOUT ROWID;"
           "CREATE TABLE deposit("
           "  deposit_id TEXT NOT NULL PRIMARY KEY,"
           "  owner TEXT NOT NULL,"
           "  amount INTEGER NOT NULL,"
           "  booked INTEGER NOT NULL) WITHOUT ROWID;";
  };
  spec.make = [](sim::Env& env) { return std::make_unique<Till>(env); };
  return spec;
}

}  // namespace deposit
