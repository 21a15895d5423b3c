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

settle::Repro Small(const std::string& order, const std::string& client) {
  settle::Repro repro;
  repro.set_check("once");
  settle::Pin& pin = *repro.add_pin();
  pin.set_point("reply toy.Pay " + client + "<teller " + order);
  pin.set_occurrence(1);
  pin.set_choice(settle::Pin::DROP);
  settle::Operations& only = *repro.add_only();
  only.set_client(client);
  only.add_operation(3);
  return repro;
}

TEST(Shape, IsWithoutKeysNumbersAndTimes) {
  settle::Repro other = Small("order-12", "pay31");
  other.mutable_pin(0)->set_occurrence(4);
  other.mutable_only(0)->set_operation(0, 1);
  EXPECT_EQ(ShapeSignature(Small("order-7", "pay2")), ShapeSignature(other));
  EXPECT_EQ(ShapeOf(other), "once\nDROP reply toy.Pay pay<teller\n1 pay\n");
}

TEST(Shape, TellsFaultsStepsAndOperationsApart) {
  const settle::Repro one = Small("order-7", "pay2");
  settle::Repro other = one;
  other.mutable_pin(0)->set_choice(settle::Pin::DUPLICATE);
  EXPECT_NE(ShapeSignature(one), ShapeSignature(other));
  other = one;
  other.mutable_pin(0)->set_point("request toy.Pay pay2>teller order-7");
  EXPECT_NE(ShapeSignature(one), ShapeSignature(other));
  other = one;
  other.mutable_only(0)->add_operation(4);
  EXPECT_NE(ShapeSignature(one), ShapeSignature(other));
  EXPECT_TRUE(IsSmall(one));
  EXPECT_FALSE(IsSmall(settle::Repro()));
}

}  // namespace
}  // namespace scenarios
