// Orders: what the initiator knows of its payments, and how that may change.
//
//   INIT -> PROCESSING -> SUBMITTED -> SUCCESS -> REVERSED
//              |              |
//              +------+-------+-> FAILED        (and PROCESSING -> SUCCESS: the
//                                                notice may overtake the answer)
//
// An order moves only from where the event finds it legal, by a compare-and-set
// with the old status in its WHERE, and the move is logged in the same
// transaction: either both are committed or neither. SUCCESS means that the money
// has moved, FAILED that it never will; without definitive evidence of one of them
// an order stays where it is.

#ifndef SYSTEMS_EXCHANGE_ORDERS_H_
#define SYSTEMS_EXCHANGE_ORDERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/scheduler/agenda.h"

namespace exchange {

// Times are milliseconds since 1970. `manual_queue` shows the orders that a person
// has to look at.
inline constexpr absl::string_view kOrdersSchema =
    "CREATE TABLE trade_order("
    "  order_id TEXT NOT NULL PRIMARY KEY,"
    "  payer TEXT NOT NULL,"
    "  payee TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  currency TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  next_query_at INTEGER NOT NULL,"
    "  queries INTEGER NOT NULL,"
    "  version INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE trade_flow("
    "  flow_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  order_id TEXT NOT NULL,"
    "  event_id TEXT NOT NULL,"
    "  from_status TEXT NOT NULL,"
    "  to_status TEXT NOT NULL,"
    "  cause TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  UNIQUE(order_id, event_id));"
    "CREATE TABLE manual_queue("
    "  order_id TEXT NOT NULL PRIMARY KEY,"
    "  reason TEXT NOT NULL,"
    "  entered_at INTEGER NOT NULL) WITHOUT ROWID;";

enum class Event {
  kSend,     // the submission is about to be sent
  kAccept,   // the provider has accepted it
  kSucceed,  // the money has moved
  kFail,     // definitive: it never will
  kReverse,  // it has moved back
};

enum class Moved {
  kMoved,
  kAlready,    // the event is history: it, or something after it, was booked before
  kNotNow,     // the event is not legal here (yet)
  kOvertaken,  // another event was first while this one was looked at: look again
};

struct Order {
  explicit Order(const sim::Row& row);

  // Whether its outcome is still unknown.
  bool open() const;

  std::string order_id;
  std::string payer;
  std::string payee;
  int64_t amount;
  std::string currency;
  std::string status;
  int64_t created_at;
  int64_t next_query_at;
  int64_t queries;
};

class Orders {
 public:
  // Keeps in `open` when to ask about each order whose outcome is unknown.
  Orders(sim::Env& env, scheduler::Agenda& open);

  sim::Task<absl::StatusOr<std::optional<Order>>> Find(std::string order_id);

  // Moves the order by `event` as part of `txn`; changes nothing unless kMoved.
  // `cause` says how the event became known. AlreadyExists if the flow has this
  // event: then `txn` must not be committed.
  sim::Task<absl::StatusOr<Moved>> Move(sim::Transaction& txn, std::string order_id, Event event,
                                        std::string cause);

  // Moves the order by all of `events` in one transaction of its own, skipping
  // those that are history; kNotNow if one is not legal: then by none. Never kOvertaken.
  sim::Task<absl::StatusOr<Moved>> Apply(std::string order_id, std::vector<Event> events,
                                         std::string cause);
  sim::Task<absl::StatusOr<Moved>> Apply(std::string order_id, Event event, std::string cause);

  // Gives the order to a person; nothing asks about it any more.
  sim::Task<absl::Status> HandOver(std::string order_id, std::string reason);

 private:
  sim::Task<absl::StatusOr<Moved>> TryToApply(std::string order_id, std::vector<Event> events,
                                              std::string cause);

  sim::Env& env_;
  sim::Database db_;
  scheduler::Agenda& open_;
  const bool books_reversals_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_ORDERS_H_
