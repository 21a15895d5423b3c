#include "faults/swarm.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "faults/kinds.h"
#include "sim/choice/choices.h"
#include "sim/core/hash.h"

namespace faults {
namespace {

bool IsBusiness(const Rule& rule) { return rule.place == sim::PlaceKind::kOutcome; }

// 64 random bits for `question` about the family of `rule`.
uint64_t Draw(uint64_t seed, absl::string_view question, const Rule& rule) {
  const std::string family = absl::StrCat(FaultName(rule.fault), " ", PlaceName(rule.place));
  const uint64_t words[] = {seed, sim::HashName(question), sim::HashName(family)};
  return sim::HashWords(words, 3, /*seed=*/0);
}

}  // namespace

Swarm::Swarm(uint64_t seed, const Plan& plan) : seed_(seed), draws_(plan.swarm) {
  calm_ = std::none_of(plan.rules.begin(), plan.rules.end(), [this](const Rule& rule) {
    return !IsBusiness(rule) && rule.does_not_apply.empty() && IsOn(rule);
  });
}

bool Swarm::IsOn(const Rule& rule) const {
  return sim::Below(Draw(seed_, "swarm on", rule), 2) == 0;
}

uint64_t Swarm::OneIn(const Rule& rule) const {
  if (!draws_ || IsBusiness(rule)) return rule.one_in;
  if (!calm_ && !IsOn(rule)) return 0;
  if (rule.one_in == 1) return 1;
  // A quarter, a half, once, twice or four times as rare; never certain.
  const uint64_t scale = sim::Below(Draw(seed_, "swarm rate", rule), 5);
  return std::max<uint64_t>(2, (rule.one_in << scale) >> 2);
}

}  // namespace faults
