// Goal: two faults at one point and occurrence count as the same only if they
// struck the same; for else the promise that faults do not disturb each other would
// be kept by any other message in that place.
//
// Method: a toy payment under a pin that always fires, with company that changes
// what it strikes, or does not.

#include "scenarios/testing/struck.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scenarios/testing/toy_scenario.h"

namespace scenarios {
namespace {

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 2 operations: 2 }
  chaos { heal_after: "2m" quiet_for: "2m" no_swarm: true }
  check { name: "booked_once" }
)text";

sim::Pin PinOf(const std::string& point, uint64_t occurrence, sim::ChoiceKind kind,
               sim::Nanos amount) {
  sim::Pin pin;
  pin.point = point;
  pin.occurrence = occurrence;
  pin.kind = kind;
  pin.amount = amount;
  return pin;
}

class StruckTest : public ToyScenario {
 protected:
  StruckTest() : ToyScenario(kScenario) {}

  // What is struck by the pins, all of which must fire.
  Struck Strike(std::vector<sim::Pin> pins) {
    RunOptions options;
    options.pins = std::move(pins);
    Struck struck = RunAndSeeWhatIsStruck(*runner_, options);
    EXPECT_EQ(struck.pins.size(), options.pins->size());
    return struck;
  }

  const sim::Pin late_reply_ =
      PinOf("reply toy.Book teller<ledger pay1-1", 1, sim::ChoiceKind::kLate, sim::Millis(5));
  const sim::Pin late_again_ =
      PinOf("request toy.Book teller>ledger pay1-1", 2, sim::ChoiceKind::kLate, sim::Millis(5));
  const sim::Pin crash_ =
      PinOf("crash ledger toy.Book pay1-1", 1, sim::ChoiceKind::kCrash, sim::Millis(50));
};

TEST_F(StruckTest, IsTheSameWhateverHappensToAnother) {
  const sim::Pin elsewhere =
      PinOf("request toy.Pay pay2>teller pay2-1", 1, sim::ChoiceKind::kDrop, 0);

  EXPECT_TRUE(Strike({late_reply_}).IsSame(late_reply_, Strike({late_reply_, elsewhere})));
  EXPECT_TRUE(Strike({crash_}).IsSame(crash_, Strike({crash_, elsewhere})));
}

TEST_F(StruckTest, IsNotTheSameIfItSaysSomethingElse) {
  const sim::Pin refused = PinOf("outcome ledger refuse pay1-1", 1, sim::ChoiceKind::kOutcome, 1);
  const Struck other = Strike({late_reply_, refused});

  EXPECT_TRUE(other.has(late_reply_));
  EXPECT_FALSE(Strike({late_reply_}).IsSame(late_reply_, other));
}

// A second request because the first was lost, and because the customer's came twice.
TEST_F(StruckTest, IsNotTheSameIfItWasSentForAnotherReason) {
  const sim::Pin lost =
      PinOf("request toy.Book teller>ledger pay1-1", 1, sim::ChoiceKind::kDrop, 0);
  const sim::Pin twice =
      PinOf("request toy.Pay pay1>teller pay1-1", 1, sim::ChoiceKind::kDuplicate, sim::Millis(5));
  const Struck other = Strike({late_again_, twice});

  EXPECT_TRUE(other.has(late_again_));
  EXPECT_FALSE(Strike({late_again_, lost}).IsSame(late_again_, other));
}

TEST_F(StruckTest, IsNotTheSameIfItDoesNotFire) {
  RunOptions options;
  options.pins = std::vector<sim::Pin>{late_again_};
  const sim::Pin lost =
      PinOf("request toy.Book teller>ledger pay1-1", 1, sim::ChoiceKind::kDrop, 0);

  EXPECT_FALSE(
      Strike({late_again_, lost}).IsSame(late_again_, RunAndSeeWhatIsStruck(*runner_, options)));
}

}  // namespace
}  // namespace scenarios
