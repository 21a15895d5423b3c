#include "scenarios/search/guided.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "scenarios/search/guided.pb.h"
#include "scenarios/search/guided_state.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

// A parent is as large as its alternatives: a hundred kilobytes.
constexpr size_t kMostParents = 32;
constexpr size_t kRarest = 16;       // features of a parent
constexpr size_t kOfEachFamily = 8;  // alternatives of a parent

std::vector<Feature> Rarest(std::vector<Feature> features, const Hits& hits) {
  std::stable_sort(features.begin(), features.end(),
                   [&hits](Feature a, Feature b) { return hits.of(a) < hits.of(b); });
  if (features.size() > kRarest) features.resize(kRarest);
  return features;
}

// Of each family those that were hit least.
std::vector<Alternative> WorthTrying(std::vector<Alternative> alternatives, const Hits& hits) {
  std::stable_sort(alternatives.begin(), alternatives.end(),
                   [&hits](const Alternative& a, const Alternative& b) {
                     return hits.of(a.feature) < hits.of(b.feature);
                   });
  std::map<uint32_t, size_t> taken;
  std::vector<Alternative> worth;
  for (Alternative& one : alternatives) {
    if (++taken[one.family] > kOfEachFamily) continue;
    worth.push_back(std::move(one));
  }
  return worth;
}

}  // namespace

RunOptions GuidedRun::Options() const {
  RunOptions options;
  options.seed = seed;
  options.swarm = swarm;
  if (pins.empty()) return options;
  options.pins = pins;
  options.rules_too = true;
  return options;
}

Guided::Guided(const faults::Plan& plan, uint64_t base_seed, Hits known)
    : plan_(plan), base_seed_(base_seed), hits_(std::move(known)) {}

std::string Guided::Save() const {
  settle::GuidedState state;
  state.set_runs(progress_.runs);
  state.set_seeds(progress_.seeds);
  KeepHits(hits_, state);
  for (const Parent& parent : parents_) *state.add_parent() = ToProto(parent);
  return state.SerializeAsString();
}

bool Guided::Restore(const std::string& saved) {
  settle::GuidedState state;
  if (!state.ParseFromString(saved)) return false;
  progress_ = {state.runs(), state.seeds()};
  hits_ = ToHits(state);
  news_ = Hits();
  parents_.clear();
  for (const settle::GuidedParent& parent : state.parent()) parents_.push_back(ToParent(parent));
  return true;
}

GuidedRun Guided::Next() {
  GuidedRun next;
  next.number = progress_.runs++;
  next.seed = base_seed_ + progress_.seeds;
  next.swarm = next.number > 0;
  if (!parents_.empty() && next.number % 2 == 0) {
    sim::Choices choices(sim::Mix(base_seed_) + next.number, nullptr);
    const Parent& parent = Pick(choices);
    const Parent& other = Pick(choices);
    Mutated mutated = Mutate(parent, other, hits_, plan_, next.seed, choices);
    next.seed = mutated.seed;
    next.pins = std::move(mutated.pins);
  }
  if (next.seed == base_seed_ + progress_.seeds) ++progress_.seeds;
  return next;
}

const Parent& Guided::Pick(sim::Choices& choices) const {
  std::vector<uint64_t> upto;
  uint64_t sum = 0;
  for (const Parent& parent : parents_) upto.push_back(sum += Energy(parent.rarest, hits_));
  const uint64_t drawn = choices.Noise(sim::HashName("parent"), sum);
  const auto at = std::upper_bound(upto.begin(), upto.end(), drawn);
  return parents_[static_cast<size_t>(at - upto.begin())];
}

void Guided::Learn(const GuidedRun& run, const std::vector<sim::Pin>& fired, Covered covered) {
  hits_.Add(covered.features);
  for (const Feature feature : covered.features) {
    const uint64_t hits = hits_.of(feature);
    if (std::has_single_bit(hits)) news_.Set(feature, hits);
  }
  Parent parent;
  parent.seed = run.seed;
  for (const sim::Pin& pin : run.pins) {
    if (std::find(fired.begin(), fired.end(), pin) != fired.end()) parent.pins.push_back(pin);
  }
  parent.rarest = Rarest(std::move(covered.features), hits_);
  const uint64_t energy = Energy(parent.rarest, hits_);
  if (parents_.size() >= kMostParents) {
    const auto least = std::min_element(parents_.begin(), parents_.end(),
                                        [this](const Parent& a, const Parent& b) {
                                          return Energy(a.rarest, hits_) < Energy(b.rarest, hits_);
                                        });
    if (Energy(least->rarest, hits_) > energy) return;
    parents_.erase(least);
  }
  parent.alternatives = WorthTrying(std::move(covered.alternatives), hits_);
  parents_.push_back(std::move(parent));
}

Hits Guided::TakeNews() { return std::exchange(news_, Hits()); }

}  // namespace scenarios
