#include "systems/protocols/notify/notifier.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace notify {

using sim::Task;
using sim::Try;

namespace {

constexpr int64_t kRetryAfter = 1'000;  // when the database could not be asked

absl::string_view Name(Answer answer) {
  switch (answer) {
    case Answer::kProcessed:
      return "PROCESSED";
    case Answer::kNotProcessed:
      return "NOT_PROCESSED";
    case Answer::kUnanswered:
      return "UNANSWERED";
  }
  return "";
}

}  // namespace

// A claimed attempt to deliver a notice.
struct Notifier::Attempt {
  Attempt(std::string notify_id, std::string order_id, std::string kind, int64_t number,
          int64_t sent_at)
      : notify_id(std::move(notify_id)),
        order_id(std::move(order_id)),
        kind(std::move(kind)),
        number(number),
        sent_at(sent_at) {}

  std::string notify_id;
  std::string order_id;
  std::string kind;
  int64_t number;  // from 1
  int64_t sent_at;
};

Notifier::Notifier(sim::Env& env, Recipient& recipient, Options options)
    : env_(env),
      db_(env.database()),
      recipient_(recipient),
      options_(std::move(options)),
      agenda_(env) {}

Task<absl::Status> Notifier::Start() {
  absl::string_view pending =
      "SELECT notify_id, next_at FROM notification WHERE status = 'PENDING'";
  if (options_.reload_wrong_status) {
    pending = "SELECT notify_id, next_at FROM notification WHERE status IN ('101', '102', '200')";
  }
  auto rows = co_await Try(db_.Execute(pending));
  for (const sim::Row& row : rows) {
    agenda_.Put(row.Text(0), options_.reload_sends_now ? env_.clock().NowMillis() : row.Int(1));
  }
  env_.Spawn("notifier", Run());
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Notice>> Notifier::Write(sim::Transaction& txn, std::string order_id,
                                             std::string kind) {
  const std::string notify_id = absl::StrCat(order_id, "/", kind);
  const int64_t at = env_.clock().NowMillis() + options_.schedule.WaitAfter(0);
  auto written =
      co_await Try(txn.Execute("INSERT INTO notification VALUES(?, ?, ?, 'PENDING', 0, ?, ?)"
                               " ON CONFLICT DO NOTHING",
                               notify_id, order_id, kind, options_.schedule.attempts(), at));
  if (written.affected() > 0) co_return Notice(notify_id, at);
  auto rows =
      co_await Try(txn.Execute("SELECT next_at FROM notification WHERE notify_id = ?", notify_id));
  co_return Notice(notify_id, rows[0].Int(0));
}

Task<absl::Status> Notifier::Resend(std::string order_id) {
  const int64_t now = env_.clock().NowMillis();
  auto txn = co_await Try(db_.Begin());
  auto rows =
      co_await Try(txn.Execute("SELECT notify_id FROM notification"
                               " WHERE order_id = ? AND status IN ('PENDING', 'EXHAUSTED')",
                               order_id));
  co_await Try(
      txn.Execute("UPDATE notification SET status = 'PENDING', next_at = ?,"
                  "  max_attempts = max_attempts + 1"
                  " WHERE order_id = ? AND status IN ('PENDING', 'EXHAUSTED')",
                  now, order_id));
  const absl::Status committed = co_await txn.Commit();
  // If nobody knows, it may have happened, and each attempt looks at its row.
  if (committed.ok() || absl::IsUnknown(committed)) {
    for (const sim::Row& row : rows) agenda_.Put(row.Text(0), now);
  }
  co_return committed;
}

Task<> Notifier::Run() {
  for (;;) {
    const std::string notify_id = co_await agenda_.Next();
    env_.Spawn("notify", notify_id, Deliver(notify_id));
  }
}

Task<> Notifier::Deliver(std::string notify_id) {
  const auto attempt = co_await Claim(notify_id);
  if (!attempt.ok()) agenda_.Put(notify_id, env_.clock().NowMillis() + kRetryAfter);
  if (!attempt.ok() || !attempt->has_value()) co_return;

  const Answer answer = co_await recipient_.Tell((*attempt)->order_id, (*attempt)->kind);
  // If this fails, the schedule goes on as if nobody had answered.
  (co_await Record(**attempt, answer)).IgnoreError();
}

// Counts the attempt and sets the time of the next one before this one is made.
// Nothing, if none is to be made.
Task<absl::StatusOr<std::optional<Notifier::Attempt>>> Notifier::Claim(std::string notify_id) {
  auto txn = co_await Try(db_.Begin());
  auto rows =
      co_await Try(txn.Execute("SELECT order_id, kind, attempts, max_attempts, next_at"
                               "  FROM notification WHERE notify_id = ? AND status = 'PENDING'"
                               "  FOR UPDATE",
                               notify_id));
  if (rows.empty()) co_return std::nullopt;
  const int64_t now = env_.clock().NowMillis();  // once no other attempt holds the row
  if (rows[0].Int(4) > now && !options_.reload_sends_now) {
    // A claim of which nobody knew has happened, or the clock was set back.
    agenda_.Put(notify_id, rows[0].Int(4));
    co_return std::nullopt;
  }
  const int64_t made = rows[0].Int(2);
  const int64_t max_attempts = rows[0].Int(3);
  if (made >= max_attempts) {
    co_await Try(
        txn.Execute("UPDATE notification SET status = 'EXHAUSTED'"
                    " WHERE notify_id = ? AND status = 'PENDING' AND attempts = ?",
                    notify_id, made));
    co_await Try(txn.Commit());
    co_return std::nullopt;
  }

  int64_t wait = options_.schedule.WaitAfter(made + 1);
  if (made + 1 == max_attempts) wait = absl::ToInt64Milliseconds(kAttemptDeadline) + kRetryAfter;
  auto claimed =
      co_await Try(txn.Execute("UPDATE notification SET attempts = ?, next_at = ?"
                               " WHERE notify_id = ? AND status = 'PENDING' AND attempts = ?",
                               made + 1, now + wait, notify_id, made));
  if (claimed.affected() == 0) co_return std::nullopt;
  agenda_.Put(notify_id, now + wait);  // before an answer can take it off again
  co_await Try(txn.Commit());
  co_return Attempt(notify_id, rows[0].Text(0), rows[0].Text(1), made + 1, now);
}

Task<absl::Status> Notifier::Record(Attempt attempt, Answer answer) {
  const bool processed = answer == Answer::kProcessed;
  const std::string status = processed ? "SUCCESS" : "PENDING";
  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute(
      "INSERT INTO notification_log(notify_id, attempt, sent_at, result) VALUES(?, ?, ?, ?)",
      attempt.notify_id, attempt.number, attempt.sent_at, Name(answer)));
  if (options_.status_no_cas) {
    co_await Try(txn.Execute("UPDATE notification SET status = ? WHERE notify_id = ?", status,
                             attempt.notify_id));
  } else if (processed) {
    co_await Try(txn.Execute(
        "UPDATE notification SET status = 'SUCCESS' WHERE notify_id = ? AND status = 'PENDING'",
        attempt.notify_id));
  }
  co_await Try(txn.Commit());
  if (processed) agenda_.Erase(attempt.notify_id);
  co_return absl::OkStatus();
}

}  // namespace notify
