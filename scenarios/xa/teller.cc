#include "scenarios/xa/teller.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/xa/vault.h"
#include "sim/storage/isolation.h"

namespace transfer {

using sim::Isolation;
using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr absl::Duration kBetweenReads = absl::Seconds(2);

}  // namespace

Task<absl::Status> Teller::Start() {
  env_.Every("audit", absl::Seconds(10), this, &Teller::Audit);
  co_return absl::OkStatus();
}

// An audit that fails is left out.
Task<> Teller::Audit() { (co_await AddUp()).IgnoreError(); }

Task<absl::Status> Teller::AddUp() {
  Isolation isolation = Isolation::kRepeatableRead;
  if (env_.settings().Quirk("reads_committed")) isolation = Isolation::kReadCommitted;
  auto txn = co_await Try(db_.Begin(isolation));
  auto clearing =
      co_await Try(txn.Execute("SELECT balance FROM account WHERE account_id = 'clearing'"));
  co_await env_.clock().Sleep(kBetweenReads);
  auto customers =
      co_await Try(txn.Execute("SELECT sum(balance) FROM account WHERE account_id <> 'clearing'"));
  const std::vector<std::string> branches = co_await Try(db_.XaRecover());
  const auto prepared = static_cast<int64_t>(branches.size());
  co_await Try(txn.Execute("INSERT INTO audit(clearing, customers, prepared) VALUES(?, ?, ?)",
                           clearing[0].Int(0), customers[0].Int(0), prepared));
  co_return co_await txn.Commit();
}

sim::SystemSpec TellerSystem() {
  sim::SystemSpec spec;
  spec.name = "transfer.Teller";
  spec.about = "Adds up a vault, whose database it shares.";
  spec.quirks = {{"reads_committed", "adds up under READ COMMITTED: its two reads may differ",
                  "H. Berenson et al., A Critique of ANSI SQL Isolation Levels, SIGMOD 1995: A5A, "
                  "read skew",
                  Trigger::Nothing("the teller reads while the client pays")}};
  spec.tasks = {"audit"};
  spec.schema = [](const sim::Settings&) { return VaultSchema(); };
  spec.make = [](sim::Env& env) { return std::make_unique<Teller>(env); };
  return spec;
}

}  // namespace transfer
