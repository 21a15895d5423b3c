// A desk that pays out coupons and remembers in a cache which ones, so that the many
// who ask again are answered without the database (protocols call this the first tier
// of idempotency). What the cache forgets is paid again, unless the table of payouts has
// a unique constraint as the last line of defence (唯一约束是最后一道防线).
//
// Its quirks are mistakes of its own: what it does while the cache cannot be reached, when it
// remembers, and under which key.

#ifndef SCENARIOS_CACHE_DESK_H_
#define SCENARIOS_CACHE_DESK_H_

#include <string>

#include "absl/status/statusor.h"
#include "scenarios/cache/coupon.pb.h"
#include "sim/core/task.h"
#include "sim/net/method.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace coupon {

inline constexpr sim::Method<RedeemRequest, RedeemReply> kRedeem{"coupon.Redeem",
                                                                 sim::Visibility::kPeople};

// "coupon.Desk".
sim::SystemSpec DeskSystem();

class Desk final : public sim::Component {
 public:
  explicit Desk(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<RedeemReply>> Redeem(RedeemRequest request);
  // Whether the cache has not seen the coupon before. It has, afterwards.
  sim::Task<absl::StatusOr<bool>> Remember(std::string coupon);
  // Whether the cache has seen it.
  sim::Task<absl::StatusOr<bool>> Remembers(std::string coupon);
  // What the cache calls it.
  std::string KeyOf(const std::string& coupon) const;

  sim::Env& env_;
  sim::Database db_;
};

}  // namespace coupon

#endif  // SCENARIOS_CACHE_DESK_H_
