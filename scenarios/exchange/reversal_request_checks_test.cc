// Goal: what B has taken back and pays after all is found, and what it refuses, fails or
// books back is not.
//
// Method: commits and messages written by hand; no simulator.

#include "scenarios/exchange/reversal_request_checks.h"

#include <gtest/gtest.h>

#include <memory>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using exchange::ReverseReply;
using exchange::SubmitReply;
using sim::TrafficKind;

const sim::TableInfo kJournal{"journal", {"journal_id", "biz_id", "leg"}, {0}};

class TakenBackTest : public ::testing::Test {
 protected:
  TakenBackTest() : check_(CheckByName(&AddReversalRequestChecks, "taken_back_is_never_paid")) {}

  void Arrives() {
    check_->OnTraffic(MessageByHand(TrafficKind::kDelivered, "exchange.Submit", "a", "b", 1));
  }
  void IsAnswered(SubmitReply::Result result) {
    SubmitReply reply;
    reply.set_result(result);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kAnswered, "exchange.Submit", "a", "b", 1, &reply));
  }
  void IsTakenBack(ReverseReply::Result result = ReverseReply::UNDONE) {
    ReverseReply reply;
    reply.set_result(result);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kAnswered, "exchange.Reverse", "a", "b", 2, &reply));
  }
  void IsBooked(int journal, const char* leg) {
    check_->OnCommit(CommitByHand("b").Insert(kJournal, {journal, "order-1", leg}));
  }
  std::string Found() { return check_->findings().size() == 1 ? check_->findings()[0].what : ""; }

  std::unique_ptr<Check> check_;
};

TEST_F(TakenBackTest, LetsARefusalPass) {
  IsTakenBack();
  Arrives();
  IsAnswered(SubmitReply::REVERSED_BEFORE);
  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(TakenBackTest, LetsAPaymentPassThatIsBookedBack) {
  Arrives();
  IsAnswered(SubmitReply::ACCEPTED);
  IsBooked(1, "PAYMENT");
  IsBooked(2, "REVERSAL");
  IsTakenBack();
  IsAnswered(SubmitReply::ACCEPTED);  // a repetition
  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 0u);
}

TEST_F(TakenBackTest, LetsAPaymentPassForWhichItIsTooLate) {
  Arrives();
  IsBooked(1, "PAYMENT");
  IsTakenBack(ReverseReply::TOO_LATE);
  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(TakenBackTest, CatchesAnAcceptance) {
  IsTakenBack();
  Arrives();
  IsAnswered(SubmitReply::ACCEPTED);
  EXPECT_EQ(Found(), "b had taken order-1 back before it came, and has accepted it when it came");
}

TEST_F(TakenBackTest, CatchesAPaymentAfterwards) {
  Arrives();
  IsTakenBack();
  IsBooked(1, "PAYMENT");
  EXPECT_EQ(Found(), "b had taken order-1 back, and has paid it since");
}

TEST_F(TakenBackTest, CatchesAnAnswerThatIsNotTrue) {
  Arrives();
  IsBooked(1, "PAYMENT");
  IsTakenBack();
  EXPECT_EQ(Found(), "b said that it had taken order-1 back, which is paid");
}

}  // namespace
}  // namespace scenarios
