#include "sim/storage/model_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace sim {
namespace {

constexpr char kFile[] = "model.db";
constexpr size_t kSlots = 6;

bool IsRead(ModelVerb verb) { return verb == ModelVerb::kRead || verb == ModelVerb::kReadOne; }

}  // namespace

ModelRun::ModelRun(uint64_t seed, LockRules rules, ModelCounts& counts)
    : rules_(rules),
      counts_(counts),
      schema_(*schemas_.Find(ModelSchema())),
      choices_(seed, /*adversary=*/nullptr),
      disk_(choices_, "node", this),
      slots_(kSlots) {
  disk_.Install(kFile, schema_->image);
}

ModelRun::~ModelRun() {
  statements_.clear();
  transactions_.reset();
}

void ModelRun::Pass() {
  if (places_ >= 0 && places_-- == 0) disk_.Freeze();
}

bool ModelRun::Cut(int at) {
  places_ = at;
  return at >= 0;
}

std::string ModelRun::Open() {
  statements_.clear();
  transactions_.reset();
  log_.reset();
  lease_.reset();
  absl::StatusOr<ConnectionPool::Lease> lease =
      schema_->connections->Take(disk_, kFile, "TRUNCATE", ++lives_);
  if (!lease.ok()) return std::string(lease.status().message());
  lease_.emplace(*std::move(lease));
  connection_ = &lease_->connection();
  log_ = std::make_unique<WriteLog>(connection_->handle(), schema_->tables);
  absl::Status started = connection_->Start();
  transactions_ = std::make_unique<OpenTransactions>(*connection_, disk_, *schema_, *log_, rules_);
  if (started.ok()) started = transactions_->RecoverBranches();
  return std::string(started.message());
}

// Everything that was open is gone; what was prepared is back, with the locks on
// what it has changed.
std::string ModelRun::Crash() {
  ++counts_["crashes"];
  places_ = -1;
  disk_.Freeze();
  statements_.clear();
  transactions_.reset();
  log_.reset();
  lease_.reset();
  disk_.Recover(DiskFate::kEach, lives_);
  if (std::string error = Open(); !error.empty()) return error;
  for (Slot& slot : slots_) slot = Slot();
  ids_.clear();
  for (Slot& branch : prepared_) {
    branch.model.maybe.clear();
    branch.model.read.clear();
    branch.txn = transactions_->FindBranch(branch.xid);
    for (const auto& [id, who] : branch.model.own_d) ids_.insert(id);
  }
  Statement check(connection_->handle(), "SELECT integrity_check FROM pragma_integrity_check");
  const absl::StatusOr<Result> sound = check.Run({});
  if (!sound.ok() || (*sound)[0].Text(0) != "ok") return "the database is damaged";
  return "";
}

std::string ModelRun::Run(const std::vector<ModelStep>& program) {
  std::string difference = Open();
  for (size_t i = 0; i < program.size() && difference.empty(); ++i) {
    difference = Step(program[i]);
    if (difference.empty()) continue;
    const ModelStatement& statement = slots_[static_cast<size_t>(program[i].slot)].statement;
    std::string args;
    for (const Value& value : statement.Args()) absl::StrAppend(&args, " ", ToSql(value));
    difference = absl::StrCat("step ", i, " slot ", program[i].slot, ": ", difference, "; ",
                              statement.Sql(), ";", args);
  }
  counts_["parks"] += transactions_ == nullptr ? 0 : static_cast<int>(transactions_->parks());
  return difference;
}

std::string ModelRun::Step(const ModelStep& step) {
  Slot& slot = slots_[static_cast<size_t>(step.slot)];
  if (step.kind == StepKind::kFinish && !prepared_.empty()) {
    return Finish(static_cast<size_t>(step.slot) % prepared_.size(), step.commit, step.cut);
  }
  if (step.kind == StepKind::kCrash) {
    if (std::string error = Crash(); !error.empty()) return error;
    return Compare();
  }
  if (slot.txn == nullptr) {
    slot.model = ModelTransaction();
    slot.model.repeatable = step.repeatable;
    slot.txn = &transactions_->Begin(step.repeatable ? Isolation::kRepeatableRead
                                                     : Isolation::kReadCommitted);
  }
  if (slot.waiting) {
    if (!slot.txn->waiting()) return Execute(slot);
    if (step.kind != StepKind::kTimeOut) return "";
    ++counts_["timeouts"];
    transactions_->StopWaiting(*slot.txn);
    slot.waiting = false;
    return "";
  }
  switch (step.kind) {
    case StepKind::kCommit:
      return CommitSlot(slot, step.cut);
    case StepKind::kPrepare:
      return PrepareSlot(slot, step.cut);
    case StepKind::kRollback:
      transactions_->Rollback(*slot.txn);
      slot = Slot();
      return "";
    default:
      slot.statement = step.statement;
      return Execute(slot);
  }
}

std::string ModelRun::Execute(Slot& slot) {
  ++counts_["statements"];
  LockingStatement& statement = Find(slot.statement.Sql());
  if (!statement.status().ok()) return std::string(statement.status().message());
  if (IsRead(slot.statement.verb) && slot.model.repeatable && !slot.model.snapshot) {
    slot.model.snapshot = committed_;
  }
  const Attempt attempt = transactions_->Execute(*slot.txn, statement, slot.statement.Args());
  absl::StrAppend(&transcript_, attempt.blocked
                                    ? "blocked"
                                    : absl::StatusCodeToString(attempt.result.status().code()));
  if (!attempt.blocked && attempt.result.ok()) {
    absl::StrAppend(&transcript_, " ", attempt.result->affected());
    for (const Row& row : *attempt.result) {
      for (const Value& value : row.values()) absl::StrAppend(&transcript_, " ", ToSql(value));
    }
  }
  transcript_ += '\n';
  return Judge(slot, attempt);
}

std::string ModelRun::CommitSlot(Slot& slot, int cut) {
  Cut(cut);
  const std::vector<RowChange> changes = slot.txn->writes.changes;
  absl::Status done = transactions_->BeforeCommit(*slot.txn);
  if (done.ok()) done = connection_->Commit();
  ModelState with = committed_;
  slot.model.Settle(with);
  if (!done.ok()) {
    ++counts_["cut commits"];
    if (!disk_.frozen()) return done.ToString();
    if (std::string error = Crash(); !error.empty()) return error;
    if (Read() == with) committed_ = with;
    facts_ = committed_;
    return Compare();
  }
  ++counts_["commits"];
  transactions_->Committed(*slot.txn, /*at=*/0);
  slot = Slot();
  committed_ = with;
  std::string error = ApplyFacts(changes);
  const bool off = disk_.frozen();
  Cut(-1);
  if (error.empty() && off) error = Crash();
  return error.empty() ? Compare() : error;
}

std::string ModelRun::PrepareSlot(Slot& slot, int cut) {
  Cut(cut);
  slot.xid = absl::StrCat("x", ++names_);
  slot.txn->xid = slot.xid;
  absl::Status done = transactions_->WriteBranch(*slot.txn);
  if (done.ok()) done = connection_->Commit();
  Slot branch = std::exchange(slot, Slot());
  if (!done.ok()) {
    if (!disk_.frozen()) return done.ToString();
    if (std::string error = Crash(); !error.empty()) return error;
    branch.txn = transactions_->FindBranch(branch.xid);
    branch.model.maybe.clear();
    branch.model.read.clear();
    if (branch.txn != nullptr) prepared_.push_back(std::move(branch));
    return Compare();
  }
  ++counts_["prepared"];
  transactions_->Prepared(*branch.txn);
  branch.model.gaps.clear();
  prepared_.push_back(std::move(branch));
  const bool off = disk_.frozen();
  Cut(-1);
  std::string error = off ? Crash() : "";
  return error.empty() ? Compare() : error;
}

std::string ModelRun::Finish(size_t branch, bool commit, int cut) {
  Slot slot = prepared_[branch];
  Cut(cut);
  const std::vector<RowChange> changes = slot.txn->writes.changes;
  absl::Status done;
  if (commit) {
    done = transactions_->BeforeCommit(*slot.txn);
  } else {
    transactions_->Park();
    done = connection_->Begin();
  }
  if (done.ok()) done = transactions_->EraseBranch(*slot.txn);
  if (done.ok()) done = connection_->Commit();
  ModelState with = committed_;
  if (commit) slot.model.Settle(with);
  if (!done.ok()) {
    if (!disk_.frozen()) return done.ToString();
    ++counts_["cut second phases"];
    if (std::string error = Crash(); !error.empty()) return error;
    if (transactions_->FindBranch(slot.xid) == nullptr) {
      committed_ = with;
      prepared_.erase(prepared_.begin() + static_cast<std::ptrdiff_t>(branch));
    }
    facts_ = committed_;
    return Compare();
  }
  prepared_.erase(prepared_.begin() + static_cast<std::ptrdiff_t>(branch));
  std::string error;
  if (commit) {
    transactions_->Committed(*slot.txn, /*at=*/0);
    error = ApplyFacts(changes);
  } else {
    transactions_->Rollback(*slot.txn);
  }
  committed_ = with;
  const bool off = disk_.frozen();
  Cut(-1);
  if (error.empty() && off) error = Crash();
  return error.empty() ? Compare() : error;
}

// Every change of a commit, one after the other, on what was committed before.
std::string ModelRun::ApplyFacts(const std::vector<RowChange>& changes) {
  for (const RowChange& change : changes) {
    const int table = change.table->name[0] - 'a';
    if (table == kModelTables) {
      facts_.d[std::get<int64_t>(change.new_row[0])] = std::get<int64_t>(change.new_row[1]);
      continue;
    }
    ModelTable& rows = facts_.tables[table];
    if (!change.old_row.empty()) {
      const ModelRow before = ToModelRow(table, change.old_row);
      const auto it = rows.find(before.key);
      if (it == rows.end() || it->second != before) return "a fact about a row that was not so";
      rows.erase(it);
    }
    if (change.new_row.empty()) continue;
    const ModelRow after = ToModelRow(table, change.new_row);
    if (!rows.emplace(after.key, after).second) return "a fact about a row that was there";
  }
  return "";
}

std::string ModelRun::Compare() {
  const ModelState now = Read();
  if (now != committed_) {
    return absl::StrCat("committed rows: ", ToText(now), " not ", ToText(committed_));
  }
  if (facts_ != committed_) return absl::StrCat("facts: ", ToText(facts_));
  for (const Slot& branch : prepared_) {
    if (transactions_->FindBranch(branch.xid) == nullptr) return "a prepared branch is lost";
  }
  return "";
}

ModelState ModelRun::Read() {
  transactions_->Park();
  ModelState state;
  for (int table = 0; table <= kModelTables; ++table) {
    const std::string name(1, static_cast<char>('a' + table));
    const absl::StatusOr<Result> rows =
        Find(absl::StrCat("SELECT * FROM ", name)).statement().Run({});
    for (const Row& row : *rows) {
      if (table == kModelTables) {
        state.d[row.Int(0)] = row.Int(1);
      } else {
        const ModelRow found = ToModelRow(table, row.values());
        state.tables[table][found.key] = found;
      }
    }
  }
  return state;
}

LockingStatement& ModelRun::Find(const std::string& sql) {
  std::unique_ptr<LockingStatement>& statement = statements_[sql];
  if (statement == nullptr) {
    statement = std::make_unique<LockingStatement>(connection_->handle(), schema_->tables, sql);
  }
  return *statement;
}

}  // namespace sim
