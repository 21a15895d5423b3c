// Goal: each assumption is broken by just what it says, and by nothing else.
// Method: messages and commits by hand.

#include "scenarios/manners/assumption_checks.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using exchange::SubmitReply;
using sim::TrafficKind;

class AssumptionTest : public testing::Test {
 protected:
  void Take(const std::string& name) { check_ = CheckByName(&AddAssumptionChecks, name); }

  void See(TrafficKind kind, uint64_t call, absl::string_view key = "order-1",
           const google::protobuf::Message* message = nullptr) {
    sim::Traffic traffic = MessageByHand(kind, "exchange.Submit", "a", "b", call, message, key);
    traffic.record = static_cast<sim::RecordId>(call);
    check_->OnTraffic(traffic);
  }
  void Answer(uint64_t call, SubmitReply::Result result) {
    SubmitReply reply;
    reply.set_result(result);
    See(TrafficKind::kAnswered, call, "order-1", &reply);
  }
  void CommitFor(uint64_t call) {
    sim::Commit commit;
    commit.delivery = static_cast<sim::RecordId>(call);
    check_->OnCommit(commit);
  }
  size_t Found() const { return check_->findings().size(); }

  std::unique_ptr<Check> check_;
};

TEST_F(AssumptionTest, AskedOnce) {
  Take("asked_once");
  See(TrafficKind::kDelivered, 1);
  See(TrafficKind::kDelivered, 2, "order-2");
  See(TrafficKind::kSent, 3);
  EXPECT_EQ(check_->exercised(), 2u);
  EXPECT_EQ(Found(), 0u);
  See(TrafficKind::kDelivered, 3);
  ASSERT_EQ(Found(), 1u);
  EXPECT_EQ(check_->findings()[0].what, "b is asked for exchange.Submit of order-1 again, by a");
}

TEST_F(AssumptionTest, EverybodyHears) {
  Take("everybody_hears");
  See(TrafficKind::kSent, 1);
  See(TrafficKind::kReturned, 1);
  See(TrafficKind::kRefused, 2);
  EXPECT_EQ(Found(), 0u);
  See(TrafficKind::kTimedOut, 3);
  EXPECT_EQ(Found(), 1u);
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(AssumptionTest, ErrorHasNoEffect) {
  Take("error_has_no_effect");
  See(TrafficKind::kDelivered, 1);
  Answer(1, SubmitReply::SYSTEM_ERROR);
  See(TrafficKind::kDelivered, 2);
  CommitFor(2);
  Answer(2, SubmitReply::ACCEPTED);
  EXPECT_EQ(Found(), 0u);
  See(TrafficKind::kDelivered, 3);
  CommitFor(3);
  Answer(3, SubmitReply::SYSTEM_ERROR);
  EXPECT_EQ(Found(), 1u);
  EXPECT_EQ(check_->exercised(), 3u);
}

TEST_F(AssumptionTest, OneStatementADay) {
  Take("one_statement_a_day");
  exchange::FetchStatementReply reply;
  See(TrafficKind::kAnswered, 1, "2026-01-05", &reply);
  EXPECT_EQ(check_->exercised(), 0u) << "there is none yet";
  reply.add_statement();
  See(TrafficKind::kAnswered, 2, "2026-01-05", &reply);
  EXPECT_EQ(check_->exercised(), 1u);
  EXPECT_EQ(Found(), 0u);
  reply.add_statement();
  See(TrafficKind::kReturned, 3, "2026-01-05", &reply);
  EXPECT_EQ(Found(), 0u) << "it was counted when it was answered";
  See(TrafficKind::kAnswered, 3, "2026-01-05", &reply);
  EXPECT_EQ(Found(), 1u);
}

}  // namespace
}  // namespace scenarios
