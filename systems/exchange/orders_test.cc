// Goal: an order moves along its state machine only, whatever event arrives in
// whatever state, and each move is logged with it.
// Method: every event in every status, against the table of the protocol; pairs of
// events, which are booked both or not at all.

#include "systems/exchange/orders.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"

namespace exchange {
namespace {

using sim::Task;

class Shelf final : public sim::Component {
 public:
  explicit Shelf(sim::Env& env) : agenda_(env), orders_(env, agenda_) {}
  Task<absl::Status> Start() override { co_return absl::OkStatus(); }

  Task<> Apply(std::vector<Event> events, std::string cause, Moved* moved) {
    *moved = (co_await orders_.Apply("order-1", events, cause)).value();
  }
  Task<> TryToApply(Event event, absl::Status* done) {
    *done = (co_await orders_.Apply("order-1", event, "notice")).status();
  }
  Task<> HandOver() { (co_await orders_.HandOver("order-1", "test")).IgnoreError(); }

 private:
  scheduler::Agenda agenda_;
  Orders orders_;
};

// One order, in the status that the test asks for.
class OrderInStatus {
 public:
  explicit OrderInStatus(const std::string& status, const std::string& quirk = "",
                         const std::string& more = "") {
    sim::SystemSpec system;
    system.schema = [status, more](const sim::Settings&) {
      return absl::StrCat(kOrdersSchema, "INSERT INTO trade_order VALUES('order-1', 'ann', 'shop',",
                          " 100, 'CNY', '", status, "', 0, 0, 0, 0);", more);
    };
    system.make = [this](sim::Env& env) {
      env_ = &env;
      auto shelf = std::make_unique<Shelf>(env);
      shelf_ = shelf.get();
      return shelf;
    };
    sim::Settings settings;
    settings.Set("reverse_after_ms", "0");
    if (!quirk.empty()) settings.AddQuirk(quirk);
    world_.Start("a", system, {}, settings);
  }

  Moved Apply(std::vector<Event> events, const std::string& cause = "notice") {
    Moved moved = Moved::kNotNow;
    env_->Spawn("apply", shelf_->Apply(events, cause, &moved));
    world_.RunFor(absl::Seconds(1));
    return moved;
  }
  std::vector<Moved> ApplyTwice(Event event) {
    std::vector<Moved> moved(2, Moved::kNotNow);
    for (Moved& one : moved) env_->Spawn("apply", shelf_->Apply({event}, "notice", &one));
    world_.RunFor(absl::Seconds(1));
    return moved;
  }
  absl::Status TryToApply(Event event) {
    absl::Status done;
    env_->Spawn("apply", shelf_->TryToApply(event, &done));
    world_.RunFor(absl::Seconds(1));
    return done;
  }
  void HandOver() {
    env_->Spawn("hand_over", shelf_->HandOver());
    world_.RunFor(absl::Seconds(1));
  }
  std::string Ask(const std::string& sql) {
    return sim::ToText(world_.database("a")->Peek(sql).value()[0][0]);
  }
  std::string Status() { return Ask("SELECT status FROM trade_order"); }
  std::string Flow() {
    return Ask(
        "SELECT group_concat(from_status || '>' || to_status || ' ' || cause) FROM"
        " (SELECT * FROM trade_flow ORDER BY flow_id)");
  }

 private:
  sim::TestWorld world_;
  sim::Env* env_ = nullptr;
  Shelf* shelf_ = nullptr;
};

struct Expected {
  Event event;
  std::string from;
  Moved moved;
  std::string to;
};

TEST(Orders, MoveAsTheProtocolSays) {
  const Moved kMoved = Moved::kMoved, kAlready = Moved::kAlready, kNotNow = Moved::kNotNow;
  const std::vector<Expected> table = {
      {Event::kSend, "INIT", kMoved, "PROCESSING"},
      {Event::kSend, "PROCESSING", kAlready, "PROCESSING"},
      {Event::kSend, "REVERSED", kAlready, "REVERSED"},
      {Event::kAccept, "INIT", kNotNow, "INIT"},
      {Event::kAccept, "PROCESSING", kMoved, "SUBMITTED"},
      {Event::kAccept, "SUBMITTED", kAlready, "SUBMITTED"},
      {Event::kAccept, "SUCCESS", kAlready, "SUCCESS"},
      {Event::kAccept, "FAILED", kAlready, "FAILED"},
      {Event::kAccept, "REVERSED", kAlready, "REVERSED"},
      {Event::kSucceed, "INIT", kNotNow, "INIT"},
      {Event::kSucceed, "PROCESSING", kMoved, "SUCCESS"},
      {Event::kSucceed, "SUBMITTED", kMoved, "SUCCESS"},
      {Event::kSucceed, "SUCCESS", kAlready, "SUCCESS"},
      {Event::kSucceed, "FAILED", kNotNow, "FAILED"},
      {Event::kSucceed, "REVERSED", kAlready, "REVERSED"},
      {Event::kFail, "INIT", kNotNow, "INIT"},
      {Event::kFail, "PROCESSING", kMoved, "FAILED"},
      {Event::kFail, "SUBMITTED", kMoved, "FAILED"},
      {Event::kFail, "SUCCESS", kNotNow, "SUCCESS"},
      {Event::kFail, "FAILED", kAlready, "FAILED"},
      {Event::kFail, "REVERSED", kNotNow, "REVERSED"},
      {Event::kReverse, "INIT", kNotNow, "INIT"},
      {Event::kReverse, "PROCESSING", kNotNow, "PROCESSING"},
      {Event::kReverse, "SUBMITTED", kNotNow, "SUBMITTED"},
      {Event::kReverse, "SUCCESS", kMoved, "REVERSED"},
      {Event::kReverse, "FAILED", kNotNow, "FAILED"},
      {Event::kReverse, "REVERSED", kAlready, "REVERSED"},
  };
  for (const Expected& expected : table) {
    SCOPED_TRACE(absl::StrCat("event ", static_cast<int>(expected.event), " in ", expected.from));
    OrderInStatus order(expected.from);
    EXPECT_EQ(order.Apply({expected.event}), expected.moved);
    EXPECT_EQ(order.Status(), expected.to);
    const std::string logged = absl::StrCat(expected.from, ">", expected.to, " notice");
    EXPECT_EQ(order.Flow(), expected.moved == kMoved ? logged : "NULL");
  }
}

TEST(Orders, BookASuccessAndItsReversalTogether) {
  OrderInStatus order("SUBMITTED");
  EXPECT_EQ(order.Apply({Event::kSucceed, Event::kReverse}, "query"), Moved::kMoved);
  EXPECT_EQ(order.Status(), "REVERSED");
  EXPECT_EQ(order.Flow(), "SUBMITTED>SUCCESS query,SUCCESS>REVERSED query");
}

TEST(Orders, SkipWhatIsHistoryOfTwoEvents) {
  OrderInStatus order("SUCCESS");
  EXPECT_EQ(order.Apply({Event::kSucceed, Event::kReverse}, "query"), Moved::kMoved);
  EXPECT_EQ(order.Flow(), "SUCCESS>REVERSED query");
}

TEST(Orders, BookNeitherOfTwoEventsIfOneIsIllegal) {
  OrderInStatus order("PROCESSING");
  EXPECT_EQ(order.Apply({Event::kAccept, Event::kReverse}), Moved::kNotNow);
  EXPECT_EQ(order.Status(), "PROCESSING");
  EXPECT_EQ(order.Flow(), "NULL");
}

TEST(Orders, TakeOneOfTwoLikeEventsAtOnceForHistory) {
  OrderInStatus order("SUBMITTED");
  EXPECT_THAT(order.ApplyTwice(Event::kSucceed),
              testing::UnorderedElementsAre(Moved::kMoved, Moved::kAlready));
  EXPECT_EQ(order.Flow(), "SUBMITTED>SUCCESS notice");
}

TEST(Orders, StayIfTheFlowHasTheEventAlready) {
  OrderInStatus order(
      "PROCESSING", "",
      "INSERT INTO trade_flow(order_id, event_id, from_status, to_status, cause, at)"
      " VALUES('order-1', 'notice/SUCCESS', 'SUBMITTED', 'SUCCESS', 'notice', 0);");
  EXPECT_TRUE(absl::IsAlreadyExists(order.TryToApply(Event::kSucceed)));
  EXPECT_EQ(order.Status(), "PROCESSING");
  EXPECT_EQ(order.Ask("SELECT count(*) FROM trade_flow"), "1");
}

TEST(Orders, AreHandedOverWhileTheyAreOpen) {
  OrderInStatus open("SUBMITTED");
  open.HandOver();
  open.HandOver();
  EXPECT_EQ(open.Ask("SELECT count(*) || reason FROM manual_queue"), "1test");

  OrderInStatus ended("SUCCESS");
  ended.HandOver();
  EXPECT_EQ(ended.Ask("SELECT count(*) FROM manual_queue"), "0");
}

TEST(Orders, QuirkOverwritesANewerStatus) {
  OrderInStatus order("REVERSED", "unconditional_update");
  EXPECT_EQ(order.Apply({Event::kSucceed}), Moved::kMoved);
  EXPECT_EQ(order.Status(), "SUCCESS");
}

TEST(Orders, QuirkLogsAMoveThatDidNotHappen) {
  OrderInStatus order("PROCESSING", "ignores_zero_rows");
  EXPECT_EQ(order.Apply({Event::kReverse}), Moved::kMoved);
  EXPECT_EQ(order.Status(), "PROCESSING");
  EXPECT_EQ(order.Flow(), "PROCESSING>REVERSED notice");
}

TEST(Orders, QuirkReversesWhatHasNotSucceeded) {
  OrderInStatus order("PROCESSING", "reversal_skips_success");
  EXPECT_EQ(order.Apply({Event::kReverse}), Moved::kMoved);
  EXPECT_EQ(order.Status(), "REVERSED");
}

}  // namespace
}  // namespace exchange
