// Goal: a catalogue that contradicts itself never reaches a user.
// Method: wrong declarations, each of which ends the process and says why.

#include "scenarios/catalogue.h"

#include "gtest/gtest.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

sim::SystemSpec System(const std::string& name) {
  sim::SystemSpec spec;
  spec.name = name;
  spec.make = [](sim::Env&) { return nullptr; };
  return spec;
}

CheckSpec Promise(const std::string& name) {
  CheckSpec spec;
  spec.name = name;
  spec.claim = "It holds.";
  spec.make = [](const CheckContext&) { return nullptr; };
  return spec;
}

MeasureSpec Lag(const std::string& name) {
  MeasureSpec spec;
  spec.name = name;
  spec.unit = "ns";
  spec.make = [](const CheckContext&) { return nullptr; };
  return spec;
}

TEST(CatalogueTest, KnowsWhatWasAdded) {
  Catalogue catalogue;
  catalogue.AddSystem(System("bank.Ledger"));
  catalogue.AddWorkload(System("pay"));
  catalogue.AddCheck(Promise("booked_once"));
  catalogue.AddMeasure(Lag("lag"));

  EXPECT_EQ(catalogue.systems.count("bank.Ledger"), 1);
  EXPECT_EQ(catalogue.workloads.count("pay"), 1);
  EXPECT_EQ(catalogue.checks.count("booked_once"), 1);
  EXPECT_EQ(catalogue.measures.count("lag"), 1);
}

TEST(CatalogueDeathTest, RefusesTwoOfOneName) {
  Catalogue catalogue;
  catalogue.AddSystem(System("bank.Ledger"));
  catalogue.AddWorkload(System("pay"));
  catalogue.AddCheck(Promise("booked_once"));
  catalogue.AddMeasure(Lag("lag"));

  EXPECT_DEATH(catalogue.AddSystem(System("bank.Ledger")), "two systems are called bank.Ledger");
  EXPECT_DEATH(catalogue.AddWorkload(System("pay")), "two workloads are called pay");
  EXPECT_DEATH(catalogue.AddCheck(Promise("booked_once")), "two checks are called booked_once");
  EXPECT_DEATH(catalogue.AddMeasure(Lag("lag")), "two measures are called lag");
}

TEST(CatalogueDeathTest, RefusesADefaultThatIsNoValue) {
  Catalogue catalogue;
  sim::SystemSpec spec = System("bank.Ledger");
  spec.switches = {{"notify", "", "maybe", {"on", "off"}}};

  EXPECT_DEATH(catalogue.AddSystem(spec), "cannot have its own default, \"maybe\"");
}

TEST(CatalogueDeathTest, RefusesClientsWithADatabase) {
  Catalogue catalogue;
  sim::SystemSpec spec = System("pay");
  spec.schema = [](const sim::Settings&) { return ""; };

  EXPECT_DEATH(catalogue.AddWorkload(spec), "clients keep none");
}

TEST(CanBeTest, TakesOneOfTheValues) {
  const sim::SwitchSpec notify{"notify", "", "on", {"on", "off"}};

  EXPECT_TRUE(CanBe(notify, "off"));
  EXPECT_FALSE(CanBe(notify, "Off"));
}

TEST(CanBeTest, TakesAnIntegerInItsRangeWhereThereAreNone) {
  const sim::SwitchSpec accounts{"accounts", "", "5", {}, 1, 10};

  EXPECT_TRUE(CanBe(accounts, "1"));
  EXPECT_TRUE(CanBe(accounts, "10"));
  EXPECT_FALSE(CanBe(accounts, "0"));
  EXPECT_FALSE(CanBe(accounts, "11"));
  EXPECT_FALSE(CanBe(accounts, "5.5"));
  EXPECT_FALSE(CanBe(accounts, ""));
}

}  // namespace
}  // namespace scenarios
