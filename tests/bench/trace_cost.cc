#include "tests/bench/trace_cost.h"

#include <algorithm>

#include "sim/core/check.h"
#include "sim/trace/trace.h"
#include "tests/bench/cpu_time.h"

namespace bench {

void AddTraceCost(Effort effort, Rows& rows) {
  const int rounds = effort == Effort::kQuick ? 3 : 5;
  constexpr uint32_t kRecords = 5'000'000;
  double best = 0;
  uint64_t digest = 0;
  for (int round = 0; round < rounds; ++round) {
    sim::Trace trace(sim::TraceDepth::kRing);
    const double began = CpuSeconds();
    for (uint32_t i = 0; i < kRecords; ++i) {
      trace.Append(i, sim::RecordKind::kDeliver, static_cast<uint16_t>(i % 10), 3, 0x9E3779B9,
                   i * i, i, i);
    }
    const double ns = (CpuSeconds() - began) * 1e9 / kRecords;
    SIM_CHECK(round == 0 || trace.digest() == digest) << "the digest is not a function of records";
    digest = trace.digest();
    best = round == 0 ? ns : std::min(best, ns);
  }
  rows.Add({"trace: one record, ring and hash", best, "ns", 15, 10});
}

}  // namespace bench
