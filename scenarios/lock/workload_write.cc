#include "scenarios/lock/workload_write.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/lock/methods.h"
#include "sim/core/task.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::Task;

// Longer than faults last: whoever died with a lock has lost it long before.
constexpr absl::Duration kAsksAgainAt = absl::Minutes(20);

constexpr sim::CallOptions kPatience{.timeout = absl::Minutes(3)};

class Writer final : public sim::Component {
 public:
  explicit Writer(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("write", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      if (!co_await env_.Turn(i)) continue;
      page::WriteRequest request;
      request.set_entry(absl::StrCat(env_.name(), "-", i));
      const uint64_t page = Draw("page", request.entry(), "pages");
      request.set_page(absl::StrCat("page-", page + 1));
      co_await Write(request);
      if (Int("forge_one_in") > 0 && Draw("forge", request.entry(), "forge_one_in") == 0) {
        co_await Forge(request);
      }
      if (Int("client") == 1 && i == operations) co_await AskAgain();
    }
  }

  Task<> Write(page::WriteRequest request) {
    const absl::string_view clerk = Int("client") % 2 == 1 ? "first" : "second";
    (co_await env_.Call(env_.peer(clerk), page::kWrite, request, kPatience)).status().IgnoreError();
  }

  // The lock of every page is asked for once more, so that one that nobody can take is seen.
  // A part of the last operation: a run that is made small keeps it or leaves it out.
  Task<> AskAgain() {
    co_await env_.clock().Sleep(
        std::max(absl::ZeroDuration(), kAsksAgainAt - env_.clock().Monotonic()));
    for (int64_t page = 1; page <= Int("pages"); ++page) {
      page::WriteRequest request;
      request.set_page(absl::StrCat("page-", page));
      request.set_entry(absl::StrCat(env_.name(), "-again-", request.page()));
      co_await Write(request);
    }
  }

  Task<> Forge(page::WriteRequest entry) {
    constexpr int64_t kNeverIssued[] = {0, -1, 1'000'000};
    page::AppendRequest request;
    request.set_entry(absl::StrCat("forged-", entry.entry()));
    request.set_page(entry.page());
    request.set_owner("forger");
    request.set_token(kNeverIssued[env_.Draw("forged token", entry.entry(), 3)]);
    (co_await env_.Call(env_.peer("store"), page::kAppend, request, kPatience))
        .status()
        .IgnoreError();
  }

  int64_t Int(absl::string_view name) const { return env_.settings().Int(name); }
  uint64_t Draw(absl::string_view name, absl::string_view key, absl::string_view bound) {
    return env_.Draw(name, key, static_cast<uint64_t>(Int(bound)));
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec WriteWorkload() {
  sim::SystemSpec spec;
  spec.name = "write";
  spec.about =
      "Clients have entries written into pages, by two clerks, and after twenty minutes one "
      "more into each.";
  spec.roles = {{"first", "page.Write", {"page.Write"}},
                {"second", "page.Write", {"page.Write"}},
                {"store", "page.Store", {"page.Append"}}};
  spec.switches = {
      {"client", "its number, set by the scenario", "1", {}},
      {"operations", "how many entries, set by the scenario", "1", {}},
      {"pages", "how many pages there are", "2", {}, 1, 1000},
      {"forge_one_in",
       "once in how many entries it tries a token from nowhere; 0 = never",
       "0",
       {}},
  };
  spec.tasks = {"write"};
  spec.make = [](sim::Env& env) { return std::make_unique<Writer>(env); };
  return spec;
}

}  // namespace scenarios
