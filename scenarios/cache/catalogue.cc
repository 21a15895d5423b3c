#include "scenarios/cache/catalogue.h"

#include "scenarios/cache/desk.h"
#include "scenarios/cache/workload_redeem.h"
#include "systems/cache/cache.h"

namespace scenarios {

void AddCache(Catalogue& catalogue) {
  catalogue.AddSystem(cache::CacheSystem());
  catalogue.AddSystem(coupon::DeskSystem());
  catalogue.AddWorkload(RedeemWorkload());
}

}  // namespace scenarios
