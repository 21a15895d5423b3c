#include "scenarios/lock/clerk.h"

#include <cstdint>
#include <utility>

#include "scenarios/lock/methods.h"
#include "scenarios/lock/store.h"
#include "systems/protocols/lock/table_locks.h"

namespace page {

using sim::Task;
using sim::Try;

namespace {

constexpr absl::Duration kLentFor = absl::Seconds(10);
constexpr absl::Duration kPatience = absl::Minutes(1);

// Longer than any message is under way; who begins to write has the lock so long.
constexpr absl::Duration kWriteTakes = absl::Seconds(4);
constexpr sim::CallOptions kAnswerWithin{.timeout = kWriteTakes};

}  // namespace

Task<absl::StatusOr<int64_t>> StoreTokens::Next(std::string name) {
  TokenRequest request;
  request.set_page(name);
  auto reply = co_await Try(env_.Call(env_.peer("store"), kNextToken, request, kAnswerWithin));
  co_return reply.token();
}

Task<absl::Status> Clerk::Start() {
  env_.Serve(kWrite, this, &Clerk::Write);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<WriteReply>> Clerk::Write(WriteRequest request) {
  auto lock = co_await Try(locks_->Acquire(request.page(), kLentFor, kPatience));
  // If nobody knows whether it was written, the request may be under way: the lock is not
  // released then, it expires.
  const bool written = co_await Try(WriteUnder(lock, request));
  (co_await lock.Release()).IgnoreError();  // Lost or not, there is nothing left to do.
  WriteReply reply;
  reply.set_written(written);
  co_return reply;
}

Task<absl::StatusOr<bool>> Clerk::WriteUnder(lock::Lock& lock, WriteRequest request) {
  ReadRequest read;
  read.set_page(request.page());
  read.set_owner(lock.owner());
  read.set_token(lock.token());
  auto page = co_await Try(env_.Call(env_.peer("store"), kRead, read, kAnswerWithin));
  if (page.refused()) co_return false;

  const auto most = static_cast<uint64_t>(env_.settings().Int("work_ms")) + 1;
  uint64_t work = env_.Draw("work", request.entry(), most);
  if (env_.Draw("simple", request.entry(), 2) == 0) work /= 10;  // Every other entry is.
  co_await env_.clock().Sleep(absl::Milliseconds(static_cast<int64_t>(work)));
  if (!lock.LastsFor(kWriteTakes)) co_return false;

  AppendRequest append;
  append.set_entry(request.entry());
  append.set_page(request.page());
  append.set_owner(lock.owner());
  append.set_token(lock.token());
  append.set_number(page.entries() + 1);
  auto appended = co_await Try(env_.Call(env_.peer("store"), kAppend, append, kAnswerWithin));
  co_return !appended.refused();
}

namespace {

sim::SystemSpec ClerkSystem() {
  sim::SystemSpec spec;
  spec.roles = {{"store", "page.Store", {"page.Read", "page.Append", "page.NextToken"}}};
  spec.switches = {{"work_ms",
                    "how long it works at most between reading and writing",
                    "30000",
                    {},
                    0,
                    3'600'000}};
  spec.quirks = lock::QuirkSpecs();
  spec.methods = {"page.Write"};
  spec.tasks = {std::string(lock::kRenewTask)};
  return spec;
}

}  // namespace

sim::SystemSpec CacheClerkSystem() {
  sim::SystemSpec spec = ClerkSystem();
  spec.name = "page.CacheClerk";
  spec.about = "Writes entries into pages, under a lock in a cache.";
  spec.roles.push_back({"cache",
                        "cache.Cache",
                        {"cache.Set", "cache.CompareAndExpire", "cache.CompareAndDelete",
                         "cache.Delete", "cache.Increment"}});
  spec.make = [](sim::Env& env) {
    auto tokens = std::make_unique<StoreTokens>(env);
    auto locks = std::make_unique<lock::CacheLocks>(env, env.peer("cache"), *tokens,
                                                    lock::QuirksOf(env.settings()));
    return std::make_unique<Clerk>(env, std::move(tokens), std::move(locks));
  };
  return spec;
}

sim::SystemSpec TableClerkSystem() {
  sim::SystemSpec spec = ClerkSystem();
  spec.name = "page.TableClerk";
  spec.about = "Writes entries into pages, under a lock in a database that clerks share.";
  spec.schema = [](const sim::Settings&) { return Schema(); };
  spec.make = [](sim::Env& env) {
    auto locks = std::make_unique<lock::TableLocks>(env, lock::QuirksOf(env.settings()));
    return std::make_unique<Clerk>(env, nullptr, std::move(locks));
  };
  return spec;
}

}  // namespace page
