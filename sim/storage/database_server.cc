#include "sim/storage/database_server.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"
#include "sim/core/task_scope.h"
#include "sim/core/waiter.h"
#include "sim/storage/connection.h"
#include "sim/storage/lock_queue.h"
#include "sim/storage/schema_cache.h"
#include "sim/storage/statement.h"
#include "sim/storage/write_log.h"

namespace sim {
namespace {

constexpr Nanos kLockTimeout = Seconds(50);

// What a statement costs besides its disk work. It is never nothing, so that the
// answer is always a suspension point.
constexpr Nanos kStatementTime = Micros(20);

// A hash of the contents of a row, or of no row. `buffer` is scratch space.
uint64_t HashRow(const std::vector<Value>& row, std::string& buffer, uint64_t seed) {
  buffer.clear();
  auto append = [&buffer](char tag, uint64_t word) {
    buffer += tag;
    buffer.append(reinterpret_cast<const char*>(&word), sizeof(word));
  };
  for (const Value& value : row) {
    if (const auto* number = std::get_if<int64_t>(&value)) {
      append('i', static_cast<uint64_t>(*number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      append('t', text->size());
      buffer += *text;
    } else {
      buffer += 'n';
    }
  }
  return HashBytes(buffer, seed);
}

class Server final : public DatabaseServer {
 public:
  Server(Simulation& simulation, Disk& disk, const Schema& schema, Options options,
         CommitSink* sink, PowerSite* site, std::unique_ptr<Connection> connection)
      : simulation_(simulation),
        disk_(disk),
        schema_(schema),
        options_(std::move(options)),
        sink_(sink),
        site_(site),
        connection_(std::move(connection)),
        log_(connection_->handle(), schema_.tables),
        name_(simulation_.trace().Name(options_.name)) {
    facts_.database = options_.name;
    facts_.node = options_.node;
    for (const TableInfo& table : schema_.tables) {
      table_names_.push_back(simulation_.trace().Name(table.name));
    }
  }

  // Ends what the last life left open.
  absl::Status Start(std::unique_ptr<CutCommit>& cut) {
    if (absl::Status status = connection_->Start(); !status.ok()) return status;
    if (cut != nullptr) cut->commit.found_at_reopen = true;
    return Settle(cut);
  }

  const std::string& name() const override { return options_.name; }
  sqlite3* connection() override { return connection_->handle(); }
  const std::vector<TableInfo>& tables() const override { return schema_.tables; }
  std::unique_ptr<CutCommit> TakeCut() override { return std::move(cut_); }
  void Settle() override { Settle(cut_).IgnoreError(); }

  absl::StatusOr<Result> Peek(absl::string_view sql) override {
    if (connection_->in_transaction()) {
      return absl::FailedPreconditionError(
          absl::StrCat("a transaction is open on ", options_.name));
    }
    Statement* statement = Find(sql);
    if (statement->status().ok() && statement->shape().writes) {
      return absl::InvalidArgumentError(absl::StrCat("a check may only read: ", sql));
    }
    return statement->Run({});
  }

 private:
  // The transaction that holds the lock.
  struct Open {
    uint64_t id;
    uint64_t root;  // its serial; 0 outside every root
    LockQueue::Lease lease;
  };

  Statement* Find(absl::string_view sql) override {
    const auto it = statements_.find(sql);
    if (it != statements_.end()) {
      if (absl::IsUnavailable(it->second->status())) it->second->Prepare();
      return it->second.get();
    }
    simulation_.trace().Name(sql);
    auto statement = std::make_unique<Statement>(connection_->handle(), sql);
    return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
  }

  Task<absl::StatusOr<Transaction>> Begin() override {
    if (WouldWaitForItself()) co_return WaitsForItself();
    LockQueue::Lease lease = co_await lock_.Wait(simulation_, kLockTimeout);
    if (!lease) co_return LockTimeout();
    open_.emplace(Open{++last_id_, RunningRoot(), std::move(lease)});
    co_return MakeTransaction(last_id_);
  }

  Task<absl::StatusOr<Result>> RunAlone(KnownSql* sql, std::vector<Value> args) override {
    Statement* const statement = static_cast<Statement*>(sql);
    if (!statement->status().ok()) co_return statement->status();
    if (WouldWaitForItself()) co_return WaitsForItself();
    LockQueue::Lease lease = co_await lock_.Wait(simulation_, kLockTimeout);
    if (!lease) co_return LockTimeout();
    absl::StatusOr<Result> result = Apply(*statement, args);
    if (result.ok()) {
      if (absl::Status committed = CommitNow(); !committed.ok()) result = committed;
    } else {
      RollbackNow();
    }
    co_await Sleeper(simulation_, TakeTime());
    co_return result;
  }

  Task<absl::StatusOr<Result>> Run(uint64_t transaction, KnownSql* sql,
                                   std::vector<Value> args) override {
    Statement* const statement = static_cast<Statement*>(sql);
    if (!IsOpen(transaction)) co_return HasEnded();
    if (!statement->status().ok()) co_return statement->status();
    open_->root = RunningRoot();
    absl::StatusOr<Result> result = Apply(*statement, args);
    // Errors of the disk make SQLite give up the whole transaction, or not: we always do.
    if (absl::IsUnavailable(result.status())) Rollback(transaction);
    co_await Sleeper(simulation_, TakeTime());
    co_return result;
  }

  Task<absl::Status> Commit(uint64_t transaction) override {
    if (!IsOpen(transaction)) co_return HasEnded();
    // The others wait until the disk has done its work, or this task is gone.
    const LockQueue::Lease lease = Close();
    absl::Status status = CommitNow();
    co_await Sleeper(simulation_, TakeTime());
    co_return status;
  }

  void Rollback(uint64_t transaction) override {
    if (!IsOpen(transaction)) return;
    const LockQueue::Lease lease = Close();
    RollbackNow();
  }

  bool IsOpen(uint64_t transaction) const { return open_.has_value() && open_->id == transaction; }

  LockQueue::Lease Close() {
    LockQueue::Lease lease = std::move(open_->lease);
    open_.reset();
    return lease;
  }

  uint64_t RunningRoot() const {
    return simulation_.root() == nullptr ? 0 : simulation_.root()->serial;
  }

  bool WouldWaitForItself() const {
    return open_.has_value() && open_->root != 0 && open_->root == RunningRoot();
  }

  absl::Status WaitsForItself() const {
    return absl::FailedPreconditionError(absl::StrCat(
        "this task holds an open transaction on ", options_.name,
        " and would wait for itself; execute within the transaction, or commit it first"));
  }
  absl::Status HasEnded() const {
    return absl::FailedPreconditionError(
        absl::StrCat("the transaction on ", options_.name, " has ended"));
  }
  absl::Status LockTimeout() const {
    return absl::DeadlineExceededError(
        absl::StrCat("waited ", kLockTimeout / Seconds(1), " s for a lock on ", options_.name));
  }

  // One statement, now. The first one that writes begins SQLite's transaction.
  absl::StatusOr<Result> Apply(Statement& statement, const std::vector<Value>& args) {
    if (disk_.frozen()) return absl::UnavailableError("the power is off");
    if (absl::Status settled = Settle(cut_); !settled.ok()) return settled;
    const StatementShape& shape = statement.shape();
    if (!shape.writes) return statement.Run(args);
    if (!begun_) {
      if (absl::Status begun = connection_->Begin(); !begun.ok()) return begun;
      begun_ = true;
    }
    const size_t mark = log_.size();
    log_.set_statement(facts_.statements.size());
    absl::StatusOr<Result> result = statement.Run(args);
    if (!result.ok()) {
      log_.Truncate(mark);
      return result;
    }
    StatementRun& run = NextRun();
    run.sql.assign(statement.sql().data(), statement.sql().size());
    run.table = shape.table;
    run.kind = shape.kind;
    run.affected = result->affected();
    run.compared = shape.compared;
    Record(RecordKind::kStatement, statement.name(), 0, static_cast<uint64_t>(run.affected));
    return result;
  }

  absl::Status CommitNow() {
    if (!std::exchange(begun_, false)) return absl::OkStatus();  // It has only read.
    facts_.changes = log_.Take();
    facts_.cause = simulation_.cause();
    const Root* root = simulation_.root();
    facts_.node = root == nullptr ? options_.node : root->scope->node();
    facts_.delivery = root == nullptr ? 0 : root->delivery;
    facts_.at = simulation_.now();
    const bool changed = !facts_.changes.empty();
    if (changed && site_ != nullptr) site_->BeforeCommit(facts_);
    if (disk_.frozen()) return Abandon(absl::UnknownError("the power was cut before COMMIT"));

    // Whatever COMMIT answers: from here on it may have happened.
    if (changed && simulation_.root() != nullptr) simulation_.root()->had_effect = true;
    const absl::Status committed = connection_->Commit();
    if (!committed.ok()) {
      if (absl::IsUnavailable(committed)) return Abandon(committed);
      // Nobody knows how far COMMIT has come, until the database can be read again.
      cut_ = std::make_unique<CutCommit>(CutCommit{facts_});
      const absl::Status unknown = Abandon(committed);
      Settle(cut_).IgnoreError();
      return unknown;
    }
    Publish(facts_);
    if (changed && site_ != nullptr) site_->AfterCommit(facts_);
    ForgetFacts();
    return absl::OkStatus();
  }

  absl::Status Abandon(const absl::Status& why) {
    connection_->Rollback().IgnoreError();
    ForgetFacts();
    return absl::Status(why.code(), absl::StrCat("COMMIT on ", options_.name, ": ", why.message()));
  }

  // Finds out whether the commit `cut` has happened, and publishes it if so. It stays
  // as it is if the database cannot be read now.
  absl::Status Settle(std::unique_ptr<CutCommit>& cut) {
    if (cut == nullptr || disk_.frozen()) return absl::OkStatus();
    const absl::StatusOr<bool> happened = Happened(connection_->handle(), cut->commit);
    if (!happened.ok()) return happened.status();
    const Simulation::Running cause(simulation_, simulation_.root(), cut->commit.cause);
    Record(RecordKind::kUnsettled, name_, 0, *happened ? 1 : 0);
    cut->commit.late = simulation_.now() - cut->commit.at;
    if (*happened) Publish(cut->commit);
    cut.reset();
    return absl::OkStatus();
  }

  void RollbackNow() {
    if (!std::exchange(begun_, false)) return;
    const bool silent = disk_.frozen();  // The dead leave no records.
    if (connection_->in_transaction()) connection_->Rollback().IgnoreError();
    ForgetFacts();
    if (!silent) Record(RecordKind::kRollback, name_, 0, 0);
  }

  void ForgetFacts() {
    log_.Truncate(0);
    facts_.changes.clear();
    std::move(facts_.statements.begin(), facts_.statements.end(), std::back_inserter(spare_runs_));
    facts_.statements.clear();
  }

  StatementRun& NextRun() {
    if (spare_runs_.empty()) return facts_.statements.emplace_back();
    facts_.statements.push_back(std::move(spare_runs_.back()));
    spare_runs_.pop_back();
    return facts_.statements.back();
  }

  // Records `commit`, which is durable, and tells the checks.
  void Publish(sim::Commit& commit) {
    commit.at = simulation_.now();
    commit.cause = Record(RecordKind::kCommit, name_, 0, commit.changes.size());
    for (const RowChange& change : commit.changes) {
      const uint64_t table = table_names_[static_cast<size_t>(change.table - &schema_.tables[0])];
      const uint64_t key = simulation_.trace().Name(change.Key());
      const uint64_t old_hash = HashRow(change.old_row, buffer_, /*seed=*/0);
      const uint64_t hash = HashRow(change.new_row, buffer_, old_hash);
      Record(RecordKind::kRow, table, key, hash);
    }
    if (sink_ != nullptr) sink_->OnCommit(commit);
  }

  RecordId Record(RecordKind kind, uint64_t subject, uint64_t key, uint64_t value) {
    return simulation_.Record(kind, options_.node_number, subject, key, value,
                              options_.node_number);
  }

  Nanos TakeTime() { return kStatementTime + disk_.TakeCost(); }

  Simulation& simulation_;
  Disk& disk_;
  const Schema& schema_;
  const Options options_;
  CommitSink* const sink_;
  PowerSite* const site_;
  const std::unique_ptr<Connection> connection_;
  WriteLog log_;
  const uint64_t name_;
  std::vector<uint64_t> table_names_;  // in the order of schema_.tables
  absl::flat_hash_map<std::string, std::unique_ptr<Statement>> statements_;  // Never iterated.

  LockQueue lock_;
  std::optional<Open> open_;
  uint64_t last_id_ = 0;

  // Of the transaction that SQLite is in.
  bool begun_ = false;
  sim::Commit facts_;
  std::vector<StatementRun> spare_runs_;  // Their texts keep their memory.
  std::unique_ptr<CutCommit> cut_;
  std::string buffer_;
};

}  // namespace

std::shared_ptr<SchemaCache> NewSchemaCache() { return std::make_shared<SchemaCache>(); }

absl::StatusOr<std::unique_ptr<DatabaseServer>> DatabaseServer::Open(
    Simulation& simulation, Disk& disk, SchemaCache& schemas, absl::string_view schema,
    Options options, CommitSink* sink, PowerSite* site, std::unique_ptr<CutCommit>& cut) {
  const absl::StatusOr<const Schema*> known = schemas.Find(schema);
  if (!known.ok()) return known.status();
  const std::string file = absl::StrCat(options.name, ".db");
  if (!disk.Exists(file)) disk.Install(file, (*known)->image);

  const uint64_t lives = HashName(absl::StrCat("sqlite ", options.node, " ", file));
  Choices& choices = simulation.choices();
  const uint64_t seed = choices.Bits(lives, choices.Count(lives));
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(disk, file, options.journal_mode, seed);
  if (!connection.ok()) return connection.status();

  auto server = std::make_unique<Server>(simulation, disk, **known, std::move(options), sink, site,
                                         *std::move(connection));
  if (absl::Status started = server->Start(cut); !started.ok()) return started;
  return std::unique_ptr<DatabaseServer>(std::move(server));
}

}  // namespace sim
