// Goal: a notice is repeated by its schedule until it is acknowledged, survives
// every restart with its place in the schedule, and is acknowledged once and for
// all; nothing is pending when all is done.
// Method: a notifier on a node, with a recipient that answers as the test says and
// keeps the times at which it was told.

#include "systems/protocols/notify/notifier.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"

namespace notify {
namespace {

using sim::Task;
using sim::Try;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// What the recipient does, and what it saw.
struct Script {
  Answer answer = Answer::kUnanswered;
  int process_from = 1'000;                 // the attempt that is processed, and all later
  absl::Duration think = absl::Seconds(1);  // before it answers
  std::vector<int64_t> told;                // seconds since the first notice was written
  std::vector<std::string> kinds;
  std::vector<absl::StatusCode> resent;  // what who wanted that was told
};

class ScriptedRecipient final : public Recipient {
 public:
  ScriptedRecipient(sim::Env& env, Script& script) : env_(env), script_(script) {}

  Task<Answer> Tell(std::string order_id, std::string kind) override {
    script_.told.push_back(absl::ToInt64Seconds(env_.clock().Monotonic()));
    script_.kinds.push_back(absl::StrCat(order_id, " ", kind));
    const int attempt = static_cast<int>(script_.told.size());
    co_await env_.clock().Sleep(script_.think);
    if (attempt >= script_.process_from) co_return Answer::kProcessed;
    co_return script_.answer;
  }

 private:
  sim::Env& env_;
  Script& script_;
};

class Host final : public sim::Component {
 public:
  Host(sim::Env& env, Script& script, Notifier::Options options)
      : env_(env),
        db_(env.database()),
        script_(script),
        recipient_(env, script),
        notifier_(env, recipient_, options) {}

  Task<absl::Status> Start() override { co_return co_await notifier_.Start(); }

  Task<> Write(std::string order_id) {
    auto txn = co_await db_.Begin();
    const auto notice = co_await notifier_.Write(*txn, order_id, "RESULT");
    const absl::Status committed = co_await txn->Commit();
    if (committed.ok()) notifier_.Send(*notice);
  }
  Task<> WriteInVain(std::string order_id) {
    auto txn = co_await db_.Begin();
    (co_await notifier_.Write(*txn, order_id, "RESULT")).IgnoreError();
  }
  // Has the rows of all notices for so long, as another claim of them would.
  Task<> HoldRows(absl::Duration time) {
    auto txn = co_await db_.Begin();
    const auto held = co_await txn->Execute("SELECT 1 FROM notification FOR UPDATE");
    EXPECT_TRUE(held.ok()) << held.status();
    co_await env_.clock().Sleep(time);
    (co_await txn->Commit()).IgnoreError();
  }
  Task<> Resend(std::string order_id) {
    const absl::Status resent = co_await notifier_.Resend(order_id);
    script_.resent.push_back(resent.code());
  }

 private:
  sim::Env& env_;
  sim::Database db_;
  Script& script_;
  ScriptedRecipient recipient_;
  Notifier notifier_;
};

class NotifierTest : public testing::Test {
 protected:
  void Boot(const std::string& schedule) {
    options_.schedule = Schedule::Named(schedule);
    sim::SystemSpec system;
    system.name = "host";
    system.schema = [](const sim::Settings&) { return std::string(kSchema); };
    system.make = [this](sim::Env& env) {
      env_ = &env;
      auto host = std::make_unique<Host>(env, script_, options_);
      host_ = host.get();
      return host;
    };
    world_.Start("host", system);
  }

  void Write(const std::string& order_id) {
    env_->Spawn("write", order_id, host_->Write(order_id));
  }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }
  void CrashFor(absl::Duration down) {
    world_.Crash("host", down);
    world_.AwaitRestart("host");
  }
  // The first attempt ends after 19 s without an answer; the second, begun at 15 s,
  // is processed at 16 s.
  void OverlapTwoAttempts() {
    script_.think = absl::Seconds(19);
    script_.process_from = 2;
    Write("order-1");
    RunFor(absl::Seconds(10));
    script_.think = absl::Seconds(1);
    RunFor(absl::Seconds(7));
    ASSERT_EQ(Status(), "SUCCESS 2");
    RunFor(absl::Minutes(1));
  }
  bool Quiet() { return world_.simulation().events().unfinished() == 0; }
  std::string Ask(const std::string& sql) {
    return world_.database("host")->Peek(sql).value()[0].Text(0);
  }
  std::string Status() { return Ask("SELECT status || ' ' || attempts FROM notification"); }

  Script script_;
  Notifier::Options options_{.schedule = Schedule::Named("roncoo")};
  sim::Env* env_ = nullptr;
  Host* host_ = nullptr;
  sim::TestWorld world_;
};

TEST_F(NotifierTest, IsIdleWithoutNotices) {
  Boot("roncoo");
  RunFor(absl::Seconds(1));
  EXPECT_TRUE(Quiet());
}

TEST_F(NotifierTest, TellsOnceWhenProcessed) {
  script_.process_from = 1;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(10));
  EXPECT_THAT(script_.kinds, ElementsAre("order-1 RESULT"));
  EXPECT_EQ(Status(), "SUCCESS 1");
  EXPECT_EQ(Ask("SELECT result FROM notification_log"), "PROCESSED");
  EXPECT_TRUE(Quiet());
}

TEST_F(NotifierTest, TellsNothingThatWasNotCommitted) {
  Boot("roncoo");
  env_->Spawn("write", "order-1", host_->WriteInVain("order-1"));
  RunFor(absl::Hours(1));
  EXPECT_THAT(script_.told, IsEmpty());
  EXPECT_TRUE(Quiet());
}

TEST_F(NotifierTest, FollowsTheRoncooScheduleUntilItIsExhausted) {
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Hours(2));
  EXPECT_THAT(script_.told, ElementsAre(0, 60, 180, 480, 1380));
  EXPECT_EQ(Status(), "EXHAUSTED 5");
  EXPECT_TRUE(Quiet());
}

TEST_F(NotifierTest, FollowsTheAlipaySchedule) {
  Boot("alipay");
  Write("order-1");
  RunFor(absl::Hours(26));
  EXPECT_THAT(script_.told, ElementsAre(0, 240, 840, 1440, 5040, 12240, 33840, 87840));
  EXPECT_EQ(Status(), "EXHAUSTED 8");
}

TEST_F(NotifierTest, FollowsTheWechatSchedule) {
  Boot("wechat");
  Write("order-1");
  RunFor(absl::Hours(26));
  EXPECT_THAT(script_.told, ElementsAre(0, 15, 30, 60, 240, 2040, 3840, 5640, 7440, 11040));
}

TEST_F(NotifierTest, SendsAgainWhatWasNotProcessed) {
  script_.answer = Answer::kNotProcessed;
  script_.process_from = 3;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Hours(1));
  EXPECT_THAT(script_.told, ElementsAre(0, 60, 180));
  EXPECT_EQ(Status(), "SUCCESS 3");
  EXPECT_EQ(Ask("SELECT group_concat(result) FROM notification_log"),
            "NOT_PROCESSED,NOT_PROCESSED,PROCESSED");
}

TEST_F(NotifierTest, GoesOnAfterARestartWhereTheTableSays) {
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(70));
  CrashFor(absl::Seconds(10));
  RunFor(absl::Hours(1));
  EXPECT_THAT(script_.told, ElementsAre(0, 60, 180, 480, 1380));
}

TEST_F(NotifierTest, TellsAtOnceAfterARestartWhatWasDueMeanwhile) {
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(30));
  CrashFor(absl::Seconds(100));
  RunFor(absl::Seconds(10));
  EXPECT_THAT(script_.told, ElementsAre(0, 130));
}

// The second attempt is due after 15 s and waits until 34 s for its row.
TEST_F(NotifierTest, CountsTheNextWaitFromWhenTheClaimHasItsRow) {
  Boot("wechat");
  Write("order-1");
  RunFor(absl::Seconds(14));
  env_->Spawn("hold", host_->HoldRows(absl::Seconds(20)));
  RunFor(absl::Seconds(40));
  EXPECT_THAT(script_.told, ElementsAre(0, 34, 49));
}

TEST_F(NotifierTest, WastesTheAttemptInWhichItCrashes) {
  script_.think = absl::Seconds(19);
  script_.process_from = 1;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(5));
  CrashFor(absl::Seconds(1));
  RunFor(absl::Seconds(30));
  EXPECT_EQ(Status(), "PENDING 1");
  RunFor(absl::Minutes(2));
  EXPECT_EQ(Status(), "SUCCESS 2");
}

TEST_F(NotifierTest, GivesUpAfterARestartWhatItSentForTheLastTime) {
  script_.think = absl::Seconds(19);
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(1382));
  ASSERT_EQ(Status(), "PENDING 5");
  CrashFor(absl::Seconds(1));
  RunFor(absl::Seconds(30));
  EXPECT_EQ(Status(), "EXHAUSTED 5");
  EXPECT_TRUE(Quiet());
}

TEST_F(NotifierTest, StaysAcknowledgedWhenAnEarlierAttemptEndsLater) {
  Boot("wechat");
  OverlapTwoAttempts();
  EXPECT_EQ(Status(), "SUCCESS 2");
  EXPECT_EQ(Ask("SELECT group_concat(result) FROM notification_log"), "PROCESSED,UNANSWERED");
}

TEST_F(NotifierTest, ResendsWhatIsExhausted) {
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Hours(1));
  ASSERT_EQ(Status(), "EXHAUSTED 5");
  script_.process_from = 6;
  env_->Spawn("resend", "order-1", host_->Resend("order-1"));
  RunFor(absl::Seconds(10));
  EXPECT_EQ(Status(), "SUCCESS 6");
  EXPECT_TRUE(Quiet());
}

// The n-th sync of the n-th one fails: it is done, or not done, but never half.
TEST_F(NotifierTest, ResendsAlsoWhenNobodyKnowsWhetherItWillDo) {
  constexpr uint64_t kOrders = 8;
  const auto order = [](uint64_t n) { return absl::StrCat("order-", n); };
  Boot("roncoo");
  for (uint64_t n = 1; n <= kOrders; ++n) Write(order(n));
  RunFor(absl::Hours(1));
  ASSERT_EQ(Ask("SELECT group_concat(DISTINCT status) FROM notification"), "EXHAUSTED");
  script_.process_from = 0;
  for (uint64_t n = 1; n <= kOrders; ++n) {
    world_.adversary().Add(
        sim::MakePin(absl::StrCat("fsync host resend ", order(n)), n, sim::ChoiceKind::kIoError));
    env_->Spawn("resend", order(n), host_->Resend(order(n)));
    RunFor(absl::Minutes(1));
  }
  EXPECT_THAT(script_.resent, Contains(absl::StatusCode::kUnknown));
  EXPECT_EQ(
      Ask("SELECT coalesce(group_concat(order_id), '') FROM notification WHERE status = 'PENDING'"),
      "");
  EXPECT_TRUE(Quiet());
}

TEST_F(NotifierTest, ResendsNothingThatIsAcknowledged) {
  script_.process_from = 1;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(10));
  env_->Spawn("resend", "order-1", host_->Resend("order-1"));
  RunFor(absl::Hours(1));
  EXPECT_THAT(script_.told, ElementsAre(0));
  EXPECT_EQ(Status(), "SUCCESS 1");
}

TEST_F(NotifierTest, WritesOneNoticeOfAKindForAnOrder) {
  script_.process_from = 2;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(10));
  Write("order-1");
  RunFor(absl::Seconds(100));
  EXPECT_THAT(script_.told, ElementsAre(0, 60));
}

TEST_F(NotifierTest, QuirkForgetsAnAcknowledgementWhenAnEarlierAttemptEndsLater) {
  options_.status_no_cas = true;
  Boot("wechat");
  OverlapTwoAttempts();
  EXPECT_EQ(Status(), "PENDING 2");
}

TEST_F(NotifierTest, QuirkReloadsNothingAfterARestart) {
  options_.reload_wrong_status = true;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(70));
  ASSERT_THAT(script_.told, ElementsAre(0, 60));
  CrashFor(absl::Seconds(1));
  RunFor(absl::Hours(1));
  EXPECT_EQ(Status(), "PENDING 2");
}

TEST_F(NotifierTest, QuirkSendsEverythingAtARestart) {
  options_.reload_sends_now = true;
  Boot("roncoo");
  Write("order-1");
  RunFor(absl::Seconds(70));
  CrashFor(absl::Seconds(1));
  RunFor(absl::Seconds(10));
  EXPECT_THAT(script_.told, ElementsAre(0, 60, 71));
}

}  // namespace
}  // namespace notify
