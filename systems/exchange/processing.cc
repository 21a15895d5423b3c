#include "systems/exchange/processing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace exchange {

using ledger::Posted;
using sim::Task;
using sim::Try;

namespace {

// When the database failed; doubles.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);
constexpr absl::Duration kLongestRetry = absl::Minutes(10);

// What the trade is called in the ledger.
std::string BizId(const Trade& trade, const sim::Settings& settings) {
  if (HasOneTradePerOrder(settings)) return trade.order_id;
  return absl::StrCat(trade.order_id, "#", trade.trade_no);
}

}  // namespace

Processing::Processing(sim::Env& env, notify::Notifier* notifier, Enquiry& enquiry)
    : env_(env), db_(env.database()), notifier_(notifier), enquiry_(enquiry), settlements_(env) {}

Task<absl::Status> Processing::Start() {
  auto rows = co_await Try(db_.Execute(
      absl::StrCat("SELECT ", kTradeColumns, " FROM trade WHERE settled = 0 ORDER BY trade_no")));
  for (const sim::Row& row : rows) Begin(Trade(row));
  co_return absl::OkStatus();
}

void Processing::Begin(const Trade& trade) {
  env_.Spawn("process", trade.order_id, Process(trade));
}

Task<> Processing::Process(Trade trade) {
  absl::Duration pause = kRetryAfter;
  bool paid = trade.status == "SUCCESS";
  if (!paid) {
    co_await env_.clock().Sleep(WorkTime(trade));
    const bool refused = env_.Outcome("before_debit", trade.order_id) != 0;
    auto executed = co_await Execute(trade, refused);
    while (!executed.ok()) {
      co_await env_.clock().Sleep(pause);
      pause = std::min(2 * pause, kLongestRetry);
      executed = co_await Execute(trade, refused);
    }
    paid = *executed;
  }
  if (!paid) co_return;

  co_await env_.clock().Sleep(WorkTime(trade));
  const bool later_failure = env_.Outcome("after_debit", trade.order_id) != 0;
  absl::Status settled = co_await Settle(trade, later_failure);
  while (!settled.ok()) {
    co_await env_.clock().Sleep(pause);
    pause = std::min(2 * pause, kLongestRetry);
    settled = co_await Settle(trade, later_failure);
  }
}

// Whether the money has moved.
Task<absl::StatusOr<bool>> Processing::Execute(Trade trade, bool refused) {
  if (!refused) {
    const Posted posted = co_await Try(Pay(trade));
    if (posted == Posted::kPosted || posted == Posted::kPostedBefore) co_return true;
  }
  co_await Try(Fail(trade));
  co_return false;
}

Task<absl::StatusOr<Posted>> Processing::Pay(Trade trade) {
  const sim::Settings& settings = env_.settings();
  if (settings.Quirk("two_transaction_posting")) {
    co_return co_await MispayInTwoTransactions(trade);
  }
  if (settings.Quirk("resumes_after_deadlock") || settings.Quirk("commits_after_lock_timeout")) {
    co_return co_await MispayWhenLocked(trade);
  }
  if (settings.Quirk("balance_read_outside_transaction") ||
      settings.Quirk("funds_checked_outside_transaction")) {
    co_return co_await MispayFromOldBalances(trade);
  }

  auto txn = co_await Try(db_.Begin());
  auto moved = co_await Try(
      txn.Execute("UPDATE trade SET status = 'SUCCESS' WHERE trade_no = ? AND status = 'ACCEPTED'",
                  trade.trade_no));
  if (moved.affected() == 0) co_return Posted::kPostedBefore;
  const Posted posted = co_await Try(ledger::Post(txn, PaymentOf(trade)));
  if (posted != Posted::kPosted) co_return posted;
  co_await Try(Commit(std::move(txn), trade, "SUCCESS"));
  co_return Posted::kPosted;
}

Task<absl::Status> Processing::Fail(Trade trade) {
  auto txn = co_await Try(db_.Begin());
  auto moved =
      co_await Try(txn.Execute("UPDATE trade SET status = 'FAILED', settled = 1"
                               " WHERE trade_no = ? AND status = 'ACCEPTED'",
                               trade.trade_no));
  if (moved.affected() == 0) co_return absl::OkStatus();
  co_await Try(settlements_.Enter(txn, trade, "FAILED"));
  co_return co_await Commit(std::move(txn), trade, "FAILED");
}

Task<absl::Status> Processing::Settle(Trade trade, bool later_failure) {
  if (later_failure && env_.settings().Quirk("reversal_posts_before_flip")) {
    co_return co_await MisreverseBeforeFlip(trade);
  }
  if (later_failure && env_.settings().Quirk("reversal_in_place")) {
    co_return co_await MisreverseInPlace(trade);
  }
  if (later_failure) co_return co_await Reverse(trade);
  if (settlements_.on()) co_return co_await settlements_.Succeed(trade);
  co_return (
      co_await db_.Execute("UPDATE trade SET settled = 1 WHERE trade_no = ? AND status = 'SUCCESS'",
                           trade.trade_no))
      .status();
}

Task<absl::Status> Processing::Reverse(Trade trade) {
  auto txn = co_await Try(db_.Begin());
  auto moved =
      co_await Try(txn.Execute("UPDATE trade SET status = 'REVERSED', settled = 1"
                               " WHERE trade_no = ? AND status = 'SUCCESS' AND settled = 0",
                               trade.trade_no));
  if (moved.affected() == 0) co_return absl::OkStatus();
  const Posted posted = co_await Try(ledger::Post(txn, ReversalOf(trade, "REVERSAL")));
  if (posted != Posted::kPosted) co_return absl::InternalError("a reversal was not booked");
  co_await Try(settlements_.Enter(txn, trade, "REVERSED"));
  co_return co_await Commit(std::move(txn), trade, "REVERSED");
}

Task<absl::Status> Processing::Commit(sim::Transaction txn, Trade trade, std::string status) {
  if (notifier_ == nullptr) {
    co_await Try(txn.Commit());
  } else {
    const std::string kind = status == "REVERSED" ? "REVERSAL" : "RESULT";
    const notify::Notice notice = co_await Try(notifier_->Write(txn, trade.order_id, kind));
    const absl::Status committed = co_await txn.Commit();
    // If nobody knows, the notice may be there, and who tries again writes no other.
    if (committed.ok() || absl::IsUnknown(committed)) notifier_->Send(notice);
    co_await Try(committed);
  }
  if (status != "REVERSED") enquiry_.Remember(trade.order_id, status);
  co_return absl::OkStatus();
}

ledger::Journal Processing::PaymentOf(const Trade& trade) const {
  ledger::Journal journal(BizId(trade, env_.settings()), "PAYMENT", trade.currency);
  journal.Debit(trade.payer, trade.amount);
  journal.Credit(trade.payee, trade.amount);
  return journal;
}

ledger::Journal Processing::ReversalOf(const Trade& trade, std::string leg) const {
  ledger::Journal journal(BizId(trade, env_.settings()), std::move(leg), trade.currency);
  journal.Debit(trade.payee, trade.amount);
  journal.Credit(trade.payer, trade.amount);
  return journal;
}

// Half of processing_ms, up to one and a half of it.
absl::Duration Processing::WorkTime(const Trade& trade) {
  const int64_t usual = env_.settings().Int("processing_ms");
  const uint64_t more = env_.Draw("processing", trade.order_id, static_cast<uint64_t>(usual) + 1);
  return absl::Milliseconds(usual / 2 + static_cast<int64_t>(more));
}

}  // namespace exchange
