// What scenarios of a cache can name: the cache itself, and a desk that pays out coupons.

#ifndef SCENARIOS_CACHE_CATALOGUE_H_
#define SCENARIOS_CACHE_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems cache.Cache and coupon.Desk, and workload redeem.
void AddCache(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_CACHE_CATALOGUE_H_
