#include "scenarios/xa/vault.h"

#include <memory>
#include <utility>
#include <vector>

#include "scenarios/xa/methods.h"

namespace transfer {

using sim::Task;
using sim::Try;

namespace {

constexpr absl::Duration kPatience = absl::Seconds(3);

}  // namespace

Task<absl::Status> Vault::Start() {
  env_.Serve(kPrepare, this, &Vault::Prepare);
  env_.Serve(kFinish, this, &Vault::Finish);
  env_.Serve(kRecover, this, &Vault::Recover);
  co_return absl::OkStatus();
}

// The coordinator waits a little longer. Branches that it has given up would be prepared one
// after the other, and keep out those that it still wants.
Task<absl::StatusOr<PrepareReply>> Vault::Prepare(PrepareRequest request) {
  Task<absl::StatusOr<PrepareReply>> branch = Book(std::move(request));
  co_return co_await env_.WithTimeout(std::move(branch), kPatience);
}

Task<absl::StatusOr<PrepareReply>> Vault::Book(PrepareRequest request) {
  PrepareReply reply;
  auto txn = co_await Try(db_.XaStart(request.transfer_id()));
  auto moved = co_await Try(txn.Execute(
      "UPDATE account SET balance = balance + ? WHERE account_id = ? AND balance + ? >= 0",
      request.amount(), request.account(), request.amount()));
  if (moved.affected() == 0) co_return reply;
  co_await Try(txn.Execute("UPDATE account SET balance = balance - ? WHERE account_id = 'clearing'",
                           request.amount()));
  // A request that comes again when the first has been ended finds its posting.
  co_await Try(txn.Execute("INSERT INTO posting VALUES(?, ?, ?)", request.transfer_id(),
                           request.account(), request.amount()));
  co_await Try(txn.XaEnd());
  co_await Try(txn.XaPrepare());
  reply.set_prepared(true);
  co_return reply;
}

// XAER_NOTA, nobody knows the branch: it has been ended before.
Task<absl::StatusOr<FinishReply>> Vault::Finish(FinishRequest request) {
  absl::Status ended;
  if (request.commit()) {
    ended = co_await db_.XaCommit(request.transfer_id());
  } else {
    ended = co_await db_.XaRollback(request.transfer_id());
  }
  if (!ended.ok() && !absl::IsNotFound(ended)) co_return ended;
  co_return FinishReply();
}

Task<absl::StatusOr<RecoverReply>> Vault::Recover(RecoverRequest) {
  RecoverReply reply;
  const std::vector<std::string> branches = co_await Try(db_.XaRecover());
  for (const std::string& branch : branches) reply.add_transfer_id(branch);
  co_return reply;
}

std::string VaultSchema() {
  return "CREATE TABLE account("
         "  account_id TEXT NOT NULL PRIMARY KEY,"
         "  balance INTEGER NOT NULL) WITHOUT ROWID;"
         "INSERT INTO account VALUES('ann', 1000), ('bob', 1000), ('clearing', -2000);"
         "CREATE TABLE posting("
         "  transfer_id TEXT NOT NULL PRIMARY KEY,"
         "  account_id TEXT NOT NULL,"
         "  amount INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE audit("
         "  audit_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
         "  clearing INTEGER NOT NULL,"
         "  customers INTEGER NOT NULL,"
         "  prepared INTEGER NOT NULL);";  // branches
}

sim::SystemSpec VaultSystem() {
  sim::SystemSpec spec;
  spec.name = "transfer.Vault";
  spec.about = "Accounts in a database, for transactions that a coordinator ends (XA).";
  spec.methods = {"transfer.Prepare", "transfer.Finish", "transfer.Recover"};
  spec.schema = [](const sim::Settings&) { return VaultSchema(); };
  spec.make = [](sim::Env& env) { return std::make_unique<Vault>(env); };
  return spec;
}

}  // namespace transfer
