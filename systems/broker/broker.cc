#include "systems/broker/broker.h"

#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "systems/broker/methods.h"

namespace broker {

using sim::ChoiceKind;
using sim::PlaceKind;
using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

// Times are milliseconds since 1970. A delivery is OUT until it is DONE or DEAD; from
// `next_at` it may be made again. A message without one was never handed out.
constexpr absl::string_view kSchema =
    "CREATE TABLE topic("
    "  name TEXT NOT NULL PRIMARY KEY,"
    "  messages INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE message("
    "  message_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  topic TEXT NOT NULL,"
    "  key TEXT NOT NULL,"
    "  body TEXT NOT NULL,"
    "  visible_at INTEGER NOT NULL);"
    "CREATE TABLE half("
    "  half_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  topic TEXT NOT NULL,"
    "  key TEXT NOT NULL,"
    "  body TEXT NOT NULL,"
    "  producer INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"  // PREPARED COMMITTED ROLLED_BACK DISCARDED
    "  asked INTEGER NOT NULL,"
    "  ask_at INTEGER NOT NULL);"
    "CREATE TABLE delivery("
    "  grp TEXT NOT NULL,"
    "  message_id INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  made INTEGER NOT NULL,"
    "  next_at INTEGER NOT NULL,"
    "  PRIMARY KEY(grp, message_id)) WITHOUT ROWID;"
    "CREATE TABLE progress("  // all messages up to this one are DONE or DEAD
    "  grp TEXT NOT NULL,"
    "  topic TEXT NOT NULL,"
    "  message_id INTEGER NOT NULL,"
    "  PRIMARY KEY(grp, topic)) WITHOUT ROWID;"
    "CREATE TABLE dead_letter("
    "  grp TEXT NOT NULL,"
    "  message_id INTEGER NOT NULL,"
    "  key TEXT NOT NULL,"
    "  PRIMARY KEY(grp, message_id)) WITHOUT ROWID;"
    "CREATE TABLE alert("
    "  alert_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  grp TEXT NOT NULL,"
    "  message_id INTEGER NOT NULL);";

// Whoever adds to a topic has its row until the commit: else a message could be seen
// after one with a larger number, and progress would have passed it.
constexpr absl::string_view kLockTopic =
    "INSERT INTO topic VALUES(?, 1) ON CONFLICT(name) DO UPDATE SET messages = messages + 1";

// Whoever polls or acknowledges has its group's row until the commit: two polls at once
// would be handed the same messages. RocketMQ's broker locks the queue for a group's pop
// (PopMessageProcessor.QueueLockManager).
constexpr absl::string_view kLockGroup =
    "INSERT INTO progress VALUES(?, ?, 0) ON CONFLICT(grp, topic)"
    " DO UPDATE SET message_id = message_id";

int64_t Millis(absl::Duration time) { return absl::ToInt64Milliseconds(time); }

}  // namespace

// A message that a group should have.
struct Broker::Due {
  Due(int64_t id, std::string key, std::string body, int64_t made)
      : id(id), key(std::move(key)), body(std::move(body)), made(made) {}

  int64_t id;
  std::string key;
  std::string body;
  int64_t made;  // deliveries so far
};

Task<absl::Status> Broker::Start() {
  env_.Serve(kPublish, this, &Broker::Publish);
  env_.Serve(kPrepare, this, &Broker::Prepare);
  env_.Serve(kEnd, this, &Broker::End);
  env_.Serve(kPoll, this, &Broker::Poll);
  env_.Serve(kAck, this, &Broker::Ack);
  env_.Every("ask_producers", kAskAfter, this, &Broker::AskProducers);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PublishReply>> Broker::Publish(PublishRequest request) {
  const sim::Choice choice = faults_.Ask(PlaceKind::kPublish, request.topic(), request.key());
  if (choice.kind == ChoiceKind::kUnavailable) GoOut(sim::FromNanos(choice.amount));
  if (IsOut()) co_return sim::Refused("the broker is out of service");
  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute(kLockTopic, request.topic()));
  auto stored = co_await Try(
      txn.Execute("INSERT INTO message(topic, key, body, visible_at) VALUES(?, ?, ?, ?)",
                  request.topic(), request.key(), request.body(), Now() + request.delay_ms()));
  co_await Try(txn.Commit());
  PublishReply reply;
  reply.set_message_id(stored.inserted_id());
  co_return reply;
}

Task<absl::StatusOr<PrepareReply>> Broker::Prepare(PrepareRequest request) {
  const sim::Choice choice = faults_.Ask(PlaceKind::kPublish, request.topic(), request.key());
  if (choice.kind == ChoiceKind::kUnavailable) GoOut(sim::FromNanos(choice.amount));
  if (IsOut()) co_return sim::Refused("the broker is out of service");
  auto stored =
      co_await Try(db_.Execute("INSERT INTO half(topic, key, body, producer, state, asked, ask_at)"
                               " VALUES(?, ?, ?, ?, 'PREPARED', 0, ?)",
                               request.topic(), request.key(), request.body(), request.producer(),
                               Now() + Millis(kAskAfter)));
  PrepareReply reply;
  reply.set_half_id(stored.inserted_id());
  co_return reply;
}

Task<absl::StatusOr<EndReply>> Broker::End(EndRequest request) {
  EndReply reply;
  if (IsOut()) co_return sim::Refused("the broker is out of service");
  if (request.decision() == UNKNOWN) co_return reply;
  const bool commit = request.decision() == COMMIT;
  absl::string_view state = "ROLLED_BACK";
  if (commit) state = "COMMITTED";
  auto txn = co_await Try(db_.Begin());
  auto ended =
      co_await Try(txn.Execute("UPDATE half SET state = ? WHERE half_id = ? AND state = 'PREPARED'",
                               state, request.half_id()));
  if (ended.affected() == 0) co_return reply;
  if (commit) {
    auto half = co_await Try(
        txn.Execute("SELECT topic, key, body FROM half WHERE half_id = ?", request.half_id()));
    co_await Try(txn.Execute(kLockTopic, half[0].Text(0)));
    co_await Try(txn.Execute("INSERT INTO message(topic, key, body, visible_at) VALUES(?, ?, ?, ?)",
                             half[0].Text(0), half[0].Text(1), half[0].Text(2), Now()));
  }
  co_await Try(txn.Commit());
  co_return reply;
}

Task<> Broker::AskProducers() { (co_await AskOnce()).IgnoreError(); }

// Counts the question before it asks: a producer that is never there is asked as often.
Task<absl::Status> Broker::AskOnce() {
  auto open =
      co_await Try(db_.Execute("SELECT half_id, key, producer, asked FROM half"
                               " WHERE state = 'PREPARED' AND ask_at <= ? ORDER BY half_id",
                               Now()));
  for (const sim::Row& row : open) {
    if (row.Int(3) >= kMostAsked) {
      co_await Try(db_.Execute(
          "UPDATE half SET state = 'DISCARDED' WHERE half_id = ? AND state = 'PREPARED'",
          row.Int(0)));
      continue;
    }
    co_await Try(
        db_.Execute("UPDATE half SET asked = asked + 1, ask_at = ?"
                    " WHERE half_id = ? AND state = 'PREPARED'",
                    Now() + Millis(kAskEvery), row.Int(0)));
    CheckBackRequest request;
    request.set_half_id(row.Int(0));
    request.set_key(row.Text(1));
    env_.Send(sim::Address{static_cast<sim::NodeId>(row.Int(2))}, kCheckBack, request);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PollReply>> Broker::Poll(PollRequest request) {
  PollReply reply;
  if (IsOut()) co_return sim::Refused("the broker is out of service");
  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute(kLockGroup, request.group(), request.topic()));
  const std::vector<Due> all = co_await Try(FindDue(txn, request));
  for (const Due& due : all) {
    if (reply.message_size() >= request.most()) break;
    const bool there = co_await Try(Survives(txn, request, due));
    if (IsOut()) break;
    if (!there) continue;
    const bool handed_out = co_await Try(HandOut(txn, request.group(), due));
    if (!handed_out) continue;
    Message* message = reply.add_message();
    message->set_message_id(due.id);
    message->set_key(due.key);
    message->set_body(due.body);
    message->set_delivery(due.made + 1);
  }
  co_await Try(txn.Commit());
  co_return reply;
}

Task<absl::StatusOr<std::vector<Broker::Due>>> Broker::FindDue(sim::Transaction& txn,
                                                               PollRequest request) {
  const int64_t now = Now();
  auto rows = co_await Try(txn.Execute(
      "SELECT m.message_id, m.key, m.body, coalesce(d.made, 0), coalesce(d.next_at, 0)"
      "  FROM message m LEFT JOIN delivery d ON d.grp = ?1 AND d.message_id = m.message_id"
      "  WHERE m.topic = ?2 AND m.visible_at <= ?3"
      "    AND m.message_id > coalesce("
      "      (SELECT message_id FROM progress WHERE grp = ?1 AND topic = ?2), 0)"
      "    AND coalesce(d.state, 'OUT') = 'OUT'"
      "  ORDER BY m.message_id",
      request.group(), request.topic(), now));
  std::vector<Due> due;
  const bool overtakes = env_.settings().Quirk("broker.retry_overtakes");
  std::set<std::string> busy;  // keys of which a message is out, or is about to be
  for (const sim::Row& row : rows) {
    const std::string key = row.Text(1);
    if (!key.empty() && !overtakes && !busy.insert(key).second) continue;
    if (row.Int(4) > now) continue;
    due.emplace_back(row.Int(0), key, row.Text(2), row.Int(3));
  }
  co_return due;
}

Task<absl::StatusOr<bool>> Broker::Survives(sim::Transaction& txn, PollRequest request, Due due) {
  const sim::Choice choice = faults_.Ask(PlaceKind::kDeliver, request.topic(), due.key);
  if (choice.kind == ChoiceKind::kUnavailable) GoOut(sim::FromNanos(choice.amount));
  if (choice.kind == ChoiceKind::kRebalance) {
    // All that is out goes to whoever polls next.
    co_await Try(
        txn.Execute("UPDATE delivery SET next_at = ? WHERE grp = ? AND state = 'OUT' AND message_id"
                    " IN (SELECT message_id FROM message WHERE topic = ?)",
                    Now(), request.group(), request.topic()));
  }
  if (choice.kind != ChoiceKind::kReorder) co_return !IsOut();
  co_await Try(
      txn.Execute("INSERT INTO delivery VALUES(?1, ?2, 'OUT', 0, ?3)"
                  "  ON CONFLICT(grp, message_id) DO UPDATE SET next_at = ?3",
                  request.group(), due.id, Now() + choice.amount / sim::Millis(1)));
  co_return false;
}

Task<absl::StatusOr<bool>> Broker::HandOut(sim::Transaction& txn, std::string group, Due due) {
  const int64_t retries = env_.settings().Int("retries");
  if (due.made > retries) {
    co_await Try(Bury(txn, group, due));
    co_return false;
  }
  // After the last one a while is left for its acknowledgement.
  const auto level = static_cast<size_t>(due.made < retries ? due.made : 0);
  co_await Try(
      txn.Execute("INSERT INTO delivery VALUES(?1, ?2, 'OUT', 1, ?3)"
                  "  ON CONFLICT(grp, message_id) DO UPDATE SET made = made + 1, next_at = ?3",
                  group, due.id, Now() + Millis(kRetryAfter[level])));
  co_return true;
}

Task<absl::Status> Broker::Bury(sim::Transaction& txn, std::string group, Due due) {
  co_await Try(txn.Execute("UPDATE delivery SET state = 'DEAD' WHERE grp = ? AND message_id = ?",
                           group, due.id));
  co_await Try(txn.Execute("INSERT INTO dead_letter VALUES(?, ?, ?)", group, due.id, due.key));
  if (env_.settings().Quirk("broker.dead_without_alert")) co_return absl::OkStatus();
  co_await Try(txn.Execute("INSERT INTO alert(grp, message_id) VALUES(?, ?)", group, due.id));
  co_return absl::OkStatus();
}

Task<absl::StatusOr<AckReply>> Broker::Ack(AckRequest request) {
  AckReply reply;
  if (IsOut()) co_return sim::Refused("the broker is out of service");
  auto found = co_await Try(
      db_.Execute("SELECT topic FROM message WHERE message_id = ?", request.message_id()));
  if (found.empty()) co_return absl::NotFoundError("there is no such message");
  const std::string topic = found[0].Text(0);
  const sim::Choice choice = faults_.Ask(PlaceKind::kAck, topic, request.key());
  if (choice.kind == ChoiceKind::kLostAck) co_return reply;

  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute(kLockGroup, request.group(), topic));
  co_await Try(txn.Execute(
      "UPDATE delivery SET state = 'DONE' WHERE grp = ? AND message_id = ? AND state = 'OUT'",
      request.group(), request.message_id()));
  // Up to the first that is not done.
  co_await Try(
      txn.Execute("UPDATE progress SET message_id = coalesce("
                  "    (SELECT min(m.message_id) - 1 FROM message m"
                  "       LEFT JOIN delivery d ON d.grp = ?1 AND d.message_id = m.message_id"
                  "       WHERE m.topic = ?2 AND m.message_id > progress.message_id"
                  "         AND coalesce(d.state, 'OUT') = 'OUT'),"
                  "    (SELECT max(message_id) FROM message WHERE topic = ?2))"
                  "  WHERE grp = ?1 AND topic = ?2",
                  request.group(), topic));
  co_await Try(txn.Commit());
  co_return reply;
}

sim::SystemSpec BrokerSystem() {
  sim::SystemSpec spec;
  spec.name = "broker.Broker";
  spec.about = "A durable log of messages for each topic, delivered at least once, as RocketMQ.";
  spec.switches = {{"retries",
                    "how often a message is delivered again before it is a dead letter",
                    "16",
                    {},
                    0,
                    static_cast<int64_t>(kRetryAfter.size())}};
  spec.quirks = {{"broker.dead_without_alert", "puts a message among the dead letters in silence",
                  "this project: a queue that nobody watches, with the name of one that is",
                  Trigger::Nothing("some orders no depot can read")},
                 {"broker.retry_overtakes",
                  "hands out the next message of a key while the one before waits to come again",
                  "apache/rocketmq docs: MessageListenerConcurrently, which keeps no order",
                  Trigger::Nothing("two depots take messages by turns, also one customer's")}};
  spec.methods = {kPublish, kPrepare, kEnd, kPoll, kAck};
  spec.calls_back = {std::string(kCheckBack.name)};
  spec.tasks = {"ask_producers"};
  spec.infrastructure = {PlaceKind::kPublish, PlaceKind::kDeliver, PlaceKind::kAck};
  spec.schema = [](const sim::Settings&) { return std::string(kSchema); };
  spec.make = [](sim::Env& env) { return std::make_unique<Broker>(env); };
  spec.tries_for = [](const sim::Settings& settings) {
    // The deliveries of one message, or the questions about a half one.
    sim::Nanos deliveries = 0;
    for (int64_t i = 0; i <= settings.Int("retries"); ++i) {
      const auto level = static_cast<size_t>(i < settings.Int("retries") ? i : 0);
      deliveries += sim::ToNanos(kRetryAfter[level]);
    }
    return deliveries + sim::ToNanos(kAskAfter + (kMostAsked + 1) * kAskEvery);
  };
  return spec;
}

}  // namespace broker
