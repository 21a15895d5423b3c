#include "scenarios/broker/shop.h"

#include <memory>
#include <utility>

#include "systems/broker/methods.h"

namespace order {

using broker::Decision;
using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr absl::string_view kSchema =
    "CREATE TABLE orders("
    "  order_id TEXT NOT NULL PRIMARY KEY,"
    "  malformed INTEGER NOT NULL,"
    "  half_id INTEGER NOT NULL,"  // of its message
    "  placed_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE local_tx("
    "  tx_key TEXT NOT NULL PRIMARY KEY,"
    "  state TEXT NOT NULL) WITHOUT ROWID;";

constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(4)};

}  // namespace

Task<absl::Status> Shop::Start() {
  env_.Serve(kPlace, this, &Shop::Place);
  env_.Serve(kChange, this, &Shop::Change);
  env_.Serve(broker::kCheckBack, this, &Shop::CheckBack);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PlaceReply>> Shop::Place(PlaceRequest request) {
  const std::string order = request.order();
  const auto running = running_.insert(order);
  // Without a half message there is no order. If one is there all the same, it is asked
  // about, and rolled back.
  const auto half_id = co_await Prepare(request);
  absl::Status booked = half_id.status();
  if (half_id.ok()) {
    if (env_.settings().Quirk("mq.commit_first")) End(order, *half_id, Decision::COMMIT);
    // Others are asked before an order is booked: stock, limits, risk control.
    const uint64_t thinks = env_.Draw("risk control", order, 20'000);
    co_await env_.clock().Sleep(absl::Milliseconds(static_cast<int64_t>(thinks)));
    booked = co_await Book(request, *half_id);
  }
  running_.erase(running);

  PlaceReply reply;
  reply.set_placed(booked.ok());
  if (booked.ok()) End(order, *half_id, Decision::COMMIT);
  // Else who asks back is told what the table says by then.
  if (!booked.ok()) co_return booked;
  co_return reply;
}

Task<absl::StatusOr<int64_t>> Shop::Prepare(PlaceRequest request) {
  broker::PrepareRequest half;
  half.set_topic(std::string(kTopic));
  half.set_key(request.order());
  half.set_body(request.malformed() ? std::string(kMalformed) : request.order());
  half.set_producer(env_.address().node);
  auto prepared = co_await Try(env_.Call(env_.peer("broker"), broker::kPrepare, half, kPatience));
  co_return prepared.half_id();
}

Task<absl::Status> Shop::Book(PlaceRequest request, int64_t half_id) {
  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute("INSERT INTO orders VALUES(?, ?, ?, ?)", request.order(),
                           request.malformed(), half_id, env_.clock().NowMillis()));
  co_await Try(txn.Execute("INSERT INTO local_tx VALUES(?, 'COMMITTED')", request.order()));
  co_return co_await txn.Commit();
}

// No depot may hear of a change before it hears of the order: once the broker has answered,
// the first message is in the topic, or never will be.
Task<absl::StatusOr<ChangeReply>> Shop::Change(ChangeRequest request) {
  auto rows =
      co_await Try(db_.Execute("SELECT half_id FROM orders WHERE order_id = ?", request.order()));
  if (rows.empty()) co_return absl::NotFoundError("there is no such order");
  broker::EndRequest end;
  end.set_key(request.order());
  end.set_half_id(rows[0].Int(0));
  end.set_decision(Decision::COMMIT);
  const auto ended = co_await env_.Call(env_.peer("broker"), broker::kEnd, end, kPatience);
  if (!ended.ok()) co_return ended.status();

  broker::PublishRequest change;
  change.set_topic(std::string(kTopic));
  change.set_key(request.order());
  change.set_body(std::string(kChanged));
  const auto told = co_await env_.Call(env_.peer("broker"), broker::kPublish, change, kPatience);
  if (!told.ok()) co_return told.status();
  co_return ChangeReply();
}

Task<absl::StatusOr<broker::CheckBackReply>> Shop::CheckBack(broker::CheckBackRequest request) {
  const bool running = running_.count(request.key()) > 0;  // before the table is read
  auto rows = co_await Try(db_.Execute("SELECT 1 FROM local_tx WHERE tx_key = ?", request.key()));
  Decision decision = running ? Decision::UNKNOWN : Decision::ROLLBACK;
  if (env_.settings().Quirk("mq.absent_is_rollback")) decision = Decision::ROLLBACK;
  if (!rows.empty()) decision = Decision::COMMIT;
  End(request.key(), request.half_id(), decision);
  co_return broker::CheckBackReply();
}

// One way: if it is lost, the broker asks.
void Shop::End(std::string order, int64_t half_id, Decision decision) {
  broker::EndRequest end;
  end.set_key(std::move(order));
  end.set_half_id(half_id);
  end.set_decision(decision);
  env_.Send(env_.peer("broker"), broker::kEnd, end);
}

sim::SystemSpec ShopSystem() {
  sim::SystemSpec spec;
  spec.name = "order.Shop";
  spec.about =
      "Takes orders and changes of them, and tells its depots by messages, of orders by "
      "transactional ones.";
  spec.roles = {{"broker", "broker.Broker", {"broker.Prepare", "broker.End", "broker.Publish"}}};
  spec.quirks = {
      {"mq.commit_first", "commits the message before its own transaction, which may fail",
       "this project: what sending from inside a transaction comes to",
       Trigger::Faults({ChoiceKind::kCrash})},
      {"mq.absent_is_rollback",
       "answers ROLLBACK when it finds no local transaction, although one may be running",
       "apache/rocketmq docs, transaction example: the listener must answer UNKNOW then",
       Trigger::Nothing("some orders take longer than the six seconds after which it is asked")},
  };
  spec.methods = {"order.Place", "order.Change", "broker.CheckBack"};
  spec.schema = [](const sim::Settings&) { return std::string(kSchema); };
  spec.make = [](sim::Env& env) { return std::make_unique<Shop>(env); };
  return spec;
}

}  // namespace order
