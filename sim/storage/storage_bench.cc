#include "sim/storage/storage_bench.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/core/check.h"

namespace sim {

StorageBench::StorageBench(uint64_t seed, std::string schema, std::string journal_mode)
    : StorageBench(seed, std::move(schema), std::move(journal_mode), LockRules()) {}

StorageBench::StorageBench(uint64_t seed, std::string schema, LockRules rules)
    : StorageBench(seed, std::move(schema), "TRUNCATE", rules) {}

StorageBench::StorageBench(uint64_t seed, std::string schema, std::string journal_mode,
                           LockRules rules)
    : schema_(std::move(schema)),
      journal_mode_(std::move(journal_mode)),
      rules_(rules),
      simulation_(seed, /*adversary=*/nullptr, TraceDepth::kWhole),
      disk_(simulation_.choices(), "node", this),
      tasks_(simulation_, this, "node") {
  const absl::Status opened = Reboot(DiskFate::kKeepAll);
  SIM_CHECK(opened.ok()) << opened;
}

StorageBench::~StorageBench() {
  cut_ = nullptr;
  tasks_.Clear();
}

void StorageBench::Run(Task<> task) {
  Spawn("test", std::move(task));
  RunAll();
}

void StorageBench::LetReplicasLag(Nanos longest) {
  longest_replica_lag_ = longest;
  const absl::Status opened = Reboot(DiskFate::kKeepAll);
  SIM_CHECK(opened.ok()) << opened;
}

absl::Status StorageBench::Reboot(DiskFate fate) {
  Die();
  disk_.Recover(fate);
  DatabaseServer::Options options;
  options.name = "ledger";
  options.node = "node";
  options.journal_mode = journal_mode_;
  options.rules = rules_;
  options.longest_replica_lag = longest_replica_lag_;
  absl::StatusOr<std::unique_ptr<DatabaseServer>> server = DatabaseServer::Open(
      simulation_, disk_, *schemas_, schema_, std::move(options), this, this, cut_commit_);
  if (!server.ok()) {
    simulation_.Bury();
    return server.status();
  }
  server_ = *std::move(server);
  db_ = std::make_unique<Database>(*server_);
  return absl::OkStatus();
}

std::string StorageBench::Peek(absl::string_view sql) {
  const absl::StatusOr<Result> result = server_->Peek(sql);
  if (!result.ok()) return std::string(result.status().message());
  std::vector<std::string> lines;
  for (const Row& row : *result) {
    std::vector<std::string> columns;
    for (size_t i = 0; i < row.size(); ++i) columns.push_back(ToText(row[i]));
    lines.push_back(absl::StrJoin(columns, "|"));
  }
  return absl::StrJoin(lines, " ");
}

bool StorageBench::CutAt(absl::string_view place, absl::string_view file) {
  if (cut_ == nullptr || !cut_(place, file)) return false;
  cut_ = nullptr;
  disk_.Freeze();
  simulation_.AfterThisEvent([this] { Die(); });
  return true;
}

void StorageBench::Die() {
  disk_.Freeze();
  tasks_.Clear();
  if (server_ == nullptr) return;
  if (std::unique_ptr<CutCommit> cut = server_->TakeCut()) cut_commit_ = std::move(cut);
  db_.reset();
  server_.reset();
}

}  // namespace sim
