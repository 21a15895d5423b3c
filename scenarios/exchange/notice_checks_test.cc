// Goal: each promise of B's notifier is kept by a right history and broken by a
// wrong one, and is not exercised by an empty one.
//
// Method: commits, messages and boots written by hand; no simulator.

#include "scenarios/exchange/notice_checks.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"

namespace scenarios {
namespace {

const sim::TableInfo kNotice{
    "notification",
    {"notify_id", "order_id", "kind", "status", "attempts", "max_attempts", "next_at"},
    {0}};

// The notice of order-1 in a status, with so many attempts claimed. B may believe
// of the next what it likes.
Cells Notice(const char* status, int attempts) {
  return {"order-1/RESULT", "order-1", "RESULT", status, attempts, 99, 0};
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

class NoEarlyAttemptTest : public ::testing::Test {
 protected:
  void Write(sim::Nanos at) {
    check_->OnCommit(CommitByHand("b", at).Insert(kNotice, Notice("PENDING", 0)));
  }

  void Attempt(sim::Nanos at) {
    check_->OnCommit(Change(at, Notice("PENDING", claimed_), Notice("PENDING", claimed_ + 1)));
    check_->OnTraffic(Sent());
    ++claimed_;
  }

  void Resend() {
    check_->OnTraffic(MessageByHand(sim::TrafficKind::kDelivered, "exchange.Resend", "a", "b", 1));
  }

  // Of roncoo's five.
  void MakeAllAttempts() {
    Write(sim::Seconds(1));
    for (const int minutes : {0, 1, 3, 8, 23}) Attempt(sim::Seconds(1 + 60 * minutes));
  }

  int claimed_ = 0;
  std::unique_ptr<Check> check_ = CheckByName(&AddNoticeChecks, "no_early_attempt");
};

TEST_F(NoEarlyAttemptTest, AcceptsAttemptsByTheSchedule) {
  Write(sim::Seconds(1));
  Attempt(sim::Seconds(1));
  EXPECT_EQ(check_->exercised(), 0u);
  Attempt(sim::Seconds(61));
  Attempt(sim::Seconds(200));
  Attempt(sim::Seconds(500));
  Attempt(sim::Seconds(1400));

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 4u);
}

TEST_F(NoEarlyAttemptTest, CatchesAnEarlyOneWhateverBBelieves) {
  Write(sim::Seconds(1));
  Attempt(sim::Seconds(1));
  Attempt(sim::Seconds(60));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "attempt 2 of order-1/RESULT began 900 ms before it was due");
}

TEST_F(NoEarlyAttemptTest, ReckonsFromTheAttemptAndNotFromItsPlannedTime) {
  Write(sim::Seconds(1));
  Attempt(sim::Seconds(50));
  Attempt(sim::Seconds(61));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(NoEarlyAttemptTest, ReckonsFromItsCommitWhatWasFoundLater) {
  Write(sim::Seconds(1));
  sim::Commit found = Change(sim::Seconds(50), Notice("PENDING", 0), Notice("PENDING", 1));
  found.found_at_reopen = true;
  found.late = sim::Seconds(48);
  check_->OnCommit(found);
  ++claimed_;
  Attempt(sim::Seconds(62));
  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(NoEarlyAttemptTest, CatchesOneBeyondTheLast) {
  MakeAllAttempts();
  EXPECT_TRUE(check_->findings().empty());
  Attempt(sim::Seconds(100'000));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what, "attempt 6 of order-1/RESULT, of at most 5");
}

TEST_F(NoEarlyAttemptTest, AcceptsOneMoreForEachResend) {
  MakeAllAttempts();
  Resend();
  Resend();
  Attempt(sim::Seconds(1400));
  Attempt(sim::Seconds(1401));
  EXPECT_TRUE(check_->findings().empty());
  Attempt(sim::Seconds(1402));

  EXPECT_EQ(check_->findings().size(), 2u);  // early, and beyond the last
}

TEST_F(NoEarlyAttemptTest, CatchesOneThatNobodyClaimed) {
  check_->OnTraffic(Sent());

  EXPECT_EQ(check_->findings().size(), 1u);
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

TEST(RestartLosesNoNoticeTest, CatchesOneThatIsDeletedWhilePending) {
  const auto check = CheckByName(&AddNoticeChecks, "restart_loses_no_notice");
  check->OnCommit(CommitByHand("b").Insert(kNotice, Notice("PENDING", 0)));
  check->OnCommit(CommitByHand("b").Delete(kNotice, Notice("PENDING", 0)));

  ASSERT_EQ(check->findings().size(), 1u);
  EXPECT_EQ(check->findings()[0].what, "order-1/RESULT was deleted while it was PENDING");
}

TEST(RestartLosesNoNoticeTest, AcceptsOneThatIsDeletedWhenItHasEnded) {
  const auto check = CheckByName(&AddNoticeChecks, "restart_loses_no_notice");
  check->OnCommit(CommitByHand("b").Delete(kNotice, Notice("SUCCESS", 1)));
  check->OnCommit(CommitByHand("b").Delete(kNotice, Notice("EXHAUSTED", 5)));
  check->OnBoot("b", 1);
  check->OnPhase(sim::Phase::kJudge, 3);

  EXPECT_TRUE(check->findings().empty());
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
