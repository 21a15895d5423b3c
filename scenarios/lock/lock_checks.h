// What locks promise: L1 (guarded writes never interleave), L2 (the lock of a holder that
// died is free again when its lease is over, which is seen if somebody asks for it then), L3 (only
// the owner releases).

#ifndef SCENARIOS_LOCK_LOCK_CHECKS_H_
#define SCENARIOS_LOCK_LOCK_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// guarded_writes_never_interleave, dead_holders_lock_is_free, only_owner_releases.
void AddLockChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_LOCK_LOCK_CHECKS_H_
