// The plan as the kernel asks it: at each place, nothing or a fault.
//
// A pin for just this point and occurrence decides. Else the rules do: those
// that match and may still strike stand one after the other on the line of all
// 2^64 draws, each as wide as its rate, and the draw falls into one of them or
// into none. One draw, so two rules never strike together; integers only.

#ifndef FAULTS_ADVERSARY_H_
#define FAULTS_ADVERSARY_H_

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "faults/plan.h"
#include "sim/choice/choices.h"

namespace faults {

// What became of a rule in one run.
struct RuleCount {
  bool on = false;       // It applies to this world and the seed did not leave it out.
  uint64_t matched = 0;  // Places asked that it speaks about, within its window.
  uint64_t fired = 0;
};

class PlanAdversary final : public sim::Adversary {
 public:
  // `plan` must outlive this and the run. `seed` is the run's.
  PlanAdversary(uint64_t seed, const Plan& plan);

  uint32_t interests() const override;
  sim::Nanos longest_replica_lag() const override;
  sim::Choice Decide(const sim::Place& place, uint64_t point, uint64_t occurrence, sim::Nanos now,
                     uint64_t bits) override;

  // One for each rule of the plan, in its order.
  absl::Span<const RuleCount> counts() const { return counts_; }

  // Pins whose point was not reached so often, in the order of the plan: the run
  // has drifted from the one that they were recorded in.
  std::vector<sim::Pin> Unreached() const;
  // Whether the point of this pin of the plan was reached so often.
  bool Reached(size_t pin) const { return reached_[pin]; }

 private:
  struct Active {
    const Rule* rule;
    RuleCount* count;
    bool anywhere;            // it names nothing: every place of its kind matches
    unsigned __int128 width;  // of its part of the line of random bits
  };
  const Plan& plan_;
  uint32_t interests_ = 0;
  std::vector<RuleCount> counts_;
  std::array<std::vector<Active>, sim::kPlaceKinds> active_;
  std::map<std::pair<uint64_t, uint64_t>, size_t> pins_;  // By point and occurrence.
  std::vector<bool> reached_;                             // For each pin of the plan.
};

}  // namespace faults

#endif  // FAULTS_ADVERSARY_H_
