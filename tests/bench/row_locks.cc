#include "tests/bench/row_locks.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/simulation.h"
#include "sim/core/task_scope.h"
#include "sim/storage/cut_commit.h"
#include "sim/storage/database.h"
#include "sim/storage/database_server.h"
#include "sim/storage/disk.h"
#include "sim/storage/schema_cache.h"
#include "tests/bench/bank.h"
#include "tests/bench/cpu_time.h"

namespace bench {
namespace {

sim::Task<absl::Status> Transfer(sim::Database* db, int64_t i) {
  const int64_t account = 1 + i % kBankAccounts;
  sim::Transaction txn = co_await sim::Try(db->Begin());
  sim::Result found = co_await sim::Try(txn.Execute(kSelectAccount, account));
  const int64_t balance = found[0].Int(0) - 1;
  co_await sim::Try(txn.Execute(kUpdateAccount, balance, account, found[0].Int(1)));
  co_await sim::Try(txn.Execute(kInsertTransfer, absl::StrCat("reference-", i), account));
  co_return co_await txn.Commit();
}

sim::Task<> Transfers(sim::Database* db, int64_t first, int64_t step) {
  for (int64_t i = first; i < kTransfers; i += step) {
    const absl::Status done = co_await Transfer(db, i);
    SIM_CHECK(done.ok()) << done;
  }
}

// Somebody must hear of commits, or none is told.
class Listener final : public sim::CommitSink {
 public:
  void OnCommit(const sim::Commit& commit) override { changes += commit.changes.size(); }
  size_t changes = 0;
};

void RunDatabase(int64_t clients) {
  static const auto& schemas = *new auto(sim::NewSchemaCache());
  sim::Simulation simulation(/*seed=*/1, nullptr, sim::TraceDepth::kRing);
  sim::Disk disk(simulation.choices(), "node", nullptr);
  std::unique_ptr<sim::CutCommit> cut;
  sim::DatabaseServer::Options options;
  options.name = "ledger";
  Listener listener;
  auto server = sim::DatabaseServer::Open(simulation, disk, *schemas, kBankSchema, options,
                                          &listener, nullptr, cut);
  SIM_CHECK(server.ok()) << server.status();
  sim::Database db(**server);
  sim::TaskScope tasks(simulation, nullptr, "node");
  for (int64_t c = 0; c < clients; ++c) {
    tasks.Spawn("transfers", absl::StrCat(c), Transfers(&db, c, clients));
  }
  simulation.RunUntil(sim::Hours(1), 1'000'000);
  SIM_CHECK(listener.changes == 2 * kTransfers) << "other work was done";
}

}  // namespace

void AddRowLocks(Effort effort, Rows& rows) {
  const int rounds = effort == Effort::kQuick ? 5 : 9;
  const int databases = effort == Effort::kQuick ? 40 : 200;
  constexpr int64_t kClients[] = {1, 4};
  double bare = 0;
  double ours[] = {0, 0};
  RunBareSqlite(1);  // The schema image is made once per process.
  for (int round = 0; round < rounds; ++round) {
    double began = CpuSeconds();
    RunBareSqlite(databases);
    const double one = CpuSeconds() - began;
    bare = round == 0 ? one : std::min(bare, one);
    for (int i = 0; i < 2; ++i) {
      began = CpuSeconds();
      for (int n = 0; n < databases; ++n) RunDatabase(kClients[i]);
      const double other = CpuSeconds() - began;
      ours[i] = round == 0 ? other : std::min(ours[i], other);
    }
  }
  rows.Add({"row locks limit: one transaction at a time", ours[0] / bare, "x", 1.5, 1.25});
  rows.Add({"row locks limit: four in turn at every statement", ours[1] / bare, "x", 3, 2.5});
}

}  // namespace bench
