// StorageBench: one database on one disk, without a world around it; for tests.
//
//   StorageBench bench(seed, "CREATE TABLE ...");
//   bench.Run("task", Transfer(bench.db()));       // until nothing is due
//
// It plays the node: it owns the frames, cuts the power where the test says so
// (PowerSite), buries the frames when the stack is clear, settles the disk and
// opens the database again.

#ifndef SIM_STORAGE_STORAGE_BENCH_H_
#define SIM_STORAGE_STORAGE_BENCH_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/simulation.h"
#include "sim/core/task_scope.h"
#include "sim/storage/database.h"
#include "sim/storage/database_server.h"
#include "sim/storage/disk.h"
#include "sim/storage/lock_rules.h"

namespace sim {

class StorageBench final : public PowerSite, public CommitSink, public CrashSite {
 public:
  StorageBench(uint64_t seed, std::string schema, std::string journal_mode = "TRUNCATE");
  StorageBench(uint64_t seed, std::string schema, LockRules rules);
  ~StorageBench();

  Simulation& simulation() { return simulation_; }
  Disk& disk() { return disk_; }
  DatabaseServer& server() { return *server_; }
  Database& db() { return *db_; }
  TaskScope& tasks() { return tasks_; }
  const std::vector<Commit>& commits() const { return commits_; }

  // Starts `task` as a root of its own.
  void Spawn(absl::string_view name, Task<> task) {
    tasks_.Spawn(name, "", std::move(task));
    simulation_.Bury();
  }

  // Until nothing is due, or the power is cut and the dead are buried.
  void RunAll() { simulation_.RunUntil(simulation_.now() + Hours(1), /*max_events=*/1'000'000); }
  void Run(Task<> task);

  // Called at every place where the power can be cut, until it is. `place` is
  // "write", "truncate" or "sync" of a `file`, "before commit", "after commit", or
  // "resume" of a task. Returning true cuts the power there.
  using Cut = std::function<bool(absl::string_view place, absl::string_view file)>;
  void set_cut(Cut cut) { cut_ = std::move(cut); }

  // Called before each "sync", "write" or "read" of a `file`: how the disk fails.
  using Fault = std::function<Choice(absl::string_view place, absl::string_view file)>;
  void set_fault(Fault fault) { fault_ = std::move(fault); }

  // Called before each statement that locks rows or reads a replica.
  using StatementFault = std::function<Choice(PlaceKind kind)>;
  void set_statement_fault(StatementFault fault) { statement_fault_ = std::move(fault); }

  // Opens the database again, so that its replicas may be asked for what was so long
  // ago. Without it they never lag.
  void LetReplicasLag(Nanos longest);

  // Whether something was read that the disk had damaged or lost.
  bool damaged() const { return damaged_; }

  // The frames are gone, and so is the server.
  bool dead() const { return server_ == nullptr; }

  // Kills what still lives, settles the disk and opens the database. Unavailable
  // if the power was cut again meanwhile.
  absl::Status Reboot(DiskFate fate);

  // One read, as text: columns separated by '|', rows by a space.
  std::string Peek(absl::string_view sql);

 private:
  StorageBench(uint64_t seed, std::string schema, std::string journal_mode, LockRules rules);
  bool CutAt(absl::string_view place, absl::string_view file);
  void Die();

  Choice OnDisk(absl::string_view place, absl::string_view file) {
    if (CutAt(place, file) || fault_ == nullptr) return {};
    return fault_(place, file);
  }
  Choice BeforeSync(absl::string_view file) override { return OnDisk("sync", file); }
  Choice BeforeWrite(absl::string_view file) override { return OnDisk("write", file); }
  Choice BeforeRead(absl::string_view file) override {
    return fault_ == nullptr ? Choice() : fault_("read", file);
  }
  void OnDamage(absl::string_view) override { damaged_ = true; }
  Nanos Now() const override { return simulation_.now(); }
  void BeforeTruncate(absl::string_view file) override { CutAt("truncate", file); }
  Choice BeforeStatement(PlaceKind kind, absl::string_view) override {
    return statement_fault_ == nullptr ? Choice() : statement_fault_(kind);
  }
  bool BeforeCommit(const Commit&) override { return CutAt("before commit", ""), true; }
  void AfterCommit(const Commit&) override { CutAt("after commit", ""); }
  bool Strikes(Root& root) override { return CutAt("resume", root.name); }
  void OnCommit(const Commit& commit) override { commits_.push_back(commit); }

  const std::string schema_;
  const std::string journal_mode_;
  const LockRules rules_;
  Nanos longest_replica_lag_ = 0;
  std::shared_ptr<SchemaCache> schemas_ = NewSchemaCache();
  Simulation simulation_;
  Disk disk_;
  Cut cut_;
  Fault fault_;
  StatementFault statement_fault_;
  bool damaged_ = false;
  std::vector<Commit> commits_;
  std::unique_ptr<CutCommit> cut_commit_;
  std::unique_ptr<DatabaseServer> server_;
  std::unique_ptr<Database> db_;
  TaskScope tasks_;
};

}  // namespace sim

#endif  // SIM_STORAGE_STORAGE_BENCH_H_
