// Double entry: money moves between accounts, and is never made or lost.
//
//   ledger::Journal journal("order-7", "PAYMENT", "CNY");
//   journal.Debit("customer-1", 10'000);
//   journal.Credit("merchant-1", 10'000);
//   const ledger::Posted posted = co_await sim::Try(ledger::Post(txn, journal));
//   if (posted != ledger::Posted::kPosted) co_return Declined();  // rolls back
//
// A journal is one movement of money in one currency: its postings sum to zero,
// and it is never changed. (biz_id, leg) is unique, so that one leg of one
// business is booked once, whoever asks how often: the last line of defence. The
// balance of an account is the sum of its postings; it is changed relatively and
// under a guard in the same statement, so that no reader's belief is ever written.
//
// Amounts are integers of minor units. Accounts are locked in the order in which
// the journal names them.

#ifndef SYSTEMS_LEDGER_DOUBLE_ENTRY_H_
#define SYSTEMS_LEDGER_DOUBLE_ENTRY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"

namespace ledger {

// The tables account, journal and posting.
inline constexpr absl::string_view kSchema =
    "CREATE TABLE account("
    "  account_id TEXT NOT NULL PRIMARY KEY,"
    "  currency TEXT NOT NULL,"
    "  balance INTEGER NOT NULL,"
    "  may_overdraw INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE journal("
    "  journal_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  biz_id TEXT NOT NULL,"
    "  leg TEXT NOT NULL,"
    "  currency TEXT NOT NULL,"
    "  UNIQUE(biz_id, leg));"
    "CREATE TABLE posting("
    "  posting_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  journal_id INTEGER NOT NULL,"
    "  account_id TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  currency TEXT NOT NULL);";

// Fixed rows for a schema: accounts with their opening balances, and one journal
// (biz_id and leg "OPENING") that brings these from `source`, which may overdraw.
std::string OpeningRows(absl::string_view source, absl::string_view currency,
                        const std::map<std::string, int64_t>& balances);

class Journal {
 public:
  Journal(std::string biz_id, std::string leg, std::string currency);

  // Takes `amount` from the account, or gives it. Amounts are positive.
  void Debit(std::string account_id, int64_t amount);
  void Credit(std::string account_id, int64_t amount);

  struct Entry {
    std::string account_id;
    bool debit;
    int64_t amount;
  };
  const std::string& biz_id() const { return biz_id_; }
  const std::string& leg() const { return leg_; }
  const std::string& currency() const { return currency_; }
  const std::vector<Entry>& entries() const { return entries_; }

  // InvalidArgument if it does not balance (summed in 128 bits), has an amount
  // that is not positive, or has no entries.
  absl::Status Check() const;

 private:
  std::string biz_id_;
  std::string leg_;
  std::string currency_;
  std::vector<Entry> entries_;
};

enum class Posted {
  kPosted,
  kPostedBefore,       // this leg of this business is booked already
  kInsufficientFunds,  // an account that may not overdraw would
  kUnknownAccount,     // there is no such account in this currency
};

// Books `journal` as part of `txn`. After anything but kPosted, `txn` may hold
// part of it and must be rolled back. OutOfRange if a balance would leave 64 bits.
sim::Task<absl::StatusOr<Posted>> Post(sim::Transaction& txn, Journal journal);

}  // namespace ledger

#endif  // SYSTEMS_LEDGER_DOUBLE_ENTRY_H_
