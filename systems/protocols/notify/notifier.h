// Notifier: best-effort notification (最大努力通知).
//
// A provider tells somebody of another company what has become of an order. The
// notice is written in the transaction that makes it true, and sent again by a
// schedule until it is acknowledged as processed or the schedule is exhausted; it
// may arrive several times and in any order. Delivery is not promised: who must
// know asks the provider's query interface.
//
//   auto notice = co_await sim::Try(notifier_.Write(txn, "order-7", "RESULT"));
//   co_await sim::Try(txn.Commit());
//   notifier_.Send(notice);
//
// An attempt is claimed in the table before it is made: a crash may waste an
// attempt, it never makes one too many. After a restart the schedule goes on where
// the table says. Attempts may overlap: each waits for its answer, up to
// kAttemptDeadline, whatever the schedule does meanwhile.

#ifndef SYSTEMS_PROTOCOLS_NOTIFY_NOTIFIER_H_
#define SYSTEMS_PROTOCOLS_NOTIFY_NOTIFIER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/protocols/notify/schedule.h"
#include "systems/scheduler/agenda.h"

namespace notify {

// One row of `notification` for each notice, one of `notification_log` for each
// attempt whose end was seen. Times are milliseconds since 1970. `next_at` is when
// the next attempt may be made; after the last one, when the notice is given up.
inline constexpr absl::string_view kSchema =
    "CREATE TABLE notification("
    "  notify_id TEXT NOT NULL PRIMARY KEY,"
    "  order_id TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  status TEXT NOT NULL,"  // PENDING SUCCESS EXHAUSTED
    "  attempts INTEGER NOT NULL,"
    "  max_attempts INTEGER NOT NULL,"
    "  next_at INTEGER NOT NULL,"
    "  UNIQUE(order_id, kind)) WITHOUT ROWID;"
    "CREATE TABLE notification_log("
    "  log_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  notify_id TEXT NOT NULL,"
    "  attempt INTEGER NOT NULL,"
    "  sent_at INTEGER NOT NULL,"
    "  result TEXT NOT NULL);";  // PROCESSED NOT_PROCESSED UNANSWERED

inline constexpr absl::Duration kAttemptDeadline = absl::Seconds(20);

enum class Answer {
  kProcessed,
  kNotProcessed,  // it arrived, and is to be sent again later
  kUnanswered,    // nobody knows whether it arrived
};

// Who is to be told, and how.
class Recipient {
 public:
  virtual ~Recipient() = default;

  // Sends the notice of `kind` about the order once, and waits for the answer at
  // most kAttemptDeadline.
  virtual sim::Task<Answer> Tell(std::string order_id, std::string kind) = 0;
};

// A notice that has been written and is to be sent once that is committed.
class Notice {
 public:
  Notice(std::string id, int64_t at) : id_(std::move(id)), at_(at) {}
  const std::string& id() const { return id_; }
  int64_t at() const { return at_; }

 private:
  std::string id_;
  int64_t at_;
};

class Notifier {
 public:
  struct Options {
    Schedule schedule;
    // Published mistakes:
    bool status_no_cas = false;        // a late answer overwrites the recorded one
    bool reload_wrong_status = false;  // looks for statuses that nobody writes
    bool reload_sends_now = false;     // forgets at a restart when each was due
  };

  Notifier(sim::Env& env, Recipient& recipient, Options options);

  // Goes on with what the table holds. Once, at boot.
  sim::Task<absl::Status> Start();

  // Writes a notice as part of `txn`, unless the order has one of this kind.
  sim::Task<absl::StatusOr<Notice>> Write(sim::Transaction& txn, std::string order_id,
                                          std::string kind);

  // After the commit.
  void Send(const Notice& notice) { agenda_.Put(notice.id(), notice.at()); }

  // Sends what was not acknowledged about the order once more now, even if its
  // schedule is exhausted (重新发起通知).
  sim::Task<absl::Status> Resend(std::string order_id);

 private:
  struct Attempt;

  sim::Task<> Run();
  sim::Task<> Deliver(std::string notify_id);
  sim::Task<absl::StatusOr<std::optional<Attempt>>> Claim(std::string notify_id);
  sim::Task<absl::Status> Record(Attempt attempt, Answer answer);

  sim::Env& env_;
  sim::Database db_;
  Recipient& recipient_;
  Options options_;
  scheduler::Agenda agenda_;
};

}  // namespace notify

#endif  // SYSTEMS_PROTOCOLS_NOTIFY_NOTIFIER_H_
