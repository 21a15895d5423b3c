#include "systems/exchange/reconciliation.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/mistakes.h"
#include "systems/exchange/verification.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {

using filedrop::Statement;
using sim::Task;
using sim::Try;

namespace {

constexpr char kChannel[] = "provider";

// A line, our order if there is one, and whether the order had a line before.
constexpr char kLinesAndOrders[] =
    "SELECT l.order_no, l.amount, l.fee, l.status, o.status, o.amount, o.created_at,"
    "    EXISTS(SELECT 1 FROM recon_line e WHERE e.order_no = l.order_no AND"
    "      (e.batch_no < l.batch_no OR (e.batch_no = l.batch_no AND e.line_no < l.line_no)))"
    "  FROM recon_line l LEFT JOIN trade_order o ON o.order_id = l.order_no"
    "  WHERE l.batch_no = ? ORDER BY l.line_no";

std::vector<Event> EventsTo(const std::string& status) {
  std::vector<Event> events;
  if (status == "FAILED") {
    events.push_back(Event::kFail);
  } else {
    events.push_back(Event::kSucceed);
    if (status == "REVERSED") events.push_back(Event::kReverse);
  }
  return events;
}

}  // namespace

Reconciliation::Reconciliation(sim::Env& env, Orders& orders)
    : env_(env),
      db_(env.database()),
      orders_(orders),
      days_(env.settings().Int("day_ends_at_ms")) {}

Task<absl::StatusOr<int64_t>> Reconciliation::NextDay() {
  auto last = co_await Try(
      db_.Execute("SELECT max(bill_date) FROM recon_batch WHERE channel = ?", kChannel));
  if (!last[0].IsNull(0)) co_return BillDays::Parse(last[0].Text(0)) + 1;
  auto first = co_await Try(db_.Execute("SELECT min(created_at) FROM trade_order"));
  if (first[0].IsNull(0)) co_return -1;
  co_return days_.Of(first[0].Int(0)) - 1;
}

Task<absl::StatusOr<bool>> Reconciliation::Processed(int64_t day) {
  auto rows =
      co_await Try(db_.Execute("SELECT 1 FROM recon_batch WHERE channel = ? AND bill_date = ?",
                               kChannel, BillDays::Text(day)));
  co_return !rows.empty();
}

Task<absl::Status> Reconciliation::Take(int64_t day, Statement statement) {
  const std::string bill_date = BillDays::Text(day);
  const std::string sha = filedrop::DigestOf(statement);
  const std::string reason = ReasonToRefuse(statement, bill_date);
  if (!reason.empty() && !env_.settings().Quirk("statement_not_verified")) {
    co_return co_await Refuse(bill_date, sha, reason);
  }

  auto known = co_await Try(db_.Execute(
      "SELECT file_sha FROM recon_batch WHERE channel = ? AND bill_date = ?", kChannel, bill_date));
  std::string batch_no = absl::StrCat(kChannel, "/", bill_date);
  if (!known.empty() && env_.settings().Quirk("statement_processed_again")) {
    absl::StrAppend(&batch_no, "#", known.size() + 1);
  } else if (!known.empty()) {
    if (known[0].Text(0) == sha) co_return absl::OkStatus();
    co_return co_await Refuse(bill_date, sha, "issued again, after another file was processed");
  }
  co_await Try(Save(batch_no, statement));
  co_return co_await Finish();
}

Task<absl::Status> Reconciliation::Save(std::string batch_no, Statement statement) {
  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute("INSERT INTO recon_batch VALUES(?, ?, ?, 'SAVED', ?, ?, ?)", batch_no,
                           kChannel, statement.bill_date(), filedrop::DigestOf(statement),
                           statement.count(), statement.total()));
  int64_t line_no = 0;
  for (const filedrop::StatementLine& line : statement.line()) {
    ++line_no;
    co_await Try(txn.Execute("INSERT INTO recon_line VALUES(?, ?, ?, ?, ?, ?, ?, ?)", batch_no,
                             line_no, line.serial(), line.order_id(), line.amount(), line.fee(),
                             line.status(), line.at()));
  }
  co_return co_await txn.Commit();
}

Task<absl::Status> Reconciliation::Refuse(std::string bill_date, std::string file_sha,
                                          std::string reason) {
  co_return (
      co_await db_.Execute("INSERT INTO recon_refusal(bill_date, file_sha, reason, entered_at)"
                           " VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
                           bill_date, file_sha, reason, env_.clock().NowMillis()))
      .status();
}

Task<absl::Status> Reconciliation::Miss(int64_t day) {
  const std::string bill_date = BillDays::Text(day);
  co_return co_await Refuse(bill_date, "", absl::StrCat("no statement of ", bill_date));
}

Task<absl::Status> Reconciliation::Finish() {
  auto saved = co_await Try(db_.Execute(
      "SELECT batch_no, bill_date FROM recon_batch WHERE status = 'SAVED' ORDER BY batch_no"));
  for (const sim::Row& batch : saved) co_await Try(Check(batch.Text(0), batch.Text(1)));
  if (env_.settings().Quirk("repair_overwrites")) co_return co_await MisrepairByStatus();
  co_return co_await Repair();
}

Task<absl::Status> Reconciliation::Check(std::string batch_no, std::string bill_date) {
  auto txn = co_await Try(db_.Begin());
  auto claimed = co_await Try(txn.Execute(
      "UPDATE recon_batch SET status = 'CHECKED' WHERE batch_no = ? AND status = 'SAVED'",
      batch_no));
  if (claimed.affected() == 0) co_return absl::OkStatus();
  co_await Try(FillBuffer(txn, bill_date));
  co_await Try(CompareLines(txn, batch_no, bill_date));
  co_await Try(EmptyBuffer(txn, batch_no, bill_date));
  co_return co_await txn.Commit();
}

// Pass 1: what our books have and no statement has told.
Task<absl::Status> Reconciliation::FillBuffer(sim::Transaction& txn, std::string bill_date) {
  auto rows = co_await Try(
      txn.Execute("SELECT o.order_id, o.amount FROM trade_order o"
                  "  WHERE o.status IN ('SUCCESS', 'REVERSED')"
                  "    AND EXISTS(SELECT 1 FROM trade_flow f WHERE f.order_id = o.order_id"
                  "      AND f.to_status = 'SUCCESS' AND f.at < ?)"
                  "    AND NOT EXISTS(SELECT 1 FROM recon_line l WHERE l.order_no = o.order_id)"
                  "    AND NOT EXISTS(SELECT 1 FROM recon_buffer b WHERE b.order_no = o.order_id)"
                  "    AND NOT EXISTS(SELECT 1 FROM recon_mistake m WHERE m.order_no = o.order_id"
                  "      AND m.err_type = ?)",
                  days_.EndOf(BillDays::Parse(bill_date)), kBankMiss));
  for (const sim::Row& row : rows) {
    co_await Try(txn.Execute("INSERT INTO recon_buffer VALUES(?, ?, ?, ?, ?)", row.Text(0),
                             bill_date, row.Int(1), FeeOf(row.Int(1)), env_.clock().NowMillis()));
  }
  co_return absl::OkStatus();
}

// Takes out of the buffer what the statement tells, and what has waited too long.
Task<absl::Status> Reconciliation::EmptyBuffer(sim::Transaction& txn, std::string batch_no,
                                               std::string bill_date) {
  co_await Try(
      txn.Execute("DELETE FROM recon_buffer WHERE order_no IN"
                  " (SELECT order_no FROM recon_line WHERE batch_no = ?)",
                  batch_no));
  const int64_t last = BillDays::Parse(bill_date) - kContract.buffer_days;
  auto rows = co_await Try(
      txn.Execute("SELECT order_no FROM recon_buffer WHERE bill_date <= ? ORDER BY order_no",
                  BillDays::Text(last)));
  for (const sim::Row& row : rows) {
    co_await Try(Note(txn, batch_no, row.Text(0), kBankMiss, "", /*repairable=*/false));
    co_await Try(txn.Execute("DELETE FROM recon_buffer WHERE order_no = ?", row.Text(0)));
  }
  co_return absl::OkStatus();
}

// Pass 2: what the statement tells, against our books.
Task<absl::Status> Reconciliation::CompareLines(sim::Transaction& txn, std::string batch_no,
                                                std::string bill_date) {
  auto lines = co_await Try(txn.Execute(kLinesAndOrders, batch_no));
  for (const sim::Row& line : lines) {
    if (line.IsNull(4) && env_.settings().Quirk("unknown_lines_skipped")) continue;
    const bool ours = co_await Try(Ours(txn, bill_date, line));
    if (ours) {
      co_await Try(CompareLine(txn, batch_no, line));
    } else {
      co_await Try(Note(txn, batch_no, line.Text(0), kPlatformMiss, line.Text(3), false));
    }
  }
  co_return absl::OkStatus();
}

// Whether the line is about an order of ours, and the first about it.
Task<absl::StatusOr<bool>> Reconciliation::Ours(sim::Transaction& txn, std::string bill_date,
                                                sim::Row line) {
  if (line.IsNull(4) || line.Int(7) != 0) co_return false;
  if (!env_.settings().Quirk("orders_of_the_day_only")) co_return true;
  if (BillDays::Text(days_.Of(line.Int(6))) == bill_date) co_return true;
  auto buffered =
      co_await Try(txn.Execute("SELECT 1 FROM recon_buffer WHERE order_no = ?", line.Text(0)));
  co_return !buffered.empty();
}

Task<absl::Status> Reconciliation::CompareLine(sim::Transaction& txn, std::string batch_no,
                                               sim::Row line) {
  const std::string order_no = line.Text(0);
  Stated theirs;
  theirs.amount = line.Int(1);
  theirs.fee = line.Int(2);
  theirs.status = line.Text(3);
  Stated ours;
  ours.status = line.Text(4);
  ours.amount = line.Int(5);
  ours.fee = FeeOf(ours.amount);
  if (ours.status != theirs.status) {
    // Before we call it a mistake: a notice may be booking it just now.
    auto locked = co_await Try(
        txn.Execute("SELECT status FROM trade_order WHERE order_id = ? FOR UPDATE", order_no));
    ours.status = locked[0].Text(0);
  }
  for (const std::string& mistake : MistakesBetween(ours, theirs)) {
    const bool status = mistake == kShortStatus || mistake == kOverStatus;
    if (mistake == kOverStatus && env_.settings().Quirk("over_status_not_compared")) continue;
    const bool repairable = status && ours.amount == theirs.amount;
    co_await Try(Note(txn, batch_no, order_no, mistake, theirs.status, repairable));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Reconciliation::Note(sim::Transaction& txn, std::string batch_no,
                                        std::string order_no, std::string mistake,
                                        std::string bank_status, bool repairable) {
  const std::string handle_status = repairable ? "OPEN" : "MANUAL";
  const std::string repair_serial = absl::StrCat(batch_no, "/", order_no, "/", mistake);
  co_return (
      co_await txn.Execute("INSERT INTO recon_mistake(batch_no, order_no, err_type, bank_status,"
                           "  handle_status, found_at, repair_serial) VALUES(?, ?, ?, ?, ?, ?, ?)"
                           " ON CONFLICT DO NOTHING",
                           batch_no, order_no, mistake, bank_status, handle_status,
                           env_.clock().NowMillis(), repair_serial))
      .status();
}

Task<absl::Status> Reconciliation::Repair() {
  auto open = co_await Try(
      db_.Execute("SELECT id, order_no, bank_status FROM recon_mistake WHERE handle_status = 'OPEN'"
                  " ORDER BY id"));
  for (const sim::Row& mistake : open) {
    // A crash from here to the mark repeats this, which then finds all moves made.
    co_await Try(orders_.Apply(mistake.Text(1), EventsTo(mistake.Text(2)), "recon"));
    const bool agree = co_await Try(Agree(mistake.Text(1), mistake.Text(2)));
    const std::string handled = agree ? "REPAIRED" : "MANUAL";
    co_await Try(db_.Execute(
        "UPDATE recon_mistake SET handle_status = ? WHERE id = ? AND handle_status = 'OPEN'",
        handled, mistake.Int(0)));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> Reconciliation::Agree(std::string order_no, std::string bank_status) {
  const std::optional<Order> order = co_await Try(orders_.Find(order_no));
  co_return order.has_value() && order->status == bank_status;
}

}  // namespace exchange
