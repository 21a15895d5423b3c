// Goal: the laws on which replay and shrinking stand.
//   * replaying the faults that fired gives the same decisions;
//   * a removed pin changes its own decision and no other;
//   * rules strike as often as they say.
// Method: random stories - places asked in a random order - under random plans.

#include <map>
#include <vector>

#include "faults/adversary.h"
#include "faults/pins.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace faults {
namespace {

// A question of the kernel; the names are picked from small sets, so that
// points repeat.
struct Question {
  sim::PlaceKind kind = sim::PlaceKind::kMessage;
  bool reply = false;
  bool other_method = false;
  int key = 0;
  sim::Nanos now = 0;
};

Question AnyQuestion() {
  Question question;
  question.kind = *rc::gen::element(sim::PlaceKind::kMessage, sim::PlaceKind::kSync,
                                    sim::PlaceKind::kSuspension, sim::PlaceKind::kOutcome);
  question.reply = *rc::gen::arbitrary<bool>();
  question.other_method = *rc::gen::arbitrary<bool>();
  question.key = *rc::gen::inRange(0, 3);
  question.now = sim::Seconds(*rc::gen::inRange(0, 60));
  return question;
}

std::vector<Question> AnyStory() {
  std::vector<Question> story;
  const int length = *rc::gen::inRange(1, 80);
  for (int i = 0; i < length; ++i) story.push_back(AnyQuestion());
  return story;
}

Plan AnyPlan() {
  const char* const rules[] = {
      "rule { message {} drop {} one_in: 3 }",
      "rule { message { leg: REPLY } delay { min: '1s' max: '9s' } one_in: 2 at_most: 3 }",
      "rule { message { method: 'x.Submit' } overtaken { by: 'x.Reverse' at_most: '9s' } one_in: 4 "
      "}",
      "rule { disk {} crash { min: '1s' max: '9s' } one_in: 2 during { from: '10s' to: '50s' } }",
      "rule { process { task: 'x.Submit' } crash { down_for: '1s' disk: KEEP_ALL } one_in: 3 }",
      "rule { outcome {} result { value: 2 } one_in: 2 }",
  };
  std::string text;
  for (const char* rule : rules) {
    if (*rc::gen::arbitrary<bool>()) text += rule;
  }
  settle::FaultPlan proto;
  Diagnostics problems;
  const Where where = ParseText("p", text, proto, problems);
  Plan plan = CompilePlan(GatherPlan(proto, where, problems), problems);
  RC_ASSERT(problems.empty());
  plan.swarm = *rc::gen::arbitrary<bool>();
  return plan;
}

// One question answered. `by` is copied, so that decisions outlive their plan.
struct Decision {
  sim::ChoiceKind kind;
  sim::DiskFate disk;
  int64_t amount;
  std::string by;
  bool operator==(const Decision&) const = default;
};

struct Told {
  std::vector<Decision> decisions;
  std::vector<sim::Pin> fired;
  std::vector<size_t> fired_at;  // Which question each was the answer to.
  std::vector<sim::Pin> unreached;
};

Told Tell(const std::vector<Question>& story, uint64_t seed, const Plan& plan) {
  PlanAdversary adversary(seed, plan);
  sim::Choices choices(seed, &adversary);
  Told told;
  for (const Question& question : story) {
    const std::string key = question.key == 0 ? "" : "order-" + std::to_string(question.key);
    sim::Place place;
    place.kind = question.kind;
    place.node = "a";
    place.method = question.other_method ? "x.Submit" : "x.Reverse";
    place.key = key;
    if (question.kind == sim::PlaceKind::kMessage) {
      place.leg = question.reply ? sim::Leg::kReply : sim::Leg::kRequest;
      place.peer = "b";
    }
    const sim::Choice choice = choices.Fault(place, question.now);
    if (choice) told.fired_at.push_back(told.decisions.size());
    told.decisions.push_back({choice.kind, choice.disk, choice.amount, std::string(choice.by)});
  }
  told.fired.assign(choices.fired().begin(), choices.fired().end());
  told.unreached = adversary.Unreached();
  return told;
}

RC_GTEST_PROP(DecisionsTest, AreReplayedByTheirPins, (uint64_t seed)) {
  const std::vector<Question> story = AnyStory();
  const Plan plan = AnyPlan();
  const Told told = Tell(story, seed, plan);
  // Through text, as a reproducer would be.
  const auto pins = ParsePins("pins", PinsText(told.fired));
  RC_ASSERT(pins.status().message() == "");
  const Told replayed = Tell(story, seed, Pinned(*pins));
  RC_ASSERT(replayed.decisions == told.decisions);
  RC_ASSERT(replayed.fired == told.fired);
  RC_ASSERT(replayed.unreached.empty());
  RC_CLASSIFY(told.fired.empty(), "calm");
}

RC_GTEST_PROP(DecisionsTest, LoseOnlyTheRemovedPin, (uint64_t seed)) {
  const std::vector<Question> story = AnyStory();
  const Plan plan = AnyPlan();
  const Told told = Tell(story, seed, plan);
  if (told.fired.empty()) return;
  const size_t removed = *rc::gen::inRange<size_t>(0, told.fired.size());
  std::vector<sim::Pin> rest = told.fired;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(removed));

  Told expected = told;
  expected.decisions[told.fired_at[removed]] = {sim::ChoiceKind::kNone, sim::DiskFate::kEach, 0,
                                                ""};
  RC_ASSERT(Tell(story, seed, Pinned(rest)).decisions == expected.decisions);
}

// Of n draws at one in k, n/k strike on average with a variance below n/k; six
// standard deviations are crossed once in a thousand million.
RC_GTEST_PROP(DecisionsTest, AreAsFrequentAsTheRulesSay, (uint64_t seed)) {
  const int64_t draws = 20'000;
  const int64_t first = *rc::gen::inRange(2, 200);
  const int64_t second = *rc::gen::inRange(2, 200);
  Plan plan;
  plan.swarm = false;
  for (const int64_t one_in : {first, second}) {
    Rule rule;
    rule.fault = plan.rules.empty() ? sim::ChoiceKind::kDrop : sim::ChoiceKind::kRefuse;
    rule.one_in = static_cast<uint64_t>(one_in);
    rule.amounts = {0};
    plan.rules.push_back(rule);
  }
  std::vector<Question> story(draws);
  std::map<sim::ChoiceKind, int64_t> struck;
  for (const Decision& decision : Tell(story, seed, plan).decisions) ++struck[decision.kind];
  auto is_fair = [&](int64_t times, int64_t one_in) {
    const int64_t off = times - draws / one_in;
    return off * off <= 36 * (draws / one_in);
  };
  RC_ASSERT(is_fair(struck[sim::ChoiceKind::kDrop], first));
  RC_ASSERT(is_fair(struck[sim::ChoiceKind::kRefuse], second));
}

}  // namespace
}  // namespace faults
