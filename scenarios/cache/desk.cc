#include "scenarios/cache/desk.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "systems/cache/methods.h"

namespace coupon {

using sim::Task;
using sim::Try;

namespace {

constexpr absl::Duration kRemembered = absl::Hours(1);
constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(2)};

}  // namespace

Task<absl::Status> Desk::Start() {
  env_.Serve(kRedeem, this, &Desk::Redeem);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<RedeemReply>> Desk::Redeem(RedeemRequest request) {
  RedeemReply reply;
  const bool news = co_await Try(IsNews(request));
  if (!news) co_return reply;
  const auto paid = co_await db_.Execute("INSERT INTO payout(coupon) VALUES(?)", request.coupon());
  if (absl::IsAlreadyExists(paid.status())) co_return reply;
  if (!paid.ok()) co_return paid.status();
  reply.set_paid(true);
  co_return reply;
}

Task<absl::StatusOr<bool>> Desk::IsNews(RedeemRequest request) {
  cache::SetRequest seen;
  seen.set_key(absl::StrCat("coupon/", request.coupon()));
  seen.set_value("seen");
  seen.set_only_if_absent(true);
  seen.set_expires_in_ms(absl::ToInt64Milliseconds(kRemembered));
  auto reply = co_await Try(env_.Call(env_.peer("cache"), cache::kSet, seen, kPatience));
  co_return reply.stored();
}

sim::SystemSpec DeskSystem() {
  sim::SystemSpec spec;
  spec.name = "coupon.Desk";
  spec.about = "Pays out coupons, and remembers in a cache which ones.";
  spec.roles = {{"cache", "cache.Cache", {"cache.Set"}}};
  spec.switches = {{"last_line",
                    "what refuses a coupon that the cache has forgotten: a unique constraint, or "
                    "nothing",
                    "unique",
                    {"unique", "none"}}};
  spec.methods = {"coupon.Redeem"};
  spec.schema = [](const sim::Settings& settings) {
    return absl::StrCat(
        "CREATE TABLE payout("
        "  payout_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
        "  coupon TEXT NOT NULL",
        settings.Is("last_line", "unique") ? ", UNIQUE(coupon));" : ");");
  };
  spec.make = [](sim::Env& env) { return std::make_unique<Desk>(env); };
  return spec;
}

}  // namespace coupon
