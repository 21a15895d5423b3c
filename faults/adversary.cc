#include "faults/adversary.h"

#include <algorithm>

#include "faults/swarm.h"
#include "sim/core/check.h"

namespace faults {
namespace {

constexpr unsigned __int128 kAll = static_cast<unsigned __int128>(1) << 64;

uint32_t Bit(sim::PlaceKind kind) { return uint32_t{1} << static_cast<int>(kind); }

// Whether Matches() is true of every place of the rule's kind.
bool MatchesAnywhere(const Rule& rule) {
  return rule.leg == sim::Leg::kNone && rule.nth == 0 && !rule.both_ways && rule.method.empty() &&
         rule.key.empty() && rule.node.empty() && rule.peer.empty();
}

}  // namespace

PlanAdversary::PlanAdversary(uint64_t seed, const Plan& plan)
    : plan_(plan), counts_(plan.rules.size()), reached_(plan.pins.size()) {
  const Swarm swarm(seed, plan);
  for (size_t i = 0; i < plan.rules.size(); ++i) {
    const Rule& rule = plan.rules[i];
    const uint64_t one_in = rule.does_not_apply.empty() ? swarm.OneIn(rule) : 0;
    if (one_in == 0) continue;
    counts_[i].on = true;
    active_[static_cast<int>(rule.place)].push_back(
        {&rule, &counts_[i], MatchesAnywhere(rule), kAll / one_in});
    interests_ |= Bit(rule.place);
  }
  for (size_t i = 0; i < plan.pins.size(); ++i) {
    if (!plan.pins[i].does_not_apply.empty()) {
      reached_[i] = true;  // Nobody waits for it.
      continue;
    }
    const sim::Pin& pin = plan.pins[i].pin;
    const absl::StatusOr<sim::PointText> point = sim::PointText::Parse(pin.point);
    SIM_CHECK(point.ok()) << point.status().message();
    const sim::Place place = point->place();
    pins_.try_emplace({sim::PointOf(place), pin.occurrence}, i);
    interests_ |= Bit(place.kind);
  }
}

uint32_t PlanAdversary::interests() const { return interests_; }

sim::Nanos PlanAdversary::longest_replica_lag() const {
  sim::Nanos longest = 0;
  for (const Active& active : active_[static_cast<int>(sim::PlaceKind::kReplica)]) {
    longest = std::max(longest, active.rule->amounts.back());
  }
  for (const PlannedPin& planned : plan_.pins) {
    if (planned.pin.kind != sim::ChoiceKind::kReplicaLag) continue;
    longest = std::max(longest, planned.pin.amount);
  }
  return longest;
}

sim::Choice PlanAdversary::Decide(const sim::Place& place, uint64_t point, uint64_t occurrence,
                                  sim::Nanos now, uint64_t bits) {
  sim::Choice choice;
  if (!pins_.empty()) {
    const auto found = pins_.find({point, occurrence});
    if (found != pins_.end()) {
      reached_[found->second] = true;
      const sim::Pin& pin = plan_.pins[found->second].pin;
      choice.kind = pin.kind;
      choice.disk = pin.disk;
      choice.amount = pin.amount;
      choice.lasts = pin.lasts;
      choice.by = pin.by;
      return choice;
    }
  }

  using Wide = unsigned __int128;
  Wide begin = 0;  // Of the next rule's part of the line.
  for (const Active& active : active_[static_cast<int>(place.kind)]) {
    const Rule& rule = *active.rule;
    if (now < rule.from || now >= rule.to) continue;
    const bool matches = active.anywhere ? !place.both_ways : Matches(rule, place, occurrence);
    if (!matches) continue;
    ++active.count->matched;
    if (rule.at_most != 0 && active.count->fired >= rule.at_most) continue;
    if (bits >= begin && bits < begin + active.width) {
      ++active.count->fired;
      const Wide alternative = (bits - begin) * rule.amounts.size() / active.width;
      choice.kind = rule.fault;
      choice.disk = rule.disk;
      choice.amount = rule.amounts[static_cast<size_t>(alternative)];
      choice.lasts = rule.lasts;
      choice.by = rule.by;
    }
    begin += active.width;
  }
  return choice;
}

std::vector<sim::Pin> PlanAdversary::Unreached() const {
  std::vector<sim::Pin> unreached;
  for (size_t i = 0; i < reached_.size(); ++i) {
    if (!reached_[i]) unreached.push_back(plan_.pins[i].pin);
  }
  return unreached;
}

}  // namespace faults
