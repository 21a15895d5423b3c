#include "scenarios/command/seal.h"

#include <cstdint>

#include "reports/result.pb.h"
#include "scenarios/repro.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

uint64_t SealOf(settle::Repro repro) {
  repro.clear_seal();
  return sim::HashBytes(repro.SerializeAsString(), 0);
}

}  // namespace

void Seal(settle::Repro& repro) {
  repro.set_schema(kReproSchema);
  repro.set_seal(SealOf(repro));
}

bool IsSealed(const settle::Repro& repro) { return repro.seal() == SealOf(repro); }

}  // namespace scenarios
