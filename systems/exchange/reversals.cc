#include "systems/exchange/reversals.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "systems/exchange/methods.h"
#include "systems/ledger/double_entry.h"

namespace exchange {

using ledger::Posted;
using sim::Task;
using sim::Try;

namespace {

// Never accepted, and ended before it has begun.
constexpr char kTombstone[] =
    "INSERT INTO trade(order_id, merchant, payer, payee, amount, currency, status, settled,"
    "  accepted_at) VALUES(?, ?, ?, ?, ?, ?, 'FAILED', 1, 0)";

ReverseReply ReplyOf(ReverseReply::Result result) {
  ReverseReply reply;
  reply.set_result(result);
  return reply;
}

bool IsOf(const Trade& trade, const SubmitRequest& original) {
  return trade.payer == original.payer() && trade.payee == original.payee() &&
         trade.amount == original.amount() && trade.currency == original.currency();
}

}  // namespace

Reversals::Reversals(sim::Env& env, Processing& processing)
    : env_(env), db_(env.database()), processing_(processing), settlements_(env) {}

void Reversals::Serve() {
  if (HasOneTradePerOrder(env_.settings())) env_.Serve(kReverse, this, &Reversals::Reverse);
}

std::string Reversals::NumberOf(int64_t trade_no) { return absl::StrCat("R", trade_no); }

Task<absl::StatusOr<ReverseReply>> Reversals::Reverse(ReverseRequest request) {
  if (!request.signature()) co_return ReplyOf(ReverseReply::REJECTED_SIGNATURE);
  if (request.original().order_id() != request.order_id()) {
    co_return ReplyOf(ReverseReply::PARAMETER_MISMATCH);
  }
  std::optional<Trade> trade = co_await Try(Find(request.order_id()));
  if (!trade.has_value()) {
    if (env_.settings().Quirk("reversal_leaves_no_tombstone")) {
      co_return ReplyOf(ReverseReply::UNDONE);
    }
    const absl::Status buried = co_await Bury(request.original());
    if (buried.ok()) co_return ReplyOf(ReverseReply::UNDONE);
    if (!absl::IsAlreadyExists(buried)) co_return buried;
    trade = co_await Try(Find(request.order_id()));  // it has come at this very moment
    if (!trade.has_value()) co_return absl::InternalError("a trade has vanished");
  }
  if (!IsOf(*trade, request.original())) co_return ReplyOf(ReverseReply::PARAMETER_MISMATCH);
  co_return co_await Undo(*trade);
}

Task<absl::StatusOr<std::optional<Trade>>> Reversals::Find(std::string order_id) {
  auto rows = co_await Try(db_.Execute(
      absl::StrCat("SELECT ", kTradeColumns, " FROM trade WHERE order_id = ? LIMIT 1"), order_id));
  if (rows.empty()) co_return std::nullopt;
  co_return Trade(rows[0]);
}

Task<absl::Status> Reversals::Bury(SubmitRequest original) {
  auto txn = co_await Try(db_.Begin());
  auto buried = co_await Try(txn.Execute(kTombstone, original.order_id(), original.merchant(),
                                         original.payer(), original.payee(), original.amount(),
                                         original.currency()));
  const Trade tombstone(buried.inserted_id(), original);
  co_await Try(settlements_.Enter(txn, tombstone, "FAILED"));
  co_return co_await processing_.Commit(std::move(txn), tombstone, "FAILED");
}

// What it finds may be past it when it comes to it; each status is passed once.
Task<absl::StatusOr<ReverseReply>> Reversals::Undo(Trade trade) {
  while (trade.status == "ACCEPTED" || trade.status == "SUCCESS") {
    if (trade.status == "ACCEPTED") {
      co_await Try(processing_.Fail(trade));
    } else {
      auto txn = co_await Try(db_.Begin());
      const TakenBack taken = co_await Try(TakeBack(txn, trade));
      if (taken == TakenBack::kTooLate) co_return ReplyOf(ReverseReply::TOO_LATE);
      if (taken == TakenBack::kDone) {
        co_await Try(processing_.Commit(std::move(txn), trade, "REVERSED"));
      }
    }
    std::optional<Trade> now = co_await Try(Find(trade.order_id));
    if (!now.has_value()) co_return absl::InternalError("a trade has vanished");
    trade = *now;
  }
  ReverseReply reply = ReplyOf(ReverseReply::UNDONE);
  if (trade.status == "REVERSED") reply.set_reversal_no(NumberOf(trade.trade_no));
  co_return reply;
}

// The status first, so that of two reversals one finds nothing to do; then the books.
Task<absl::StatusOr<Reversals::TakenBack>> Reversals::TakeBack(sim::Transaction& txn, Trade trade) {
  auto rows = co_await Try(txn.Execute(
      "SELECT status, settled FROM trade WHERE trade_no = ? FOR UPDATE", trade.trade_no));
  if (rows.empty() || rows[0].Text(0) != "SUCCESS") co_return TakenBack::kNotPaid;
  const bool settled = rows[0].Int(1) != 0;
  co_await Try(
      txn.Execute("UPDATE trade SET status = 'REVERSED', settled = 1"
                  " WHERE trade_no = ? AND status = 'SUCCESS'",
                  trade.trade_no));
  const Posted posted = co_await Try(ledger::Post(txn, processing_.ReversalOf(trade, "REVERSAL")));
  if (posted != Posted::kPosted) co_return absl::InternalError("a reversal was not booked");
  if (!settled) {
    co_await Try(settlements_.Enter(txn, trade, "REVERSED"));
    co_return TakenBack::kDone;
  }
  const bool untold = co_await Try(settlements_.TakeBack(txn, trade));
  co_return untold ? TakenBack::kDone : TakenBack::kTooLate;
}

Task<absl::Status> Reversals::Cancel(std::string order_id) {
  const std::optional<Trade> trade = co_await Try(Find(order_id));
  if (!trade.has_value()) co_return absl::OkStatus();
  auto txn = co_await Try(db_.Begin());
  const TakenBack taken = co_await Try(TakeBack(txn, *trade));
  if (taken == TakenBack::kTooLate) {
    co_return absl::FailedPreconditionError("a statement has told the success");
  }
  if (taken == TakenBack::kNotPaid) co_return absl::OkStatus();
  co_return co_await txn.Commit();
}

}  // namespace exchange
