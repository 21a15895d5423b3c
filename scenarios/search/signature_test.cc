// Goal: one bug has one signature, whatever seed shows it. Method: findings by example.

#include "scenarios/search/signature.h"

#include <string>

#include "gtest/gtest.h"
#include "reports/result.pb.h"

namespace scenarios {
namespace {

TEST(Signature, StaysTheSameForOtherKeysAndNumbers) {
  auto finding = [](const std::string& key, const std::string& what) {
    settle::FindingResult result;
    result.set_check("once");
    result.set_key(key);
    result.set_what(what);
    return Signature(result);
  };
  EXPECT_EQ(finding("order-7", "order-7 is booked 2 times"),
            finding("order-12", "order-12 is booked 13 times"));
  EXPECT_EQ(finding("x", "client2-14 is lost"), finding("y", "client31-2 is lost"));
  EXPECT_NE(finding("order-7", "order-7 is booked 2 times"), finding("order-7", "order-7 is lost"));
  EXPECT_EQ(finding("order-7", "order-7 is lost").size(), 6u);
}

}  // namespace
}  // namespace scenarios
