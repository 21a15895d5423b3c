#include "scenarios/cache/desk.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "sim/net/refusal.h"
#include "systems/cache/methods.h"

namespace coupon {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;
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
  const bool afterwards = env_.settings().Quirk("remembers_afterwards");
  RedeemReply reply;
  if (afterwards) {
    const bool known = co_await Try(Remembers(request.coupon()));
    if (known) co_return reply;
  } else {
    const bool news = co_await Try(Remember(request.coupon()));
    if (!news) co_return reply;
  }
  const auto paid = co_await db_.Execute("INSERT INTO payout(coupon) VALUES(?)", request.coupon());
  if (absl::IsAlreadyExists(paid.status())) co_return reply;
  if (!paid.ok()) co_return paid.status();
  if (afterwards) co_await Try(Remember(request.coupon()));
  reply.set_paid(true);
  co_return reply;
}

Task<absl::StatusOr<bool>> Desk::Remember(std::string coupon) {
  cache::SetRequest seen;
  seen.set_key(KeyOf(coupon));
  seen.set_value("seen");
  seen.set_only_if_absent(true);
  seen.set_expires_in_ms(absl::ToInt64Milliseconds(kRemembered));
  const auto reply = co_await env_.Call(env_.peer("cache"), cache::kSet, seen, kPatience);
  if (sim::IsRefused(reply.status()) && env_.settings().Quirk("pays_without_cache")) co_return true;
  if (!reply.ok()) co_return reply.status();
  co_return reply->stored();
}

Task<absl::StatusOr<bool>> Desk::Remembers(std::string coupon) {
  cache::GetRequest seen;
  seen.set_key(KeyOf(coupon));
  const auto reply = co_await Try(env_.Call(env_.peer("cache"), cache::kGet, seen, kPatience));
  co_return reply.found();
}

std::string Desk::KeyOf(const std::string& coupon) const {
  if (env_.settings().Quirk("remembers_for_itself")) {
    return absl::StrCat(env_.name(), "/coupon/", coupon);
  }
  return absl::StrCat("coupon/", coupon);
}

sim::SystemSpec DeskSystem() {
  sim::SystemSpec spec;
  spec.name = "coupon.Desk";
  spec.about = "Pays out coupons, and remembers in a cache which ones.";
  spec.roles = {{"cache", "cache.Cache", {"cache.Set", "cache.Get"}}};
  spec.switches = {{"last_line",
                    "what refuses a coupon that the cache has forgotten: a unique constraint, or "
                    "nothing",
                    "unique",
                    {"unique", "none"}}};
  spec.quirks = {
      {"pays_without_cache", "takes a coupon for new when the cache cannot be reached",
       "ikyriak/IdempotentAPI#23: errors of the cache let requests through",
       Trigger::Faults({sim::LateAnswers()})},
      {"remembers_afterwards", "looks whether it knows a coupon, and remembers it when it has paid",
       "knocklabs/one_and_done#6: the answer is remembered when the request is done",
       Trigger::Faults({sim::LateAnswers(), ChoiceKind::kDoubleClick, ChoiceKind::kTwoChannels,
                        ChoiceKind::kDuplicate})},
      // Two instances of one desk and an upgrade set it off, too, and are no faults of a plan.
      {"remembers_for_itself", "knows only the coupons that were handed in at this desk",
       "this project: each instance keeps its keys to itself",
       Trigger::Faults({ChoiceKind::kTwoChannels})},
  };
  spec.methods = {kRedeem};
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
