// How long messages travel.

#ifndef SIM_NET_LATENCY_H_
#define SIM_NET_LATENCY_H_

#include <cstdint>

#include "sim/core/time.h"
#include "sim/net/method.h"

namespace sim {

// Where latencies come from; a workload may bring its own.
class LatencySource {
 public:
  virtual ~LatencySource() = default;

  // The latency of one message from one node to another. `bits` are 64 random
  // bits that belong to this message alone.
  virtual Nanos Sample(NodeId from, NodeId to, uint64_t bits) = 0;

  // Whether Sample looks at its bits, always the same. If not, none are drawn for it.
  virtual bool draws() const { return true; }
};

// A Pareto tail in integers: P(latency > floor + unit * 2^(j/2)) = 2^-j, up to
// j = 16. With the default (1 ms, 4 ms): median 6.7 ms, 99 % 40 ms, 99.9 %
// 130 ms, never above 1.03 s.
class LongTail final : public LatencySource {
 public:
  explicit LongTail(Nanos floor = Millis(1), Nanos unit = Millis(4)) : floor_(floor), unit_(unit) {}
  Nanos Sample(NodeId from, NodeId to, uint64_t bits) override;

 private:
  Nanos floor_;
  Nanos unit_;
};

// The same for every message: what a person can follow, and a test can reckon with.
class FixedLatency final : public LatencySource {
 public:
  explicit FixedLatency(Nanos latency) : latency_(latency) {}
  Nanos Sample(NodeId, NodeId, uint64_t) override { return latency_; }
  bool draws() const override { return false; }

 private:
  Nanos latency_;
};

}  // namespace sim

#endif  // SIM_NET_LATENCY_H_
