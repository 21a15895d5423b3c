// Goal: each promise of B's notifier is kept by a right history and broken by a
// wrong one, and is not exercised by an empty one.
//
// Method: commits, messages and boots written by hand; no simulator.

#include "scenarios/exchange/notice_checks.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"

namespace scenarios {
namespace {

const sim::TableInfo kNotice{
    "notification",
    {"notify_id", "order_id", "kind", "status", "attempts", "max_attempts", "next_at"},
    {0}};

// The notice of order-1 in a status, with so many attempts claimed; the next is
// due `next` after the start of the run.
Cells Notice(const char* status, int attempts, sim::Nanos next = 0) {
  const int64_t epoch = absl::ToUnixMillis(sim::WorldOptions().epoch);
  return {
      "order-1/RESULT", "order-1", "RESULT", status, attempts, 3, epoch + next / sim::Millis(1)};
}

// A change of the notice, at an instant of the run.
CommitByHand Change(sim::Nanos at, Cells before, Cells after) {
  return CommitByHand("b", at).Update(kNotice, std::move(before), std::move(after));
}

sim::Traffic Sent() {
  sim::Traffic traffic;
  traffic.kind = sim::TrafficKind::kSent;
  traffic.method = "exchange.NotifyResult";
  traffic.caller = "b";
  traffic.callee = "a";
  traffic.key = "order-1";
  return traffic;
}

TEST(NoEarlyAttemptTest, AcceptsAttemptsThatAreDue) {
  const auto check = CheckByName(&AddNoticeChecks, "no_early_attempt");
  check->OnCommit(Change(sim::Seconds(1), Notice("PENDING", 0, sim::Seconds(1)),
                         Notice("PENDING", 1, sim::Seconds(61))));
  check->OnTraffic(Sent());
  EXPECT_EQ(check->exercised(), 0u);
  check->OnCommit(Change(sim::Seconds(61), Notice("PENDING", 1, sim::Seconds(61)),
                         Notice("PENDING", 2, sim::Seconds(90))));
  check->OnTraffic(Sent());

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 1u);
}

TEST(NoEarlyAttemptTest, CatchesAnEarlyOne) {
  const auto check = CheckByName(&AddNoticeChecks, "no_early_attempt");
  check->OnCommit(Change(sim::Seconds(60), Notice("PENDING", 1, sim::Seconds(61)),
                         Notice("PENDING", 2, sim::Seconds(90))));

  ASSERT_EQ(check->findings().size(), 1u);
  EXPECT_EQ(check->findings()[0].what,
            "attempt 2 of order-1/RESULT began 1000 ms before it was due");
}

TEST(NoEarlyAttemptTest, CatchesOneBeyondTheLast) {
  const auto check = CheckByName(&AddNoticeChecks, "no_early_attempt");
  check->OnCommit(Change(sim::Seconds(60), Notice("PENDING", 3), Notice("PENDING", 4)));

  EXPECT_EQ(check->findings().size(), 1u);
}

TEST(NoEarlyAttemptTest, CatchesOneThatNobodyClaimed) {
  const auto check = CheckByName(&AddNoticeChecks, "no_early_attempt");
  check->OnTraffic(Sent());

  EXPECT_EQ(check->findings().size(), 1u);
}

TEST(AcknowledgedStaysAcknowledgedTest, AcceptsOneThatStays) {
  const auto check = CheckByName(&AddNoticeChecks, "acknowledged_stays_acknowledged");
  EXPECT_EQ(check->exercised(), 0u);
  check->OnCommit(Change(1, Notice("PENDING", 1), Notice("SUCCESS", 1)));

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 1u);
}

TEST(AcknowledgedStaysAcknowledgedTest, CatchesOneThatIsOverwritten) {
  const auto check = CheckByName(&AddNoticeChecks, "acknowledged_stays_acknowledged");
  check->OnCommit(Change(1, Notice("SUCCESS", 2), Notice("PENDING", 2)));

  EXPECT_EQ(check->findings().size(), 1u);
}

TEST(AcknowledgedStaysAcknowledgedTest, CatchesOneThatIsSentAgain) {
  const auto check = CheckByName(&AddNoticeChecks, "acknowledged_stays_acknowledged");
  check->OnCommit(Change(1, Notice("SUCCESS", 1), Notice("SUCCESS", 2)));

  EXPECT_EQ(check->findings().size(), 1u);
}

TEST(RestartLosesNoNoticeTest, AcceptsOneThatIsSentAgain) {
  const auto check = CheckByName(&AddNoticeChecks, "restart_loses_no_notice");
  check->OnCommit(CommitByHand("b").Insert(kNotice, Notice("PENDING", 0)));
  EXPECT_EQ(check->exercised(), 0u);
  check->OnBoot("b", 1);
  check->OnCommit(Change(2, Notice("PENDING", 0), Notice("PENDING", 1)));
  check->OnPhase(sim::Phase::kJudge, 3);

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 1u);
}

TEST(RestartLosesNoNoticeTest, CatchesOneThatIsForgotten) {
  const auto check = CheckByName(&AddNoticeChecks, "restart_loses_no_notice");
  check->OnCommit(CommitByHand("b").Insert(kNotice, Notice("PENDING", 0)));
  check->OnBoot("b", 1);
  check->OnPhase(sim::Phase::kJudge, 3);

  ASSERT_EQ(check->findings().size(), 1u);
  EXPECT_EQ(check->findings()[0].key, "order-1");
}

TEST(RestartLosesNoNoticeTest, LeavesPendingNoticesToOthersWhileNobodyRestarts) {
  const auto check = CheckByName(&AddNoticeChecks, "restart_loses_no_notice");
  check->OnCommit(CommitByHand("b").Insert(kNotice, Notice("PENDING", 0)));
  check->OnBoot("a", 1);
  check->OnPhase(sim::Phase::kJudge, 3);

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 0u);
}

}  // namespace
}  // namespace scenarios
