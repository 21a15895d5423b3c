// What the database costs against bare SQLite on the same disk with the same
// settings: the transaction of most services (read, compare-and-set, insert), one
// at a time and four in turn at every statement; and a crash with restart.
//
//   bazel run -c opt //sim/storage:database_benchmark -- --benchmark_repetitions=5
//
// Compare the least CPU times of each; on a busy machine count instructions
// instead (valgrind --tool=callgrind, one benchmark per run).

#include <sqlite3.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "sim/core/check.h"
#include "sim/core/task_scope.h"
#include "sim/storage/connection.h"
#include "sim/storage/database.h"
#include "sim/storage/database_server.h"
#include "sim/storage/schema_cache.h"

namespace sim {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE account(id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL,"
    "  balance INTEGER NOT NULL CHECK(balance >= 0), version INTEGER NOT NULL);"
    "CREATE TABLE transfer(id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL UNIQUE,"
    "  account INTEGER NOT NULL, cents INTEGER NOT NULL);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
    "  INSERT INTO account SELECT i, 'owner', 1000000000, 0 FROM n";
constexpr char kSelect[] = "SELECT balance, version FROM account WHERE id = ?";
constexpr char kUpdate[] =
    "UPDATE account SET balance = ?, version = version + 1 WHERE id = ? AND version = ?";
constexpr char kInsert[] = "INSERT INTO transfer(reference, account, cents) VALUES(?, ?, 1)";

constexpr int kTransactions = 300;

Task<absl::Status> Transfer(Database* db, int64_t i) {
  const int64_t account = 1 + i % 100;
  Transaction txn = co_await Try(db->Begin());
  Result found = co_await Try(txn.Execute(kSelect, account));
  const int64_t balance = found[0].Int(0) - 1;
  co_await Try(txn.Execute(kUpdate, balance, account, found[0].Int(1)));
  co_await Try(txn.Execute(kInsert, absl::StrCat("reference-", i), account));
  co_return co_await txn.Commit();
}

Task<> Transfers(Database* db, int64_t first, int64_t step) {
  for (int64_t i = first; i < kTransactions; i += step) {
    const absl::Status done = co_await Transfer(db, i);
    SIM_CHECK(done.ok()) << done;
  }
}

class CountingSink final : public CommitSink {
 public:
  void OnCommit(const Commit& commit) override { changes_ += commit.changes.size(); }
  size_t changes_ = 0;
};

// As many clients as the argument says, each on accounts of its own.
void BM_Database(benchmark::State& state) {
  const int64_t clients = state.range(0);
  const auto schemas = NewSchemaCache();
  CountingSink sink;
  for (auto _ : state) {
    Simulation simulation(/*seed=*/1, nullptr, TraceDepth::kRing);
    Disk disk(simulation.choices(), "node", nullptr);
    std::unique_ptr<CutCommit> cut;
    DatabaseServer::Options options;
    options.name = "ledger";
    auto server =
        DatabaseServer::Open(simulation, disk, *schemas, kSchema, options, &sink, nullptr, cut);
    Database db(**server);
    TaskScope tasks(simulation, nullptr, "node");
    for (int64_t c = 0; c < clients; ++c) {
      tasks.Spawn("transfers", absl::StrCat(c), Transfers(&db, c, clients));
    }
    simulation.RunUntil(Hours(1), 1'000'000);
  }
  state.SetItemsProcessed(state.iterations() * kTransactions);
}
BENCHMARK(BM_Database)->Arg(1)->Arg(4)->Unit(benchmark::kMillisecond);

void BM_BareSqlite(benchmark::State& state) {
  // One connection, prepared once, serves one database after the other, as ours do.
  SchemaCache schemas;
  Choices choices(/*seed=*/1, nullptr);
  Disk idle(choices, "idle", nullptr);
  idle.Install("f", (*schemas.Find(kSchema))->image);
  auto connection = *Connection::Open(idle, "f", "TRUNCATE", 1);
  SIM_CHECK(connection->Start().ok() && connection->Detach(idle, "f").ok()) << "open";
  {
    auto prepare = [&](const char* sql) {
      sqlite3_stmt* statement = nullptr;
      sqlite3_prepare_v3(connection->handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr);
      return statement;
    };
    sqlite3_stmt* select = prepare(kSelect);
    sqlite3_stmt* update = prepare(kUpdate);
    sqlite3_stmt* insert = prepare(kInsert);
    for (auto _ : state) {
      Disk disk(choices, "node", nullptr);
      disk.Install("f", (*schemas.Find(kSchema))->image);
      SIM_CHECK(connection->Attach(disk, "f", 1).ok() && connection->Start().ok()) << "start";
      for (int64_t i = 0; i < kTransactions; ++i) {
        const int64_t account = 1 + i % 100;
        benchmark::DoNotOptimize(connection->Begin());
        sqlite3_bind_int64(select, 1, account);
        sqlite3_step(select);
        const int64_t balance = sqlite3_column_int64(select, 0);
        const int64_t version = sqlite3_column_int64(select, 1);
        sqlite3_reset(select);
        sqlite3_bind_int64(update, 1, balance - 1);
        sqlite3_bind_int64(update, 2, account);
        sqlite3_bind_int64(update, 3, version);
        sqlite3_step(update);
        sqlite3_reset(update);
        const std::string reference = absl::StrCat("reference-", i);
        sqlite3_bind_text(insert, 1, reference.data(), static_cast<int>(reference.size()),
                          SQLITE_STATIC);
        sqlite3_bind_int64(insert, 2, account);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        benchmark::DoNotOptimize(connection->Commit());
      }
      SIM_CHECK(connection->Detach(idle, "f").ok()) << "detach";
    }
    for (sqlite3_stmt* statement : {select, update, insert}) sqlite3_finalize(statement);
  }
  state.SetItemsProcessed(state.iterations() * kTransactions);
}
BENCHMARK(BM_BareSqlite)->Unit(benchmark::kMillisecond);

void BM_CrashAndRestart(benchmark::State& state) {
  const auto schemas = NewSchemaCache();
  Simulation simulation(/*seed=*/1, nullptr, TraceDepth::kRing);
  Disk disk(simulation.choices(), "node", nullptr);
  std::unique_ptr<CutCommit> cut;
  DatabaseServer::Options options;
  options.name = "ledger";
  for (auto _ : state) {
    auto server =
        DatabaseServer::Open(simulation, disk, *schemas, kSchema, options, nullptr, nullptr, cut);
    Database db(**server);
    TaskScope tasks(simulation, nullptr, "node");
    tasks.Spawn("read", "", [](Database* d) -> Task<> {
      benchmark::DoNotOptimize(co_await d->Execute(kSelect, 1));
    }(&db));
    disk.Freeze();
    tasks.Clear();
    server->reset();
    disk.Recover(DiskFate::kEach);
  }
}
BENCHMARK(BM_CrashAndRestart)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sim
