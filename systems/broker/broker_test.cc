// Goal: what is published comes to each group until it is acknowledged, in the order of
// its key, and ends among the dead with an alert when that never happens; a half message
// is seen when its producer says so, who is asked if it does not say.
// Method: a broker on a node, and a test that is producer and consumer; faults by script.

#include "systems/broker/broker.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/test_world.h"
#include "systems/broker/methods.h"

namespace broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A producer that answers check-backs as the test says, or never.
struct Script {
  Decision answer = UNKNOWN;
  std::vector<int64_t> asked;  // seconds since the start
  sim::Env* env = nullptr;
};

class Producer final : public sim::Component {
 public:
  Producer(sim::Env& env, Script& script) : env_(env), script_(script) { script.env = &env; }

  sim::Task<absl::Status> Start() override {
    env_.Serve(kCheckBack, this, &Producer::CheckBack);
    co_return absl::OkStatus();
  }

 private:
  sim::Task<absl::StatusOr<CheckBackReply>> CheckBack(CheckBackRequest request) {
    script_.asked.push_back(absl::ToInt64Seconds(env_.clock().Monotonic()));
    EndRequest end;
    end.set_key(request.key());
    end.set_half_id(request.half_id());
    end.set_decision(script_.answer);
    env_.Send(env_.peer("broker"), kEnd, end);
    co_return CheckBackReply();
  }

  sim::Env& env_;
  Script& script_;
};

class BrokerTest : public testing::Test {
 protected:
  void Boot(int64_t retries = 16) {
    sim::SystemSpec system = BrokerSystem();
    sim::Settings settings = system.Defaults();
    settings.Set("retries", absl::StrCat(retries));
    if (!quirk_.empty()) settings.AddQuirk(quirk_);
    world_.Start("q", system, {}, settings);
    sim::SystemSpec producer;
    producer.name = "producer";
    producer.make = [this](sim::Env& env) { return std::make_unique<Producer>(env, script_); };
    world_.Start("p", producer, {{"broker", "q"}});
  }

  int64_t Publish(const std::string& key, const std::string& body, int64_t delay_ms = 0) {
    PublishRequest request;
    request.set_topic("t");
    request.set_key(key);
    request.set_body(body);
    request.set_delay_ms(delay_ms);
    const auto reply = world_.Call("q", kPublish, request);
    return reply.ok() ? reply->message_id() : 0;
  }
  int64_t Prepare(const std::string& key, const std::string& body) {
    PrepareRequest request;
    request.set_topic("t");
    request.set_key(key);
    request.set_body(body);
    request.set_producer(script_.env->address().node);
    return world_.Call("q", kPrepare, request)->half_id();
  }
  void End(int64_t half_id, Decision decision) {
    EndRequest request;
    request.set_half_id(half_id);
    request.set_decision(decision);
    EXPECT_TRUE(world_.Call("q", kEnd, request).ok());
  }
  // The bodies of what a group gets now.
  std::vector<std::string> Poll(const std::string& group = "g", int32_t most = 10) {
    PollRequest request;
    request.set_topic("t");
    request.set_group(group);
    request.set_most(most);
    const auto reply = world_.Call("q", kPoll, request);
    std::vector<std::string> bodies;
    if (!reply.ok()) return {"refused"};
    for (const Message& message : reply->message()) bodies.push_back(message.body());
    return bodies;
  }
  void Ack(int64_t message_id, const std::string& key = "k", const std::string& group = "g") {
    AckRequest request;
    request.set_key(key);
    request.set_group(group);
    request.set_message_id(message_id);
    EXPECT_TRUE(world_.Call("q", kAck, request).ok());
  }
  int64_t Count(const std::string& table) {
    return world_.database("q")
        ->Peek(absl::StrCat("SELECT count(*) FROM ", table))
        .value()[0]
        .Int(0);
  }

  Script script_;
  std::string quirk_;
  sim::TestWorld world_;
};

TEST_F(BrokerTest, DeliversToEachGroupUntilItIsAcknowledged) {
  Boot();
  const int64_t id = Publish("k", "one");
  EXPECT_THAT(Poll("g"), ElementsAre("one"));
  EXPECT_THAT(Poll("h"), ElementsAre("one"));
  Ack(id, "k", "g");
  world_.RunFor(absl::Seconds(11));
  EXPECT_THAT(Poll("g"), IsEmpty());
  EXPECT_THAT(Poll("h"), ElementsAre("one"));
}

constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(4)};

sim::Task<> PollAll(sim::Env* env, std::vector<int64_t>* got) {
  PollRequest request;
  request.set_topic("t");
  request.set_group("g");
  request.set_most(1'000);
  const auto reply = co_await env->Call(env->peer("broker"), kPoll, request, kPatience);
  EXPECT_TRUE(reply.ok());
  if (!reply.ok()) co_return;
  for (const Message& message : reply->message()) got->push_back(message.message_id());
}

// So many that the second poll arrives while the first one is at work.
TEST_F(BrokerTest, HandsAMessageToOneOfTwoWhoPollAtOnce) {
  Boot();
  constexpr int kMessages = 200;
  for (int i = 0; i < kMessages; ++i) Publish(absl::StrCat("k", i), "one");
  std::vector<int64_t> got;
  const auto both = [&got](sim::Env& env) {
    env.Spawn("poll", "first", PollAll(&env, &got));
    env.Spawn("poll", "second", PollAll(&env, &got));
  };
  world_.Start("c", sim::Acting::System(both), {{"broker", "q"}});
  world_.RunFor(absl::Seconds(5));
  EXPECT_EQ(got.size(), size_t{kMessages});
  EXPECT_THAT(std::set<int64_t>(got.begin(), got.end()), SizeIs(kMessages));
}

TEST_F(BrokerTest, DeliversAgainByItsLevels) {
  Boot();
  Publish("k", "one");
  EXPECT_THAT(Poll(), ElementsAre("one"));
  world_.RunFor(absl::Seconds(9));
  EXPECT_THAT(Poll(), IsEmpty());
  world_.RunFor(absl::Seconds(2));
  EXPECT_THAT(Poll(), ElementsAre("one"));
  world_.RunFor(absl::Seconds(28));
  EXPECT_THAT(Poll(), IsEmpty());
  world_.RunFor(absl::Seconds(3));
  EXPECT_THAT(Poll(), ElementsAre("one"));
}

TEST_F(BrokerTest, KeepsTheOrderOfAKeyAndOnlyThat) {
  Boot();
  const int64_t first = Publish("k", "k1");
  Publish("k", "k2");
  Publish("l", "l1");
  EXPECT_THAT(Poll(), ElementsAre("k1", "l1"));
  EXPECT_THAT(Poll(), IsEmpty());
  Ack(first);
  EXPECT_THAT(Poll(), ElementsAre("k2"));
}

TEST_F(BrokerTest, BuriesWhatNobodyAcknowledgesAndRaisesAnAlert) {
  Boot(/*retries=*/1);
  Publish("k", "one");
  Publish("k", "two");
  EXPECT_THAT(Poll(), ElementsAre("one"));
  world_.RunFor(absl::Seconds(11));
  EXPECT_THAT(Poll(), ElementsAre("one"));
  world_.RunFor(absl::Seconds(11));
  EXPECT_THAT(Poll(), IsEmpty());
  EXPECT_THAT(Poll(), ElementsAre("two"));
  EXPECT_EQ(Count("dead_letter"), 1);
  EXPECT_EQ(Count("alert"), 1);
}

TEST_F(BrokerTest, KeepsAMessageBackForItsDelay) {
  Boot();
  Publish("k", "late", 60'000);
  Publish("k", "soon");
  EXPECT_THAT(Poll(), ElementsAre("soon"));
  world_.RunFor(absl::Seconds(61));
  Ack(2);
  EXPECT_THAT(Poll(), ElementsAre("late"));
}

TEST_F(BrokerTest, SurvivesARestartWithItsProgress) {
  Boot();
  Ack(Publish("k", "one"));
  Publish("l", "two");
  Poll();
  Ack(1);
  world_.Crash("q");
  world_.AwaitRestart("q");
  world_.RunFor(absl::Seconds(11));
  EXPECT_THAT(Poll(), ElementsAre("two"));
}

TEST_F(BrokerTest, ShowsAHalfMessageWhenItIsCommitted) {
  Boot();
  const int64_t first = Prepare("k", "one");
  const int64_t second = Prepare("l", "two");
  EXPECT_THAT(Poll(), IsEmpty());
  End(second, ROLLBACK);
  End(first, COMMIT);
  End(first, COMMIT);
  End(second, COMMIT);
  EXPECT_THAT(Poll(), ElementsAre("one"));
  EXPECT_EQ(Count("message"), 1);
}

TEST_F(BrokerTest, AsksTheProducerBackUntilItDecides) {
  Boot();
  Prepare("k", "one");
  world_.RunFor(absl::Seconds(50));
  ASSERT_EQ(script_.asked.size(), 2u);
  EXPECT_GE(script_.asked[0], 6);
  EXPECT_GE(script_.asked[1] - script_.asked[0], 30);
  EXPECT_THAT(Poll(), IsEmpty());
  script_.answer = COMMIT;
  world_.RunFor(absl::Seconds(40));
  EXPECT_THAT(Poll(), ElementsAre("one"));
  world_.RunFor(absl::Minutes(5));
  EXPECT_EQ(script_.asked.size(), 3u);
}

TEST_F(BrokerTest, DiscardsAHalfMessageAfterFifteenQuestions) {
  Boot();
  const int64_t half = Prepare("k", "one");
  world_.RunFor(absl::Minutes(20));
  EXPECT_EQ(script_.asked.size(), 15u);
  End(half, COMMIT);
  EXPECT_THAT(Poll(), IsEmpty());
}

TEST_F(BrokerTest, ALostAckBringsTheMessageBack) {
  Boot();
  const int64_t id = Publish("k", "one");
  Poll();
  world_.adversary().AddNext("ack q t k", sim::ChoiceKind::kLostAck);
  Ack(id);
  world_.RunFor(absl::Seconds(11));
  EXPECT_THAT(Poll(), ElementsAre("one"));
}

TEST_F(BrokerTest, AReorderedMessageLetsOtherKeysPassAndNotItsOwn) {
  Boot();
  Publish("k", "k1");
  Publish("k", "k2");
  Publish("l", "l1");
  world_.adversary().AddNext("deliver q t k", sim::ChoiceKind::kReorder, sim::Seconds(5));
  EXPECT_THAT(Poll(), ElementsAre("l1"));
  world_.RunFor(absl::Seconds(6));
  EXPECT_THAT(Poll(), ElementsAre("k1"));
}

TEST_F(BrokerTest, QuirkLetsAMessageOfItsOwnKeyPass) {
  quirk_ = "broker.retry_overtakes";
  Boot();
  Publish("k", "k1");
  Publish("k", "k2");
  world_.adversary().AddNext("deliver q t k", sim::ChoiceKind::kReorder, sim::Seconds(5));
  EXPECT_THAT(Poll(), ElementsAre("k2"));
}

TEST_F(BrokerTest, ARebalanceGivesWhatIsOutToWhoPollsNext) {
  Boot();
  Publish("k", "k1");
  EXPECT_THAT(Poll(), ElementsAre("k1"));
  Publish("l", "l1");
  world_.adversary().AddNext("deliver q t l", sim::ChoiceKind::kRebalance);
  EXPECT_THAT(Poll(), ElementsAre("l1"));
  EXPECT_THAT(Poll(), ElementsAre("k1"));
}

TEST_F(BrokerTest, IsOutOfServiceForAWhile) {
  Boot();
  world_.adversary().AddNext("publish q t k", sim::ChoiceKind::kUnavailable, sim::Seconds(5));
  EXPECT_EQ(Publish("k", "one"), 0);
  EXPECT_THAT(Poll(), ElementsAre("refused"));
  world_.RunFor(absl::Seconds(6));
  EXPECT_EQ(Publish("k", "one"), 1);
  EXPECT_THAT(Poll(), ElementsAre("one"));
}

}  // namespace
}  // namespace broker
