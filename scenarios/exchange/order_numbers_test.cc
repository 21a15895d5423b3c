// Goal: numbers that A derived from an order lead back to it, and no others do.
//
// Method: orders stored by hand; no simulator.

#include "scenarios/exchange/order_numbers.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"

namespace scenarios {
namespace {

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};

TEST(OrderNumbersTest, LeadBackToTheOrder) {
  OrderNumbers numbers("a");
  EXPECT_EQ(numbers.OrderOf("pay1-1#2"), "pay1-1#2");
  for (const char* order : {"pay1-1", "pay1-11", "pay1-1-3"}) {
    numbers.Observe(CommitByHand("a").Insert(kOrder, {order, "INIT"}));
  }
  numbers.Observe(CommitByHand("b").Insert(kOrder, {"pay1-2", "INIT"}));

  EXPECT_EQ(numbers.OrderOf("pay1-1"), "pay1-1");
  EXPECT_EQ(numbers.OrderOf("pay1-1#2"), "pay1-1");
  EXPECT_EQ(numbers.OrderOf("pay1-1-2"), "pay1-1");
  EXPECT_EQ(numbers.OrderOf("pay1-1-3#2"), "pay1-1-3");
  EXPECT_EQ(numbers.OrderOf("pay1-11"), "pay1-11");
  EXPECT_EQ(numbers.OrderOf("pay1-12"), "pay1-12");
  EXPECT_EQ(numbers.OrderOf("pay1-2#2"), "pay1-2#2");
}

}  // namespace
}  // namespace scenarios
