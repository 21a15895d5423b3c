#include "scenarios/xa/coordinator.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/xa/methods.h"

namespace transfer {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(5)};
constexpr int64_t kDecidesWithinMs = 60'000;

}  // namespace

Task<absl::Status> Coordinator::Start() {
  env_.Serve(kPay, this, &Coordinator::Pay);
  if (!env_.settings().Quirk("forgets_to_recover")) {
    env_.Every("recover", absl::Seconds(10), this, &Coordinator::Recover);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PayReply>> Coordinator::Pay(PayRequest request) {
  co_await Try(db_.Execute("INSERT INTO transfer VALUES(?, ?, ?, 'PREPARING', ?)",
                           request.transfer_id(), request.account(), request.amount(),
                           env_.clock().NowMillis()));
  const auto prepared = co_await PrepareBoth(request);
  const bool wanted = prepared.ok() && *prepared;
  const bool commit = co_await Try(Decide(request.transfer_id(), wanted));
  // Whom this does not reach is found by XA RECOVER.
  (co_await Finish("first", request.transfer_id(), commit)).IgnoreError();
  (co_await Finish("second", request.transfer_id(), commit)).IgnoreError();
  PayReply reply;
  reply.set_moved(commit);
  co_return reply;
}

// Always in this order: two transfers that meet do not wait for each other.
Task<absl::StatusOr<bool>> Coordinator::PrepareBoth(PayRequest request) {
  PrepareRequest branch;
  branch.set_transfer_id(request.transfer_id());
  branch.set_account(request.account());
  branch.set_amount(-request.amount());
  auto first = co_await Try(env_.Call(env_.peer("first"), kPrepare, branch, kPatience));
  if (!first.prepared()) co_return false;
  branch.set_amount(request.amount());
  auto second = co_await Try(env_.Call(env_.peer("second"), kPrepare, branch, kPatience));
  co_return second.prepared();
}

Task<absl::StatusOr<bool>> Coordinator::Decide(std::string transfer_id, bool commit) {
  const std::string status = commit ? "COMMITTED" : "ABORTED";
  auto decided = co_await Try(
      db_.Execute("UPDATE transfer SET status = ? WHERE transfer_id = ? AND status = 'PREPARING'",
                  status, transfer_id));
  co_return commit&& decided.affected() == 1;
}

Task<absl::Status> Coordinator::Finish(std::string role, std::string transfer_id, bool commit) {
  FinishRequest request;
  request.set_transfer_id(transfer_id);
  request.set_commit(commit);
  auto finished = co_await env_.Call(env_.peer(role), kFinish, request, kPatience);
  co_return finished.status();
}

Task<> Coordinator::Recover() {
  // What fails is done the next time.
  (co_await AbortOld()).IgnoreError();
  (co_await RecoverAt("first")).IgnoreError();
  (co_await RecoverAt("second")).IgnoreError();
}

Task<absl::Status> Coordinator::AbortOld() {
  auto aborted = co_await db_.Execute(
      "UPDATE transfer SET status = 'ABORTED' WHERE status = 'PREPARING' AND begun_ms < ?",
      env_.clock().NowMillis() - kDecidesWithinMs);
  co_return aborted.status();
}

Task<absl::Status> Coordinator::RecoverAt(std::string role) {
  auto prepared = co_await Try(env_.Call(env_.peer(role), kRecover, RecoverRequest(), kPatience));
  for (const std::string& transfer_id : prepared.transfer_id()) {
    auto rows =
        co_await Try(db_.Execute("SELECT status FROM transfer WHERE transfer_id = ?", transfer_id));
    if (rows.empty() || rows[0].Text(0) == "PREPARING") continue;
    co_await Try(Finish(role, transfer_id, rows[0].Text(0) == "COMMITTED"));
  }
  co_return absl::OkStatus();
}

sim::SystemSpec CoordinatorSystem() {
  sim::SystemSpec spec;
  spec.name = "transfer.Coordinator";
  spec.about = "Moves money between two vaults by two-phase commit (XA).";
  const std::vector<std::string> calls = {"transfer.Prepare", "transfer.Finish",
                                          "transfer.Recover"};
  spec.roles = {{"first", "transfer.Vault", calls}, {"second", "transfer.Vault", calls}};
  spec.quirks = {{"forgets_to_recover",
                  "never asks for prepared branches: those that it has not ended keep their locks",
                  "MySQL Reference Manual, XA Transaction States: a branch that is prepared when "
                  "its session ends stays, until somebody ends it",
                  Trigger::Faults({sim::LateAnswers(), ChoiceKind::kDuplicate})}};
  spec.methods = {"transfer.Pay"};
  spec.tasks = {"recover"};
  spec.schema = [](const sim::Settings&) {
    return "CREATE TABLE transfer("
           "  transfer_id TEXT NOT NULL PRIMARY KEY,"
           "  account_id TEXT NOT NULL,"
           "  amount INTEGER NOT NULL,"
           "  status TEXT NOT NULL,"  // PREPARING COMMITTED ABORTED
           "  begun_ms INTEGER NOT NULL) WITHOUT ROWID;";
  };
  spec.make = [](sim::Env& env) { return std::make_unique<Coordinator>(env); };
  return spec;
}

}  // namespace transfer
