// FixedLatency: every message takes the same time, so that a test can say when.
//
// In nanoseconds, for every pair of nodes; it draws nothing.

#ifndef SIM_TESTING_FIXED_LATENCY_H_
#define SIM_TESTING_FIXED_LATENCY_H_

#include "sim/net/latency.h"

namespace sim {

class FixedLatency final : public LatencySource {
 public:
  explicit FixedLatency(Nanos latency) : latency_(latency) {}
  Nanos Sample(NodeId, NodeId, uint64_t) override { return latency_; }
  bool draws() const override { return false; }

 private:
  Nanos latency_;
};

}  // namespace sim

#endif  // SIM_TESTING_FIXED_LATENCY_H_
