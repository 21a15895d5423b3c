// Choices: the one door through which chance enters a run.
//
// The value of a choice is XXH3(seed, point, occurrence). There is no stream to
// advance, so a choice depends on where it is made and on nothing that happened
// elsewhere. Two kinds:
//   * noise, the everyday variety of latencies and ties: never recorded,
//     derived again from the seed;
//   * faults, decided by the Adversary from the same bits: recorded as pins.
//
// One draw per statement: the evaluation order of arguments is not defined.

#ifndef SIM_CHOICE_CHOICES_H_
#define SIM_CHOICE_CHOICES_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/core/time.h"

namespace sim {

// Decides about faults. Implemented in faults/; the kernel knows no plan.
class Adversary {
 public:
  virtual ~Adversary() = default;

  // Bit (1 << PlaceKind) is set for the kinds of place that this adversary
  // might answer with a fault. Others are not asked. Constant during a run.
  virtual uint32_t interests() const = 0;

  // No replica lags by more: databases keep as much of their past. kForever: nobody
  // knows.
  virtual Nanos longest_replica_lag() const { return kForever; }

  // Must depend on its arguments and on its own earlier answers only. `bits` are
  // 64 random bits of (seed, point, occurrence).
  virtual Choice Decide(const Place& place, uint64_t point, uint64_t occurrence, Nanos now,
                        uint64_t bits) = 0;
};

// Is told of every fault, when it is decided.
class FaultSink {
 public:
  virtual ~FaultSink() = default;
  virtual void OnFault(const Pin& pin, Nanos at) = 0;
};

// A value in [0, bound) from random bits: multiply and shift, no modulo bias to
// speak of. `bound` of 0 gives 0.
constexpr uint64_t Below(uint64_t bits, uint64_t bound) {
  return static_cast<uint64_t>((static_cast<unsigned __int128>(bits) * bound) >> 64);
}

class Choices {
 public:
  // `adversary` may be null (a calm run) and must outlive this.
  Choices(uint64_t seed, Adversary* adversary);
  Choices(const Choices&) = delete;
  Choices& operator=(const Choices&) = delete;

  uint64_t seed() const { return seed_; }

  // The number, from 1, of this occurrence of `point`; counts it.
  uint64_t Count(uint64_t point) { return ++occurrences_[point]; }

  // 64 random bits of (seed, point, occurrence), and nothing else.
  uint64_t Bits(uint64_t point, uint64_t occurrence);

  // How often bits were drawn.
  uint64_t drawn() const { return drawn_; }

  // Noise at a place that counts its own occurrences.
  uint64_t Noise(uint64_t point, uint64_t bound) { return Below(Bits(point, Count(point)), bound); }

  // Whether asking about places of `kind` can have any effect.
  bool Asks(PlaceKind kind) const { return (interests_ >> static_cast<int>(kind)) & 1; }

  // No replica lags by more in this run; 0 if none does.
  Nanos LongestReplicaLag() const {
    return Asks(PlaceKind::kReplica) ? adversary_->longest_replica_lag() : 0;
  }

  // The adversary's answer; a fault is recorded. The first two forms count the
  // occurrence, the third is for places that have counted or keyed it already.
  Choice Fault(const Place& place, Nanos now);
  Choice Fault(const Place& place, uint64_t point, Nanos now);
  Choice Fault(const Place& place, uint64_t point, uint64_t occurrence, Nanos now, uint64_t bits);

  // The same for a place of which the answer lasts: it is asked once in a run, and
  // answers for ever as it did then.
  Choice Lasting(const Place& place, Nanos now);

  // From now on nobody is asked but for how business ends: the faults are over.
  void Silence() { interests_ &= uint32_t{1} << static_cast<int>(PlaceKind::kOutcome); }

  // Who is told of faults; null: nobody. Must outlive this.
  void set_sink(FaultSink* sink) { sink_ = sink; }

  // The faults that fired, in order.
  absl::Span<const Pin> fired() const { return fired_; }

 private:
  uint64_t seed_;
  Adversary* adversary_;
  uint32_t interests_;
  FaultSink* sink_ = nullptr;
  uint64_t drawn_ = 0;
  absl::flat_hash_map<uint64_t, uint64_t> occurrences_;  // Looked up, never iterated.
  absl::flat_hash_map<uint64_t, Choice> lasting_;        // The same.
  std::vector<Pin> fired_;
};

}  // namespace sim

#endif  // SIM_CHOICE_CHOICES_H_
