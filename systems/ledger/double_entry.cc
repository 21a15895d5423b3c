#include "systems/ledger/double_entry.h"

#include <limits>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace ledger {
namespace {

using sim::Task;
using sim::Try;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

// Why the guard of a balance let nothing through.
Task<absl::StatusOr<Posted>> Explain(sim::Transaction& txn, Journal::Entry entry,
                                     std::string currency) {
  auto rows =
      co_await Try(txn.Execute("SELECT balance >= ?, may_overdraw FROM account"
                               " WHERE account_id = ? AND currency = ?",
                               entry.amount, entry.account_id, currency));
  if (rows.empty()) co_return Posted::kUnknownAccount;
  const bool covered = rows[0].Int(0) != 0 || rows[0].Int(1) != 0;
  if (entry.debit && !covered) co_return Posted::kInsufficientFunds;
  co_return absl::OutOfRangeError(
      absl::StrCat("the balance of ", entry.account_id, " would leave 64 bits"));
}

Task<absl::StatusOr<Posted>> Book(sim::Transaction& txn, int64_t journal_id, Journal::Entry entry,
                                  std::string currency) {
  sim::Result moved;
  if (entry.debit) {
    moved = co_await Try(txn.Execute(
        "UPDATE account SET balance = balance - ?1 WHERE account_id = ?2 AND currency = ?3"
        " AND (balance >= ?1 OR may_overdraw = 1) AND balance >= ?4",
        entry.amount, entry.account_id, currency, kLeast + entry.amount));
  } else {
    moved = co_await Try(txn.Execute(
        "UPDATE account SET balance = balance + ?1 WHERE account_id = ?2 AND currency = ?3"
        " AND balance <= ?4",
        entry.amount, entry.account_id, currency, kMost - entry.amount));
  }
  if (moved.affected() == 0) co_return co_await Explain(txn, entry, currency);

  const int64_t signed_amount = entry.debit ? -entry.amount : entry.amount;
  co_await Try(txn.Execute(
      "INSERT INTO posting(journal_id, account_id, amount, currency) VALUES(?, ?, ?, ?)",
      journal_id, entry.account_id, signed_amount, currency));
  co_return Posted::kPosted;
}

}  // namespace

std::string OpeningRows(absl::string_view source, absl::string_view currency,
                        const std::map<std::string, int64_t>& balances) {
  std::string rows = absl::StrCat(
      "INSERT INTO journal(biz_id, leg, currency) VALUES('OPENING', 'OPENING', '", currency, "');");
  absl::int128 total = 0;
  const auto open = [&](absl::string_view account, int64_t balance, bool may_overdraw) {
    absl::StrAppend(&rows, "INSERT INTO account VALUES('", account, "', '", currency, "', ",
                    balance, ", ", may_overdraw ? 1 : 0, ");");
    if (balance == 0) return;
    absl::StrAppend(&rows,
                    "INSERT INTO posting(journal_id, account_id, amount, currency) SELECT"
                    " journal_id, '",
                    account, "', ", balance, ", '", currency,
                    "' FROM journal WHERE biz_id = 'OPENING';");
    total += balance;
  };
  for (const auto& [account, balance] : balances) open(account, balance, false);
  SIM_CHECK(total <= kMost && total >= kLeast + 1) << "the opening balances leave 64 bits";
  open(source, static_cast<int64_t>(-total), true);
  return rows;
}

Journal::Journal(std::string biz_id, std::string leg, std::string currency)
    : biz_id_(std::move(biz_id)), leg_(std::move(leg)), currency_(std::move(currency)) {}

void Journal::Debit(std::string account_id, int64_t amount) {
  entries_.push_back(Entry{std::move(account_id), true, amount});
}

void Journal::Credit(std::string account_id, int64_t amount) {
  entries_.push_back(Entry{std::move(account_id), false, amount});
}

absl::Status Journal::Check() const {
  absl::int128 sum = 0;
  for (const Entry& entry : entries_) {
    if (entry.amount <= 0) {
      return absl::InvalidArgumentError(absl::StrCat("journal ", biz_id_, " ", leg_, ": ",
                                                     entry.amount, " for ", entry.account_id,
                                                     " is not a positive amount"));
    }
    sum += entry.debit ? -absl::int128(entry.amount) : absl::int128(entry.amount);
  }
  if (entries_.empty() || sum != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "journal ", biz_id_, " ", leg_, ": debits and credits are not equal and positive"));
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<Posted>> Post(sim::Transaction& txn, Journal journal) {
  const absl::Status balanced = journal.Check();
  if (!balanced.ok()) co_return balanced;

  auto opened = co_await txn.Execute("INSERT INTO journal(biz_id, leg, currency) VALUES(?, ?, ?)",
                                     journal.biz_id(), journal.leg(), journal.currency());
  if (absl::IsAlreadyExists(opened.status())) co_return Posted::kPostedBefore;
  if (!opened.ok()) co_return opened.status();

  for (const Journal::Entry& entry : journal.entries()) {
    const Posted booked = co_await Try(Book(txn, opened->inserted_id(), entry, journal.currency()));
    if (booked != Posted::kPosted) co_return booked;
  }
  co_return Posted::kPosted;
}

}  // namespace ledger
