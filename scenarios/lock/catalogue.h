// What scenarios of locks can name: clerks who write into pages by turns.

#ifndef SCENARIOS_LOCK_CATALOGUE_H_
#define SCENARIOS_LOCK_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems page.Store, page.CacheClerk and page.TableClerk, workload write, and the checks
// of locks. The cache is AddCache's.
void AddLocks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_LOCK_CATALOGUE_H_
