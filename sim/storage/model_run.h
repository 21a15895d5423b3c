// ModelRun: one random program on a database and on its model, step by step.
//
// Six transactions at a time run statements, commit, roll back, prepare, time out
// and crash. After every step the database must have answered what the model
// allows, and after every end its tables must be the model's.

#ifndef SIM_STORAGE_MODEL_RUN_H_
#define SIM_STORAGE_MODEL_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/storage/connection_pool.h"
#include "sim/storage/lock_model.h"
#include "sim/storage/open_transactions.h"
#include "sim/storage/power.h"

namespace sim {

// What a step does, if nothing stands against it.
enum class StepKind { kExecute, kCommit, kRollback, kPrepare, kFinish, kTimeOut, kCrash };

struct ModelStep {
  StepKind kind = StepKind::kExecute;
  int slot = 0;
  bool repeatable = false;  // of a transaction that begins here
  ModelStatement statement;
  int cut = -1;        // the power is cut at this write, truncation or sync, if it comes
  bool commit = true;  // of kFinish
};

// How often something happened.
using ModelCounts = std::map<std::string, int>;

class ModelRun final : private PowerSite {
 public:
  ModelRun(uint64_t seed, LockRules rules, ModelCounts& counts);
  ~ModelRun();

  // The first difference between database and model, or nothing.
  std::string Run(const std::vector<ModelStep>& program);

  // What was answered, step by step.
  const std::string& transcript() const { return transcript_; }

 private:
  struct Slot {
    OpenTransaction* txn = nullptr;
    ModelTransaction model;
    ModelStatement statement;  // that runs or waits
    bool waiting = false;
    std::string xid;
  };

  Choice BeforeSync(absl::string_view) override { return Pass(), Choice(); }
  Choice BeforeWrite(absl::string_view) override { return Pass(), Choice(); }
  void BeforeTruncate(absl::string_view) override { Pass(); }
  bool BeforeCommit(const Commit&) override { return true; }
  void AfterCommit(const Commit&) override {}
  void Pass();

  std::string Open();
  std::string Crash();
  std::string Step(const ModelStep& step);
  std::string Execute(Slot& slot);
  std::string Judge(Slot& slot, const Attempt& attempt);
  std::string JudgeWait(Slot& slot, const Expectation& expect, const Attempt& attempt);
  std::string CommitSlot(Slot& slot, int cut);
  std::string PrepareSlot(Slot& slot, int cut);
  std::string Finish(size_t branch, bool commit, int cut);
  std::string ApplyFacts(const std::vector<RowChange>& changes);
  std::string Compare();
  ModelState Read();
  ModelLocks Others(const Slot& slot, bool maybe) const;
  bool SomebodyKeepsOut(const Slot& slot, int table) const;
  LockingStatement& Find(const std::string& sql);
  bool Cut(int at);  // From now on the power is cut at the `at`-th place.

  const LockRules rules_;
  ModelCounts& counts_;
  SchemaCache schemas_;
  const Schema* schema_;
  Choices choices_;
  Disk disk_;
  std::optional<ConnectionPool::Lease> lease_;
  Connection* connection_ = nullptr;
  std::unique_ptr<WriteLog> log_;
  std::unique_ptr<OpenTransactions> transactions_;
  std::map<std::string, std::unique_ptr<LockingStatement>> statements_;
  uint64_t lives_ = 0;
  int places_ = -1;  // until the power is cut; below zero: never

  std::vector<Slot> slots_;
  std::vector<Slot> prepared_;
  ModelState committed_;
  ModelState facts_;
  std::set<int64_t> ids_;
  int names_ = 0;
  std::string transcript_;
};

}  // namespace sim

#endif  // SIM_STORAGE_MODEL_RUN_H_
