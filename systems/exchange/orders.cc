#include "systems/exchange/orders.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "systems/exchange/reversal_tables.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

// Lists of statuses as SQL writes them.
struct Transition {
  absl::string_view from;
  absl::string_view to;
  absl::string_view passed;  // where the event is history
};

Transition TransitionOf(Event event) {
  switch (event) {
    case Event::kSend:
      return {"'INIT'", "PROCESSING", "'PROCESSING', 'SUBMITTED', 'SUCCESS', 'FAILED', 'REVERSED'"};
    case Event::kAccept:
      return {"'PROCESSING'", "SUBMITTED", "'SUBMITTED', 'SUCCESS', 'FAILED', 'REVERSED'"};
    case Event::kSucceed:
      return {"'PROCESSING', 'SUBMITTED'", "SUCCESS", "'SUCCESS', 'REVERSED'"};
    case Event::kFail:
      return {"'PROCESSING', 'SUBMITTED'", "FAILED", "'FAILED'"};
    case Event::kReverse:
      return {"'SUCCESS'", "REVERSED", "'REVERSED'"};
  }
  return {};
}

constexpr char kLog[] =
    "INSERT INTO trade_flow(order_id, event_id, from_status, to_status, cause, at)"
    " VALUES(?, ?, ?, ?, ?, ?)";

bool Decides(Event event) { return event != Event::kSend && event != Event::kAccept; }

}  // namespace

Order::Order(const sim::Row& row)
    : order_id(row.Text(0)),
      payer(row.Text(1)),
      payee(row.Text(2)),
      amount(row.Int(3)),
      currency(row.Text(4)),
      status(row.Text(5)),
      created_at(row.Int(6)),
      next_query_at(row.Int(7)),
      queries(row.Int(8)) {}

bool Order::open() const {
  return status == "INIT" || status == "PROCESSING" || status == "SUBMITTED";
}

Orders::Orders(sim::Env& env, scheduler::Agenda& open)
    : env_(env),
      db_(env.database()),
      open_(open),
      books_reversals_(AsksForReversals(env.settings()) &&
                       !env.settings().Quirk("reversal_known_by_answer")) {}

Task<absl::StatusOr<std::optional<Order>>> Orders::Find(std::string order_id) {
  auto rows = co_await Try(
      db_.Execute("SELECT order_id, payer, payee, amount, currency, status, created_at,"
                  " next_query_at, queries FROM trade_order WHERE order_id = ?",
                  order_id));
  if (rows.empty()) co_return std::nullopt;
  co_return Order(rows[0]);
}

Task<absl::StatusOr<Moved>> Orders::Move(sim::Transaction& txn, std::string order_id, Event event,
                                         std::string cause) {
  auto rows = co_await Try(
      txn.Execute("SELECT status, version FROM trade_order WHERE order_id = ?", order_id));
  if (rows.empty()) co_return Moved::kNotNow;
  const std::string was = rows[0].Text(0);
  const int64_t version = rows[0].Int(1);

  Transition transition = TransitionOf(event);
  if (event == Event::kReverse && env_.settings().Quirk("reversal_skips_success")) {
    transition.from = "'SUCCESS', 'PROCESSING', 'SUBMITTED'";
  }
  // Where the event is history there is nothing to set; history stays so.
  const bool passed = absl::StrContains(transition.passed, absl::StrCat("'", was, "'"));
  const bool careless =
      env_.settings().Quirk("unconditional_update") || env_.settings().Quirk("ignores_zero_rows");
  if (passed && !careless) co_return Moved::kAlready;

  sim::Result updated;
  if (env_.settings().Quirk("unconditional_update")) {
    updated = co_await Try(
        txn.Execute("UPDATE trade_order SET status = ?, version = version + 1 WHERE order_id = ?",
                    transition.to, order_id));
  } else {
    const std::string compare_and_set =
        absl::StrCat("UPDATE trade_order SET status = ?, version = version + 1 WHERE order_id = ?",
                     " AND version = ? AND status IN (", transition.from, ")");
    updated = co_await Try(txn.Execute(compare_and_set, transition.to, order_id, version));
  }
  if (updated.affected() == 0 && !env_.settings().Quirk("ignores_zero_rows")) {
    const bool legal = absl::StrContains(transition.from, absl::StrCat("'", was, "'"));
    co_return legal ? Moved::kOvertaken : Moved::kNotNow;
  }

  // An event that the flow has already takes the update back with it, but for those
  // who do not care what they have updated.
  std::string log = kLog;
  if (careless) log += " ON CONFLICT DO NOTHING";
  co_await Try(txn.Execute(log, order_id, absl::StrCat(cause, "/", transition.to), was,
                           transition.to, cause, env_.clock().NowMillis()));
  if (event == Event::kReverse && books_reversals_) {
    co_await Try(txn.Execute(kEnterReversal, env_.clock().NowMillis(), order_id));
  }
  co_return Moved::kMoved;
}

// Who is overtaken looks again: the other event may have been the same one, and then this
// one is history and no refusal.
Task<absl::StatusOr<Moved>> Orders::Apply(std::string order_id, std::vector<Event> events,
                                          std::string cause) {
  for (;;) {
    const Moved moved = co_await Try(TryToApply(order_id, events, cause));
    if (moved != Moved::kOvertaken) co_return moved;
  }
}

Task<absl::StatusOr<Moved>> Orders::TryToApply(std::string order_id, std::vector<Event> events,
                                               std::string cause) {
  auto txn = co_await Try(db_.Begin());
  Moved result = Moved::kAlready;
  for (const Event event : events) {
    const Moved moved = co_await Try(Move(txn, order_id, event, cause));
    if (moved == Moved::kNotNow || moved == Moved::kOvertaken) co_return moved;
    if (moved == Moved::kMoved) result = Moved::kMoved;
  }
  if (result == Moved::kAlready) co_return Moved::kAlready;
  co_await Try(txn.Commit());
  if (Decides(events.back())) open_.Erase(order_id);
  co_return Moved::kMoved;
}

Task<absl::StatusOr<Moved>> Orders::Apply(std::string order_id, Event event, std::string cause) {
  std::vector<Event> events(1, event);
  co_return co_await Apply(std::move(order_id), std::move(events), std::move(cause));
}

Task<absl::Status> Orders::HandOver(std::string order_id, std::string reason) {
  co_await Try(
      db_.Execute("INSERT INTO manual_queue SELECT order_id, ?, ? FROM trade_order"
                  " WHERE order_id = ? AND status IN ('INIT', 'PROCESSING', 'SUBMITTED')"
                  " ON CONFLICT DO NOTHING",
                  reason, env_.clock().NowMillis(), order_id));
  open_.Erase(order_id);
  co_return absl::OkStatus();
}

}  // namespace exchange
