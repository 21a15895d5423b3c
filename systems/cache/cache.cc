#include "systems/cache/cache.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "systems/cache/methods.h"

namespace cache {

using sim::ChoiceKind;
using sim::Task;

namespace {

// From its effect to its answer; it can die in between.
constexpr absl::Duration kCommandTakes = absl::Microseconds(50);

}  // namespace

Task<absl::Status> Cache::Start() {
  env_.Serve(kSet, this, &Cache::Set);
  env_.Serve(kGet, this, &Cache::Get);
  env_.Serve(kDelete, this, &Cache::Delete);
  env_.Serve(kCompareAndDelete, this, &Cache::CompareAndDelete);
  env_.Serve(kCompareAndExpire, this, &Cache::CompareAndExpire);
  env_.Serve(kIncrement, this, &Cache::Increment);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<SetReply>> Cache::Set(SetRequest request) {
  const Entry* there = Look(kSet.name, request.key());
  SetReply reply;
  if (there == nullptr || !request.only_if_absent()) {
    Entry entry;
    entry.value = request.value();
    if (request.expires_in_ms() > 0) entry.expires_at = Now() + request.expires_in_ms();
    Store(request.key(), std::move(entry), KeyChanged::STORED);
    reply.set_stored(true);
  }
  co_await env_.clock().Sleep(kCommandTakes);
  co_return reply;
}

Task<absl::StatusOr<GetReply>> Cache::Get(GetRequest request) {
  const Entry* there = Look(kGet.name, request.key());
  GetReply reply;
  reply.set_found(there != nullptr);
  if (there != nullptr) reply.set_value(there->value);
  co_await env_.clock().Sleep(kCommandTakes);
  co_return reply;
}

Task<absl::StatusOr<DeleteReply>> Cache::Delete(DeleteRequest request) {
  DeleteReply reply;
  reply.set_deleted(Look(kDelete.name, request.key()) != nullptr);
  if (reply.deleted()) Remove(request.key(), KeyChanged::DELETED);
  co_await env_.clock().Sleep(kCommandTakes);
  co_return reply;
}

Task<absl::StatusOr<CompareAndDeleteReply>> Cache::CompareAndDelete(
    CompareAndDeleteRequest request) {
  const Entry* there = Look(kCompareAndDelete.name, request.key());
  CompareAndDeleteReply reply;
  reply.set_deleted(there != nullptr && there->value == request.value());
  if (reply.deleted()) Remove(request.key(), KeyChanged::DELETED);
  co_await env_.clock().Sleep(kCommandTakes);
  co_return reply;
}

Task<absl::StatusOr<CompareAndExpireReply>> Cache::CompareAndExpire(
    CompareAndExpireRequest request) {
  const Entry* there = Look(kCompareAndExpire.name, request.key());
  CompareAndExpireReply reply;
  reply.set_prolonged(there != nullptr && there->value == request.value());
  if (reply.prolonged()) {
    Entry entry = *there;
    entry.expires_at = Now() + request.expires_in_ms();
    Store(request.key(), std::move(entry), KeyChanged::PROLONGED);
  }
  co_await env_.clock().Sleep(kCommandTakes);
  co_return reply;
}

Task<absl::StatusOr<IncrementReply>> Cache::Increment(IncrementRequest request) {
  const Entry* there = Look(kIncrement.name, request.key());
  Entry entry;
  if (there != nullptr) entry = *there;
  int64_t number = 0;
  if (!entry.value.empty() && !absl::SimpleAtoi(entry.value, &number)) {
    co_return absl::FailedPreconditionError(absl::StrCat(request.key(), " holds no number"));
  }
  entry.value = absl::StrCat(number + 1);
  Store(request.key(), std::move(entry), KeyChanged::STORED);
  IncrementReply reply;
  reply.set_value(number + 1);
  co_await env_.clock().Sleep(kCommandTakes);
  co_return reply;
}

const Entry* Cache::Look(absl::string_view method, const std::string& key) {
  const sim::Choice choice = faults_.Ask(sim::PlaceKind::kCache, method, key);
  if (choice.kind == ChoiceKind::kFailOver) FailOver(sim::FromNanos(choice.amount));
  if (keys_.HasExpired(key, Now())) Remove(key, KeyChanged::EXPIRED);
  const Entry* there = keys_.Find(key, Now());
  if (there == nullptr) return nullptr;
  if (choice.kind == ChoiceKind::kEvict) {
    Remove(key, KeyChanged::EVICTED);
  } else if (choice.kind == ChoiceKind::kExpire && there->expires_at.has_value()) {
    Remove(key, KeyChanged::EXPIRED);
  }
  return keys_.Find(key, Now());
}

void Cache::FailOver(absl::Duration lag) {
  for (const std::string& key : keys_.TakeBack(env_.clock().Monotonic() - lag)) {
    Tell(key, KeyChanged::FAILED_OVER);
  }
}

void Cache::Store(const std::string& key, Entry entry, KeyChanged::Cause cause) {
  keys_.Put(key, std::move(entry), env_.clock().Monotonic());
  Tell(key, cause);
}

void Cache::Remove(const std::string& key, KeyChanged::Cause cause) {
  keys_.Erase(key, env_.clock().Monotonic());
  Tell(key, cause);
}

void Cache::Tell(const std::string& key, KeyChanged::Cause cause) {
  KeyChanged fact;
  fact.set_key(key);
  fact.set_cause(cause);
  if (const Entry* there = keys_.Find(key, Now())) {
    fact.set_exists(true);
    fact.set_value(there->value);
    fact.set_expires(there->expires_at.has_value());
  }
  env_.Emit(fact);
}

sim::SystemSpec CacheSystem() {
  sim::SystemSpec spec;
  spec.name = "cache.Cache";
  spec.about = "Keys with expiry in memory, as in Redis; nothing of it is durable.";
  spec.methods = {kSet, kGet, kDelete, kCompareAndDelete, kCompareAndExpire, kIncrement};
  spec.infrastructure = {sim::PlaceKind::kCache};
  spec.make = [](sim::Env& env) { return std::make_unique<Cache>(env); };
  return spec;
}

}  // namespace cache
