#include "scenarios/broker/depot.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/broker/shop.h"

namespace order {

using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr absl::string_view kSchema =
    "CREATE TABLE inbox("
    "  what TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE handled("
    "  handled_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  order_id TEXT NOT NULL,"
    "  message_id INTEGER NOT NULL);"
    "CREATE TABLE shipment("
    "  shipment_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  order_id TEXT NOT NULL,"
    "  message_id INTEGER NOT NULL,"
    "  shipped_at INTEGER NOT NULL);";

}  // namespace

Depot::Depot(sim::Env& env)
    : env_(env),
      db_(env.database()),
      consumer_(env, env.peer("broker"), std::string(kTopic), "depots", *this,
                {.ack_first = env.settings().Quirk("mq.ack_first")}) {}

Task<absl::Status> Depot::Start() {
  consumer_.Start();
  co_return absl::OkStatus();
}

Task<absl::Status> Depot::Handle(broker::Message message) {
  if (message.body() == kMalformed) co_return absl::InvalidArgumentError("cannot read it");
  const uint64_t packs = env_.Draw("pack", message.key(), 1'000);
  co_await env_.clock().Sleep(absl::Milliseconds(static_cast<int64_t>(packs)));
  const bool change = message.body() == kChanged;
  const std::string what = change ? absl::StrCat(message.key(), " ", kChanged) : message.key();
  auto txn = co_await Try(db_.Begin());
  if (!env_.settings().Is("inbox", "off")) {
    auto fresh =
        co_await Try(txn.Execute("INSERT INTO inbox VALUES(?) ON CONFLICT DO NOTHING", what));
    if (fresh.affected() == 0) co_return absl::OkStatus();
  }
  co_await Try(txn.Execute("INSERT INTO handled(order_id, message_id) VALUES(?, ?)", message.key(),
                           message.message_id()));
  if (change) co_return co_await txn.Commit();
  co_await Try(txn.Execute("INSERT INTO shipment(order_id, message_id, shipped_at) VALUES(?, ?, ?)",
                           message.key(), message.message_id(), env_.clock().NowMillis()));
  co_return co_await txn.Commit();
}

sim::SystemSpec DepotSystem() {
  sim::SystemSpec spec;
  spec.name = "order.Depot";
  spec.about = "Ships orders of which messages tell it, and notes their changes.";
  spec.roles = {{"broker", "broker.Broker", {"broker.Poll", "broker.Ack"}}};
  spec.switches = {{"inbox", "whether it remembers what it has handled", "on", {"on", "off"}}};
  spec.quirks = {{"mq.ack_first", "acknowledges a message before it has handled it",
                  "this project: auto-commit of offsets, the default of Kafka's consumer",
                  Trigger::Nothing("some orders no depot can read")}};
  spec.tasks = {std::string(broker::kPollTask)};
  spec.schema = [](const sim::Settings&) { return std::string(kSchema); };
  spec.make = [](sim::Env& env) { return std::make_unique<Depot>(env); };
  return spec;
}

}  // namespace order
