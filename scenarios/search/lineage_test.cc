// Goal: operations are ranked by what they have to do with a key. Method: a history of two
// clients, written by hand.

#include "scenarios/search/lineage.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/checks/commit_by_hand.h"

namespace scenarios {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const sim::TableInfo kPayment{"payment", {"order_id", "payer"}, {0}};

// pay1 pays order-1 and order-2, pay2 order-3 and order-4, a second after each other.
void Happen(Lineage& lineage) {
  int64_t order = 0;
  for (const std::string client : {"pay1", "pay2"}) {
    for (const int64_t number : {1, 2}) {
      ++order;
      lineage.OnTurn(client, number, sim::Seconds(order));
      const std::string key = "order-" + std::to_string(order);
      sim::Traffic sent;
      sent.caller = client;
      sent.key = key;
      lineage.OnTraffic(sent);
      const char* payer = order % 2 == 0 ? "ann" : "bob";
      lineage.OnCommit(CommitByHand("bank").Insert(kPayment, {key, payer}));
    }
  }
}

TEST(LineageTest, KnowsWhoseAKeyIsAndWhenEachBegan) {
  Lineage lineage("order-3");
  Happen(lineage);
  EXPECT_THAT(lineage.Own(), ElementsAre(Operation{"pay2", 1}));
  EXPECT_EQ(lineage.StartOf({"pay2", 1}), sim::Seconds(3));
  EXPECT_THAT(lineage.Others(sim::Seconds(3)),
              ElementsAre(Operation{"pay1", 2}, Operation{"pay2", 2}, Operation{"pay1", 1}));
}

TEST(LineageTest, PutsThoseFirstThatStandBesideTheKeyInARow) {
  Lineage lineage("ann");
  Happen(lineage);
  EXPECT_THAT(lineage.Own(), IsEmpty());
  EXPECT_THAT(lineage.Others(sim::Seconds(4)),
              ElementsAre(Operation{"pay2", 2}, Operation{"pay1", 2}, Operation{"pay2", 1},
                          Operation{"pay1", 1}));
}

TEST(LineageTest, OfAKeyThatNobodyKnowsIsOnlyATime) {
  Lineage lineage("2026-01-05");
  Happen(lineage);
  EXPECT_THAT(lineage.Own(), IsEmpty());
  EXPECT_EQ(lineage.Others(0).front(), (Operation{"pay1", 1}));
}

}  // namespace
}  // namespace scenarios
