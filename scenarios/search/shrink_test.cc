// Shrinking leaves out what a failure does not need, and nothing that it needs. Method: a
// runner that computes nothing and breaks a promise for a reason that the test knows.

#include "scenarios/search/shrink.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "faults/pins.h"
#include "gtest/gtest.h"

namespace scenarios {
namespace {

sim::Pin Pin(const std::string& point, sim::ChoiceKind kind, sim::Nanos amount = 0,
             uint64_t occurrence = 1) {
  sim::Pin pin;
  pin.point = point;
  pin.occurrence = occurrence;
  pin.kind = kind;
  pin.amount = amount;
  return pin;
}

sim::Pin Drop(int n) {
  return Pin(absl::StrCat("request a.Pay c>a order-", n), sim::ChoiceKind::kDrop);
}
sim::Pin Late(int n, sim::Nanos by) {
  return Pin(absl::StrCat("reply a.Pay c<a order-", n), sim::ChoiceKind::kLate, by);
}

// Draws the pins `drawn`; those strike that `reach` lets strike. The promise breaks if
// `breaks` says so.
class FakeRunner final : public Runner {
 public:
  using Condition = std::function<bool(const std::vector<sim::Pin>&, const Operations&)>;

  FakeRunner(std::vector<sim::Pin> drawn, Operations all, Condition breaks)
      : drawn_(std::move(drawn)), all_(std::move(all)), breaks_(std::move(breaks)) {}

  settle::RunResult Run(const RunOptions& options) override {
    ++runs;
    settle::RunResult result;
    const std::vector<sim::Pin>& pins = options.pins ? *options.pins : drawn_;
    std::vector<sim::Pin> fired;
    for (const sim::Pin& pin : pins) {
      if (options.pins) result.add_pin_reached(reach(pin));
      if (!reach(pin)) continue;
      fired.push_back(pin);
      *result.add_fired() = faults::PinProto(pin);
    }
    if (breaks_(fired, options.only.value_or(all_))) {
      settle::FindingResult& finding = *result.add_finding();
      finding.set_check("once");
      finding.set_key("order-1");
    }
    if (other) result.add_finding()->set_check("another");
    return result;
  }

  int runs = 0;
  bool other = false;  // another promise breaks always
  std::function<bool(const sim::Pin&)> reach = [](const sim::Pin&) { return true; };

 private:
  std::vector<sim::Pin> drawn_;
  Operations all_;
  Condition breaks_;
};

bool Has(const std::vector<sim::Pin>& pins, const sim::Pin& wanted) {
  return std::find(pins.begin(), pins.end(), wanted) != pins.end();
}

std::vector<sim::Pin> Drops(int count) {
  std::vector<sim::Pin> pins;
  for (int n = 1; n <= count; ++n) pins.push_back(Drop(n));
  return pins;
}

const Wanted kWanted{"once", "order-1"};
const Operations kAll{{"pay1", {1, 2, 3, 4, 5}}, {"pay2", {1, 2, 3, 4, 5}}};

Operations Without(Operations operations) {
  std::erase_if(operations, [](const auto& of_client) { return of_client.second.empty(); });
  return operations;
}

TEST(Shrink, LeavesTheFaultsAndOperationsThatItTakes) {
  FakeRunner runner(Drops(40), kAll, [](const auto& pins, const auto& only) {
    const auto pay2 = only.find("pay2");
    return Has(pins, Drop(7)) && Has(pins, Drop(31)) && pay2 != only.end() &&
           pay2->second.count(3) > 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_TRUE(shrunk.found);
  EXPECT_TRUE(shrunk.least);
  EXPECT_EQ(*shrunk.run.pins, (std::vector<sim::Pin>{Drop(7), Drop(31)}));
  EXPECT_EQ(Without(*shrunk.run.only), (Operations{{"pay2", {3}}}));
  EXPECT_EQ(shrunk.faults_before, 40);
  EXPECT_EQ(shrunk.operations_before, 10);
  EXPECT_EQ(shrunk.runs, runner.runs);
}

TEST(Shrink, SendsIdleClientsHomeAndCalmsTheNoise) {
  FakeRunner runner(Drops(1), kAll, [](const auto&, const auto& only) {
    const auto pay1 = only.find("pay1");
    return pay1 != only.end() && pay1->second.count(2) > 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(shrunk.run.clients, 1);
  EXPECT_EQ(shrunk.run.operations, 2);
  EXPECT_TRUE(shrunk.run.calm);
  EXPECT_TRUE(shrunk.run.pins->empty());
}

TEST(Shrink, PrefersShortDelays) {
  FakeRunner runner({Late(1, sim::Minutes(40))}, kAll, [](const auto& pins, const auto&) {
    return pins.size() == 1 && pins[0].amount >= sim::Seconds(3);
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  ASSERT_EQ(shrunk.run.pins->size(), 1u);
  EXPECT_EQ((*shrunk.run.pins)[0].amount, sim::Seconds(5));
}

TEST(Shrink, PrefersTheFirstMessageOfItsKind) {
  const sim::Pin tenth = Pin("request a.Pay c>a order-1", sim::ChoiceKind::kDrop, 0, 10);
  FakeRunner runner({Drop(2), tenth}, kAll, [&](const auto& pins, const auto&) {
    return Has(pins, Drop(1)) || (Has(pins, tenth) && Has(pins, Drop(2)));
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(*shrunk.run.pins, std::vector<sim::Pin>{Drop(1)});
}

TEST(Shrink, KeepsTheSameFailureInSight) {
  FakeRunner runner(Drops(8), kAll, [](const auto& pins, const auto&) { return pins.size() > 2; });
  runner.other = true;  // The run with nothing in it breaks a promise, but not this one.
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(shrunk.run.pins->size(), 3u);
  EXPECT_NE(kWanted.In(shrunk.result), nullptr);
}

TEST(Shrink, SaysThatTheFailureIsNotThere) {
  FakeRunner runner(Drops(3), kAll, [](const auto&, const auto&) { return false; });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_FALSE(shrunk.found);
  EXPECT_EQ(runner.runs, 1);
}

TEST(Shrink, CountsPinsThatTheRunDoesNotComeTo) {
  FakeRunner runner({}, kAll, [](const auto& pins, const auto&) { return Has(pins, Drop(2)); });
  runner.reach = [](const sim::Pin& pin) { return pin == Drop(2) || pin == Drop(3); };
  RunOptions recorded;
  recorded.pins = Drops(5);
  const Shrunk shrunk = Shrink(runner, recorded, kAll, kWanted, 300);
  EXPECT_EQ(shrunk.unreached, 3);
  EXPECT_EQ(shrunk.faults_before, 2);
  EXPECT_EQ(*shrunk.run.pins, std::vector<sim::Pin>{Drop(2)});
}

TEST(Shrink, StopsWhenTheBudgetIsSpent) {
  FakeRunner runner(Drops(64), kAll, [](const auto& pins, const auto&) {
    return Has(pins, Drop(1)) && Has(pins, Drop(20)) && Has(pins, Drop(40)) && Has(pins, Drop(63));
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 20);
  EXPECT_TRUE(shrunk.found);
  EXPECT_FALSE(shrunk.least);
  EXPECT_EQ(runner.runs, 20);
  EXPECT_TRUE(Has(*shrunk.run.pins, Drop(63)));
}

}  // namespace
}  // namespace scenarios
