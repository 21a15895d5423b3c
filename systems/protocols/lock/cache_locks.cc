#include "systems/protocols/lock/cache_locks.h"

#include "absl/strings/str_cat.h"
#include "systems/cache/methods.h"

namespace lock {

using sim::Task;
using sim::Try;

namespace {

constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(2)};

std::string KeyOf(absl::string_view name) { return absl::StrCat("lock/", name); }

}  // namespace

Task<absl::StatusOr<int64_t>> CacheTokens::Next(std::string name) {
  cache::IncrementRequest request;
  request.set_key(absl::StrCat("fence/", name));
  auto counted = co_await Try(env_.Call(cache_, cache::kIncrement, request, kPatience));
  co_return counted.value();
}

Task<absl::StatusOr<std::optional<int64_t>>> CacheLocks::Take(std::string name, std::string owner,
                                                              absl::Duration lent_for) {
  cache::SetRequest request;
  request.set_key(KeyOf(name));
  request.set_value(owner);
  request.set_only_if_absent(true);
  if (!quirks().no_expiry) request.set_expires_in_ms(absl::ToInt64Milliseconds(lent_for));
  auto set = co_await Try(env().Call(cache_, cache::kSet, request, kPatience));
  if (!set.stored()) co_return std::nullopt;
  co_return co_await Try(tokens_.Next(name));
}

Task<absl::StatusOr<bool>> CacheLocks::Prolong(std::string name, std::string owner,
                                               absl::Duration lent_for) {
  cache::CompareAndExpireRequest request;
  request.set_key(KeyOf(name));
  request.set_value(owner);
  request.set_expires_in_ms(absl::ToInt64Milliseconds(lent_for));
  auto reply = co_await Try(env().Call(cache_, cache::kCompareAndExpire, request, kPatience));
  co_return reply.prolonged();
}

Task<absl::StatusOr<bool>> CacheLocks::GiveBack(std::string name, std::string owner) {
  if (quirks().release_unowned) {
    cache::DeleteRequest request;
    request.set_key(KeyOf(name));
    auto reply = co_await Try(env().Call(cache_, cache::kDelete, request, kPatience));
    co_return reply.deleted();
  }
  cache::CompareAndDeleteRequest request;
  request.set_key(KeyOf(name));
  request.set_value(owner);
  auto reply = co_await Try(env().Call(cache_, cache::kCompareAndDelete, request, kPatience));
  co_return reply.deleted();
}

}  // namespace lock
