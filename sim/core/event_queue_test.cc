// Goal: events fire in one exact order - instant, tie, order of scheduling - and
// those that were cancelled, moved or destroyed do what was last said of them.
// Method: random programs of schedule, move, cancel, destroy and fire against a
// model that keeps a plain list and looks for its least element.

#include "sim/core/event_queue.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

using testing::ElementsAre;

// Writes its number into a log when it fires.
class Noted final : public Event {
 public:
  Noted(int number, std::vector<int>& log) : number_(number), log_(log) {}
  Noted(int number, std::vector<int>& log, uint64_t owner) : Noted(number, log) {
    set_owner(owner);
  }
  void Fire() override { log_.push_back(number_); }
  std::string Describe() const override { return "event " + std::to_string(number_); }

 private:
  int number_;
  std::vector<int>& log_;
};

void FireAll(EventQueue& queue) {
  while (!queue.empty()) queue.FireNext();
}

TEST(EventQueue, FiresInTheOrderOfTime) {
  EventQueue queue;
  std::vector<int> log;
  Noted late(3, log), early(1, log), middle(2, log);
  queue.Schedule(late, 30);
  queue.Schedule(early, 10);
  queue.Schedule(middle, 20);
  FireAll(queue);
  EXPECT_THAT(log, ElementsAre(1, 2, 3));
  EXPECT_EQ(queue.now(), 30);
  EXPECT_EQ(queue.fired(), 3u);
}

TEST(EventQueue, KeepsTheOrderOfTheSubstrateAtOneInstant) {
  EventQueue queue(/*tie_seed=*/7);
  std::vector<int> log;
  Noted a(1, log), b(2, log), c(3, log);
  queue.Schedule(a, 5);
  queue.Schedule(b, 5);
  queue.Schedule(c, 5);
  FireAll(queue);
  EXPECT_THAT(log, ElementsAre(1, 2, 3));
}

TEST(EventQueue, FiresThePastNow) {
  EventQueue queue;
  std::vector<int> log;
  Noted event(1, log);
  queue.AdvanceTo(100);
  queue.Schedule(event, 5);
  EXPECT_EQ(event.due(), 100);
  queue.FireNext();
  EXPECT_EQ(queue.now(), 100);
}

TEST(EventQueue, NeverMovesBack) {
  EventQueue queue;
  queue.AdvanceTo(100);
  queue.AdvanceTo(50);
  EXPECT_EQ(queue.now(), 100);
}

TEST(EventQueue, ForgetsWhatIsDestroyed) {
  EventQueue queue;
  std::vector<int> log;
  {
    Noted gone(1, log);
    queue.Schedule(gone, 10);
  }
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, LeavesItsEventsToThemselvesWhenItGoesFirst) {
  std::vector<int> log;
  Noted survivor(1, log);
  {
    EventQueue queue;
    queue.Schedule(survivor, 10);
  }
  EXPECT_FALSE(survivor.pending());
}

TEST(EventQueue, TakesWhatIsDueBeforeTheTickItHasTurnedTo) {
  // Looking for the next event turns the wheel, and time stays where it was.
  EventQueue queue;
  std::vector<int> log;
  Noted far(2, log), near(1, log);
  queue.Schedule(far, Hours(1));
  EXPECT_EQ(queue.next(), Hours(1));
  queue.AdvanceTo(Seconds(1));
  queue.Schedule(near, Seconds(2));
  EXPECT_EQ(queue.next(), Seconds(2));
  FireAll(queue);
  EXPECT_THAT(log, ElementsAre(1, 2));
}

TEST(EventQueue, ReachesTheEndOfTime) {
  EventQueue queue;
  std::vector<int> log;
  Noted last(2, log), first(1, log);
  queue.Schedule(last, kForever);
  queue.Schedule(first, kForever - 1);
  FireAll(queue);
  EXPECT_THAT(log, ElementsAre(1, 2));
  EXPECT_EQ(queue.now(), kForever);
}

TEST(EventQueue, ListsUnfinishedEventsNearAndFar) {
  EventQueue queue;
  std::vector<int> log;
  Noted near(1, log), far(2, log), farther(3, log);
  queue.Schedule(farther, Hours(100));
  queue.Schedule(far, Hours(1));
  queue.Schedule(near, 1);
  EXPECT_THAT(queue.Unfinished(10), testing::UnorderedElementsAre("event 1", "event 2", "event 3"));
  EXPECT_EQ(queue.Unfinished(2).size(), 2u);
}

TEST(EventQueue, CountsRecurringEventsAsFinished) {
  EventQueue queue;
  std::vector<int> log;
  Noted timer(1, log), work(2, log);
  timer.set_recurring(true);
  queue.Schedule(timer, 10);
  queue.Schedule(work, 20);
  EXPECT_EQ(queue.unfinished(), 1u);
  EXPECT_THAT(queue.Unfinished(10), ElementsAre("event 2"));
  work.Cancel();
  EXPECT_EQ(queue.unfinished(), 0u);
  EXPECT_EQ(queue.size(), 1u);
}

// An event that destroys itself and one that comes again while they fire.
class Suicidal final : public Event {
 public:
  explicit Suicidal(std::unique_ptr<Suicidal>& self) : self_(self) {}
  void Fire() override { self_.reset(); }

 private:
  std::unique_ptr<Suicidal>& self_;
};

class Again final : public Event {
 public:
  Again(EventQueue& queue, int times) : queue_(queue), times_(times) {}
  void Fire() override {
    if (--times_ > 0) queue_.Schedule(*this, queue_.now() + 10);
  }

 private:
  EventQueue& queue_;
  int times_;
};

TEST(EventQueue, LetsAnEventDestroyItself) {
  EventQueue queue;
  std::unique_ptr<Suicidal> event;
  event = std::make_unique<Suicidal>(event);
  queue.Schedule(*event, 10);
  queue.FireNext();
  EXPECT_EQ(event, nullptr);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, LetsAnEventComeAgain) {
  EventQueue queue;
  Again event(queue, 3);
  queue.Schedule(event, 10);
  FireAll(queue);
  EXPECT_EQ(queue.fired(), 3u);
  EXPECT_EQ(queue.now(), 30);
}

// The order in which the owners 1 to 6 wake at one instant.
std::vector<int> OrderOfOwners(uint64_t tie_seed, Nanos instant) {
  EventQueue queue(tie_seed);
  std::vector<int> log;
  std::vector<std::unique_ptr<Noted>> events;
  for (int owner = 1; owner <= 6; ++owner) {
    events.push_back(std::make_unique<Noted>(owner, log, static_cast<uint64_t>(owner)));
    queue.Schedule(*events.back(), instant);
  }
  FireAll(queue);
  return log;
}

TEST(EventQueue, OrdersOwnersBySeedAndInstant) {
  EXPECT_EQ(OrderOfOwners(1, 10), OrderOfOwners(1, 10));
  std::set<std::vector<int>> orders;
  for (uint64_t seed = 1; seed <= 20; ++seed) orders.insert(OrderOfOwners(seed, 10));
  EXPECT_GT(orders.size(), 15u) << "the seed explores the order";
  orders.clear();
  for (Nanos instant = 1; instant <= 20; ++instant) orders.insert(OrderOfOwners(1, instant));
  EXPECT_GT(orders.size(), 15u) << "and so does the instant";
}

TEST(EventQueue, PutsTheSubstrateBeforeAllOwners) {
  EventQueue queue(/*tie_seed=*/3);
  std::vector<int> log;
  Noted task(1, log, /*owner=*/99), packet(2, log);
  queue.Schedule(task, 5);
  queue.Schedule(packet, 5);
  FireAll(queue);
  EXPECT_THAT(log, ElementsAre(2, 1));
}

RC_GTEST_PROP(EventQueueLaw, TieDoesNotDependOnTheOthers, ()) {
  // Two owners keep their order at an instant, whoever else is due.
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const auto crowd = *rc::gen::container<std::vector<uint64_t>>(rc::gen::inRange<uint64_t>(3, 50));
  const auto relative = [&](bool crowded) {
    EventQueue queue(seed);
    std::vector<int> log;
    std::vector<std::unique_ptr<Noted>> events;
    events.push_back(std::make_unique<Noted>(1, log, 1));
    events.push_back(std::make_unique<Noted>(2, log, 2));
    if (crowded) {
      for (const uint64_t owner : crowd) events.push_back(std::make_unique<Noted>(0, log, owner));
    }
    for (const auto& event : events) queue.Schedule(*event, 10);
    FireAll(queue);
    std::erase(log, 0);
    return log;
  };
  RC_ASSERT(relative(false) == relative(true));
}

RC_GTEST_PROP(EventQueueLaw, KeepsTheOrderOfEachOwner, ()) {
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const auto owners = *rc::gen::container<std::vector<uint64_t>>(rc::gen::inRange<uint64_t>(0, 4));
  EventQueue queue(seed);
  std::vector<int> log;
  std::vector<std::unique_ptr<Noted>> events;
  for (size_t i = 0; i < owners.size(); ++i) {
    events.push_back(std::make_unique<Noted>(static_cast<int>(i), log, owners[i]));
    queue.Schedule(*events.back(), 10);
  }
  FireAll(queue);
  RC_ASSERT(log.size() == owners.size());
  std::map<uint64_t, int> last;
  for (const int number : log) {
    const auto [seen, first] = last.try_emplace(owners[number], number);
    RC_ASSERT(first || seen->second < number);
    seen->second = number;
  }
}

RC_GTEST_PROP(EventQueueLaw, EqualsASortedList, ()) {
  // The instants are few, so that ties are many, but they span all levels of the
  // wheel; without owners the model's order is (instant, order of scheduling).
  struct Due {
    Nanos when;
    uint64_t sequence;
    int number;
    bool operator<(const Due& other) const {
      return std::pair(when, sequence) < std::pair(other.when, other.sequence);
    }
  };
  constexpr int kEvents = 12;
  const std::vector<int> kScales = {0, 0, 0, 11, 12, 20, 30, 45, 50};
  EventQueue queue;
  std::vector<int> fired;
  std::vector<std::unique_ptr<Noted>> events;
  for (int i = 0; i < kEvents; ++i) events.push_back(std::make_unique<Noted>(i, fired));
  std::vector<Due> model;
  std::vector<int> expected;
  uint64_t sequence = 0;

  const int steps = *rc::gen::inRange(0, 200);
  for (int step = 0; step < steps; ++step) {
    const int number = *rc::gen::inRange(0, kEvents);
    const auto is_it = [number](const Due& due) { return due.number == number; };
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
      case 1: {
        const Nanos steps = *rc::gen::inRange(-3, 10);
        const Nanos when = queue.now() + steps * (Nanos{1} << *rc::gen::elementOf(kScales));
        queue.Schedule(*events[number], when);
        std::erase_if(model, is_it);
        model.push_back({std::max(when, queue.now()), ++sequence, number});
        break;
      }
      case 2:
        events[number]->Cancel();
        std::erase_if(model, is_it);
        break;
      case 3:
        events[number] = std::make_unique<Noted>(number, fired);
        std::erase_if(model, is_it);
        break;
      default:
        if (queue.empty()) break;
        const auto first = std::min_element(model.begin(), model.end());
        RC_ASSERT(queue.next() == first->when);
        expected.push_back(first->number);
        model.erase(first);
        queue.FireNext();
        break;
    }
    RC_ASSERT(fired == expected);
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(queue.unfinished() == model.size());
  }
}

}  // namespace
}  // namespace sim
