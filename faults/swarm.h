// What one seed makes of a plan: which families of faults are on, and how often
// they strike.
//
// Every fault slightly on in every run hides bugs: a crash resets the state that
// a late reply would have met. So each seed leaves whole families out (swarm
// testing, Groce et al. 2012) and scales the others. A family is a fault at a
// kind of place, "drop message". All is derived from the seed and the names of
// families, so a rule added to a plan changes nothing for other families.
//
// Business outcomes belong to the workload and rules with `one_in: 1` to a
// script: the former are always on and neither is scaled.

#ifndef FAULTS_SWARM_H_
#define FAULTS_SWARM_H_

#include <cstdint>

#include "faults/plan.h"

namespace faults {

class Swarm {
 public:
  // A seed that would leave out every family of `plan` leaves out none. If
  // `plan.swarm` is false, all rules are as given.
  Swarm(uint64_t seed, const Plan& plan);

  // Once in how many times `rule` strikes in this seed; 0 = its family is off.
  uint64_t OneIn(const Rule& rule) const;

 private:
  bool IsOn(const Rule& rule) const;

  const uint64_t seed_;
  const bool draws_;
  bool calm_ = false;  // Every family drew "off".
};

}  // namespace faults

#endif  // FAULTS_SWARM_H_
