#include "tests/bench/bank.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "sim/core/check.h"
#include "sim/world/env.h"
#include "tests/bench/bench.pb.h"

namespace bench {

const char kBankSchema[] =
    "CREATE TABLE account(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL,"
    "  balance INTEGER NOT NULL, version INTEGER NOT NULL);"
    "CREATE TABLE transfer(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  reference TEXT NOT NULL UNIQUE, account INTEGER NOT NULL, cents INTEGER NOT NULL);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
    "  INSERT INTO account SELECT i, 'owner', 1000000, 0 FROM n";
const char kSelectAccount[] = "SELECT balance, version FROM account WHERE id = ?";
const char kUpdateAccount[] =
    "UPDATE account SET balance = ?, version = version + 1 WHERE id = ? AND version = ?";
const char kInsertTransfer[] = "INSERT INTO transfer(reference, account, cents) VALUES(?, ?, 1)";

namespace {

using sim::Task;
using sim::Try;

inline constexpr sim::Method<Notice, NoticeReply> kNotice{"bank.Notice"};

// Makes its transfers one after the other; goes on where it was after a crash.
class Bank final : public sim::Component {
 public:
  explicit Bank(sim::Env& env) : env_(env), db_(env.database()) {}

  Task<absl::Status> Start() override {
    env_.Serve(kNotice, this, &Bank::Hear);
    auto done = co_await Try(db_.Execute("SELECT count(*) FROM transfer"));
    env_.Spawn("work", Work(done[0].Int(0)));
    co_return absl::OkStatus();
  }

 private:
  Task<> Work(int64_t done) {
    const int64_t transfers = env_.settings().Int("transfers");
    for (int64_t i = done; i < transfers; ++i) {
      const std::string reference = absl::StrCat("reference-", i);
      for (;;) {
        const absl::Status status = co_await Transfer(1 + i % kBankAccounts, reference);
        if (status.ok() || absl::IsAlreadyExists(status)) break;
        co_await env_.clock().Sleep(absl::Milliseconds(100));
      }
      Notice notice;
      notice.set_reference(reference);
      // It may be lost: nobody depends on it.
      co_await env_.Call(env_.peer("next"), kNotice, notice, {.timeout = absl::Seconds(2)});
    }
  }

  Task<absl::Status> Transfer(int64_t account, std::string reference) {
    auto txn = co_await Try(db_.Begin());
    auto found = co_await Try(txn.Execute(kSelectAccount, account));
    const int64_t balance = found[0].Int(0) - 1;
    const int64_t version = found[0].Int(1);
    co_await Try(txn.Execute(kUpdateAccount, balance, account, version));
    co_await Try(txn.Execute(kInsertTransfer, reference, account));
    co_return co_await txn.Commit();
  }

  Task<absl::StatusOr<NoticeReply>> Hear(Notice) { co_return NoticeReply(); }

  sim::Env& env_;
  sim::Database db_;
};

sim::SystemSpec BankSpec() {
  sim::SystemSpec spec;
  spec.name = "bench.Bank";
  spec.about = "Makes transfers and tells its neighbour.";
  spec.roles = {{"next", "bench.Bank", {std::string(kNotice.name)}}};
  spec.switches = {{"transfers", "how many", absl::StrCat(kTransfers), {}, 0, 1'000'000}};
  spec.methods = {std::string(kNotice.name)};
  spec.tasks = {"work"};
  spec.schema = [](const sim::Settings&) { return std::string(kBankSchema); };
  spec.make = [](sim::Env& env) { return std::make_unique<Bank>(env); };
  return spec;
}

std::string NameOf(int bank) { return absl::StrCat("bank", bank + 1); }

std::string ScenarioText() {
  std::string text = "about: \"The typical seed.\"\norganisation { name: \"city\"\n";
  for (int i = 0; i < kBanks; ++i) {
    absl::StrAppend(&text, "  node { name: \"", NameOf(i),
                    "\" system: \"bench.Bank\" peer { role: \"next\" node: \"",
                    NameOf((i + 1) % kBanks), "\" } }\n");
  }
  absl::StrAppend(&text, R"text(}
chaos {
  rule { message {} drop {} one_in: 100 }
  rule { message {} duplicate {} one_in: 100 }
  rule { message {} delay { min: "100ms" max: "1s" } one_in: 100 }
  rule { link { both: true } partition { min: "1s" max: "5s" } one_in: 20 }
  rule { process {} crash { min: "50ms" max: "1s" } one_in: 3000 at_most: 5 }
  rule { disk { at: SYNC } crash { min: "50ms" max: "1s" } one_in: 3000 at_most: 5 }
  no_swarm: true
  heal_after: "5m" quiet_for: "30m"
}
check {
  name: "money_is_booked" claim: "What left the accounts stands in the transfers, to the cent."
  sql: "SELECT node, left_over FROM (SELECT node, sum(balance) - 100000000 + (SELECT count(*) "
       "FROM world.transfer t WHERE t.node = a.node) AS left_over FROM world.account a GROUP BY "
       "node) WHERE left_over <> 0"
  exercised_sql: "SELECT count(*) FROM world.transfer"
}
)text");
  for (int i = 0; i < kBanks; ++i) {
    absl::StrAppend(&text, "check { name: \"solvent_", NameOf(i),
                    "\" claim: \"No account is overdrawn.\" never_negative { node: \"", NameOf(i),
                    "\" table: \"account\" column: \"balance\" } }\n", "check { name: \"kept_",
                    NameOf(i), "\" claim: \"Transfers are for ever.\" append_only { node: \"",
                    NameOf(i), "\" table: \"transfer\" } }\n");
  }
  return text;
}

}  // namespace

class TypicalSeeds::Loaded {
 public:
  Loaded() {
    catalogue_.AddSystem(BankSpec());
    faults::Diagnostics problems;
    scenario_ = scenarios::LoadText("typical.textproto", ScenarioText(), catalogue_, problems);
    SIM_CHECK(scenario_ != nullptr) << faults::ToStatus(problems).message();
    runner_ = scenarios::NewRunner(*scenario_);
  }
  scenarios::Runner& runner() { return *runner_; }

 private:
  scenarios::Catalogue catalogue_;
  std::unique_ptr<scenarios::LoadedScenario> scenario_;
  std::unique_ptr<scenarios::Runner> runner_;
};

TypicalSeeds::TypicalSeeds() : loaded_(std::make_unique<Loaded>()) {}
TypicalSeeds::~TypicalSeeds() = default;

settle::RunResult TypicalSeeds::Run(uint64_t seed) {
  scenarios::RunOptions options;
  options.seed = seed;
  settle::RunResult result = loaded_->runner().Run(options);
  SIM_CHECK(result.verdict() == settle::HELD) << "seed " << seed << ": " << result.DebugString();
  return result;
}

BankWorld::BankWorld(int banks, int64_t transfers) : system_(BankSpec()) {
  sim::WorldOptions options;
  options.max_events = uint64_t{1} << 40;
  world_ = std::make_unique<sim::World>(std::move(options));
  for (int i = 0; i < banks; ++i) {
    sim::NodeSpec node;
    node.name = NameOf(i);
    node.organisation = "city";
    node.system = &system_;
    node.settings = system_.Defaults();
    node.settings.Set("transfers", absl::StrCat(transfers));
    node.peers = {{"next", NameOf((i + 1) % banks)}};
    world_->AddNode(std::move(node));
  }
}

BankWorld::~BankWorld() = default;

void BankWorld::Work() {
  const bool ended = world_->RunFor(absl::Hours(1));
  SIM_CHECK(ended && world_->simulation().events().empty()) << "the banks do not come to rest";
}

}  // namespace bench
