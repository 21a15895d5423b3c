#include "scenarios/lock/catalogue.h"

#include "scenarios/lock/clerk.h"
#include "scenarios/lock/lock_checks.h"
#include "scenarios/lock/store.h"
#include "scenarios/lock/workload_write.h"

namespace scenarios {

void AddLocks(Catalogue& catalogue) {
  catalogue.AddSystem(page::StoreSystem());
  catalogue.AddSystem(page::CacheClerkSystem());
  catalogue.AddSystem(page::TableClerkSystem());
  catalogue.AddWorkload(WriteWorkload());
  AddLockChecks(catalogue);
}

}  // namespace scenarios
