// Goal: each way in which we and the provider can differ has its class, and what agrees
// has none. Method: all pairs of statuses, and amounts and fees on both sides.

#include "systems/exchange/mistakes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace exchange {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Between(const std::string& ours, const std::string& theirs,
                                 int64_t our_amount = 100, int64_t our_fee = 1) {
  return MistakesBetween({ours, our_amount, our_fee}, {theirs, 100, 1});
}

TEST(MistakesTest, AreNoneWhereBothAgree) {
  for (const char* status : {"SUCCESS", "FAILED", "REVERSED"}) {
    EXPECT_THAT(Between(status, status), IsEmpty());
  }
}

TEST(MistakesTest, AreShortWhereWeHaveLess) {
  for (const char* open : {"INIT", "PROCESSING", "SUBMITTED"}) {
    for (const char* theirs : {"SUCCESS", "FAILED", "REVERSED"}) {
      EXPECT_THAT(Between(open, theirs), ElementsAre(kShortStatus)) << open << " " << theirs;
    }
  }
  EXPECT_THAT(Between("FAILED", "SUCCESS"), ElementsAre(kShortStatus));
  EXPECT_THAT(Between("FAILED", "REVERSED"), ElementsAre(kShortStatus));
  EXPECT_THAT(Between("REVERSED", "SUCCESS"), ElementsAre(kShortStatus));
}

TEST(MistakesTest, AreOverWhereWeHaveMore) {
  EXPECT_THAT(Between("SUCCESS", "FAILED"), ElementsAre(kOverStatus));
  EXPECT_THAT(Between("SUCCESS", "REVERSED"), ElementsAre(kOverStatus));
  EXPECT_THAT(Between("REVERSED", "FAILED"), ElementsAre(kOverStatus));
}

TEST(MistakesTest, TellTheAmountAndThenTheFee) {
  EXPECT_THAT(Between("SUCCESS", "SUCCESS", 99), ElementsAre(kShortCash));
  EXPECT_THAT(Between("SUCCESS", "SUCCESS", 101), ElementsAre(kOverCash));
  EXPECT_THAT(Between("SUCCESS", "SUCCESS", 100, 2), ElementsAre(kFee));
  EXPECT_THAT(Between("SUCCESS", "SUCCESS", 101, 2), ElementsAre(kOverCash));
  EXPECT_THAT(Between("SUBMITTED", "SUCCESS", 101), ElementsAre(kShortStatus, kOverCash));
}

}  // namespace
}  // namespace exchange
