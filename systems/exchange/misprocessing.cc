// How payments have been booked wrongly elsewhere: the quirks of Processing that
// are not a single line. Nothing here is an example to follow.
//
// Two of them pause for up to half a second between reading and writing. Services
// that check first and book later do: there is a call to somebody else in between
// (risk control, limits, a second factor), or a wait for a connection of the pool.
// Without the pause the mistake would be the same and the race all but never lost,
// since a statement takes microseconds here and both payments are one customer's.

#include <utility>

#include "absl/strings/str_cat.h"
#include "systems/exchange/processing.h"

namespace exchange {

using ledger::Posted;
using sim::Task;
using sim::Try;

namespace {

constexpr absl::string_view kFlip =
    "UPDATE trade SET status = 'SUCCESS' WHERE trade_no = ? AND status = 'ACCEPTED'";
constexpr absl::string_view kJournal = "INSERT INTO journal(biz_id, leg, currency) VALUES(?, ?, ?)";
constexpr absl::string_view kPosting =
    "INSERT INTO posting(journal_id, account_id, amount, currency) VALUES(?, ?, ?, ?)";
constexpr absl::string_view kBalance = "SELECT balance FROM account WHERE account_id = ?";
constexpr absl::string_view kSetBalance = "UPDATE account SET balance = ? WHERE account_id = ?";
constexpr absl::string_view kAddToBalance =
    "UPDATE account SET balance = balance + ? WHERE account_id = ?";

}  // namespace

// Looks at the balances, and believes them until it writes: the funds are checked
// without a guard (funds_checked_outside_transaction), or the new balance is even
// computed from the old belief (balance_read_outside_transaction).
Task<absl::StatusOr<Posted>> Processing::MispayFromOldBalances(Trade trade) {
  auto payer = co_await Try(db_.Execute(kBalance, trade.payer));
  auto payee = co_await Try(db_.Execute(kBalance, trade.payee));
  if (payer.empty() || payee.empty()) co_return Posted::kUnknownAccount;
  if (payer[0].Int(0) < trade.amount) co_return Posted::kInsufficientFunds;
  // Risk control has a look between the reading and the booking.
  co_await env_.clock().Sleep(absl::Milliseconds(env_.Draw("risk control", trade.order_id, 500)));

  auto txn = co_await Try(db_.Begin());
  auto moved = co_await Try(txn.Execute(kFlip, trade.trade_no));
  if (moved.affected() == 0) co_return Posted::kPostedBefore;
  const ledger::Journal journal = PaymentOf(trade);
  auto opened =
      co_await Try(txn.Execute(kJournal, journal.biz_id(), journal.leg(), journal.currency()));
  const int64_t journal_id = opened.inserted_id();
  co_await Try(txn.Execute(kPosting, journal_id, trade.payer, -trade.amount, trade.currency));
  co_await Try(txn.Execute(kPosting, journal_id, trade.payee, trade.amount, trade.currency));
  if (env_.settings().Quirk("balance_read_outside_transaction")) {
    co_await Try(txn.Execute(kSetBalance, payer[0].Int(0) - trade.amount, trade.payer));
    co_await Try(txn.Execute(kSetBalance, payee[0].Int(0) + trade.amount, trade.payee));
  } else {
    co_await Try(txn.Execute(kAddToBalance, -trade.amount, trade.payer));
    co_await Try(txn.Execute(kAddToBalance, trade.amount, trade.payee));
  }
  co_await Try(Commit(std::move(txn), trade, "SUCCESS"));
  co_return Posted::kPosted;
}

// Debits in one transaction and credits in a second, which a crash may prevent.
Task<absl::StatusOr<Posted>> Processing::MispayInTwoTransactions(Trade trade) {
  const ledger::Journal journal = PaymentOf(trade);
  auto debit = co_await Try(db_.Begin());
  auto moved = co_await Try(debit.Execute(kFlip, trade.trade_no));
  if (moved.affected() == 0) co_return Posted::kPostedBefore;
  auto taken = co_await Try(debit.Execute(
      "UPDATE account SET balance = balance - ?1 WHERE account_id = ?2 AND balance >= ?1",
      trade.amount, trade.payer));
  if (taken.affected() == 0) co_return Posted::kInsufficientFunds;
  auto opened =
      co_await Try(debit.Execute(kJournal, journal.biz_id(), journal.leg(), journal.currency()));
  const int64_t journal_id = opened.inserted_id();
  co_await Try(debit.Execute(kPosting, journal_id, trade.payer, -trade.amount, trade.currency));
  co_await Try(debit.Commit());

  auto credit = co_await Try(db_.Begin());
  co_await Try(credit.Execute(kPosting, journal_id, trade.payee, trade.amount, trade.currency));
  co_await Try(credit.Execute(kAddToBalance, trade.amount, trade.payee));
  co_await Try(Commit(std::move(credit), trade, "SUCCESS"));
  co_return Posted::kPosted;
}

// Mistakes one error of the database for the other. After a deadlock the whole
// transaction is rolled back, and only what is left of it is done
// (resumes_after_deadlock); after a lock timeout the transaction is still open, and it
// is committed as far as it goes (commits_after_lock_timeout).
Task<absl::StatusOr<Posted>> Processing::MispayWhenLocked(Trade trade) {
  auto txn = co_await Try(db_.Begin());
  auto moved = co_await Try(txn.Execute(kFlip, trade.trade_no));
  if (moved.affected() == 0) co_return Posted::kPostedBefore;
  absl::StatusOr<Posted> posted = co_await ledger::Post(txn, PaymentOf(trade));
  if (absl::IsAborted(posted.status()) && env_.settings().Quirk("resumes_after_deadlock")) {
    auto rest = co_await Try(db_.Begin());
    const Posted resumed = co_await Try(ledger::Post(rest, PaymentOf(trade)));
    if (resumed != Posted::kPosted) co_return resumed;
    co_await Try(Commit(std::move(rest), trade, "SUCCESS"));
    co_return Posted::kPosted;
  }
  if (absl::IsDeadlineExceeded(posted.status()) &&
      env_.settings().Quirk("commits_after_lock_timeout")) {
    posted = Posted::kPosted;
  }
  if (!posted.ok()) co_return posted.status();
  if (*posted != Posted::kPosted) co_return *posted;
  co_await Try(Commit(std::move(txn), trade, "SUCCESS"));
  co_return Posted::kPosted;
}

// Posts first, under a leg that counts the attempts, and sets the status later: a
// crash in between is followed by another reversal.
Task<absl::Status> Processing::MisreverseBeforeFlip(Trade trade) {
  const ledger::Journal payment = PaymentOf(trade);
  auto before = co_await Try(db_.Execute(
      "SELECT count(*) FROM journal WHERE biz_id = ? AND leg <> 'PAYMENT'", payment.biz_id()));
  const int64_t attempt = before[0].Int(0) + 1;
  std::string leg = "REVERSAL";
  if (attempt > 1) absl::StrAppend(&leg, "#", attempt);
  auto posting = co_await Try(db_.Begin());
  const Posted posted = co_await Try(ledger::Post(posting, ReversalOf(trade, leg)));
  if (posted != Posted::kPosted) co_return absl::InternalError("a reversal was not booked");
  co_await Try(posting.Commit());

  auto txn = co_await Try(db_.Begin());
  auto moved =
      co_await Try(txn.Execute("UPDATE trade SET status = 'REVERSED', settled = 1"
                               " WHERE trade_no = ? AND status = 'SUCCESS' AND settled = 0",
                               trade.trade_no));
  if (moved.affected() == 0) co_return absl::OkStatus();
  co_return co_await Commit(std::move(txn), trade, "REVERSED");
}

// Books nothing: cancels the journal of the payment and sets its postings to zero,
// so that nobody can see any more what has been.
Task<absl::Status> Processing::MisreverseInPlace(Trade trade) {
  auto txn = co_await Try(db_.Begin());
  auto moved =
      co_await Try(txn.Execute("UPDATE trade SET status = 'REVERSED', settled = 1"
                               " WHERE trade_no = ? AND status = 'SUCCESS' AND settled = 0",
                               trade.trade_no));
  if (moved.affected() == 0) co_return absl::OkStatus();
  const std::string biz_id = PaymentOf(trade).biz_id();
  auto journal = co_await Try(
      txn.Execute("SELECT journal_id FROM journal WHERE biz_id = ? AND leg = 'PAYMENT'", biz_id));
  if (journal.empty()) co_return absl::InternalError("a payment was not booked");
  const int64_t journal_id = journal[0].Int(0);
  co_await Try(
      txn.Execute("UPDATE journal SET leg = 'CANCELLED' WHERE journal_id = ?", journal_id));
  co_await Try(txn.Execute("UPDATE posting SET amount = 0 WHERE journal_id = ?", journal_id));
  co_await Try(txn.Execute(kAddToBalance, trade.amount, trade.payer));
  co_await Try(txn.Execute(kAddToBalance, -trade.amount, trade.payee));
  co_return co_await Commit(std::move(txn), trade, "REVERSED");
}

}  // namespace exchange
