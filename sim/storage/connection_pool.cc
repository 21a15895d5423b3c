#include "sim/storage/connection_pool.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace sim {
namespace {

constexpr absl::string_view kFile = "idle.db";

// Services have a few dozen. Who makes its SQL of values prepares it again and again,
// and does not keep it.
constexpr size_t kMostStatements = 500;

}  // namespace

ConnectionPool::ConnectionPool(std::shared_ptr<const DiskImage> image)
    : image_(std::move(image)),
      choices_(/*seed=*/0, /*adversary=*/nullptr),
      disk_(choices_, "idle", /*site=*/nullptr) {
  disk_.Install(kFile, image_);
}

ConnectionPool::Lease::~Lease() {
  if (connection_ == nullptr || pool_ == nullptr) return;
  if (!connection_->Detach(pool_->disk_, kFile).ok()) return;
  if (statements_.size() > kMostStatements) statements_.clear();
  Lease idle(nullptr, std::move(connection_));
  idle.statements_ = std::move(statements_);
  pool_->idle_.push_back(std::move(idle));
}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Take(Disk& disk, absl::string_view file,
                                                           absl::string_view journal_mode,
                                                           uint64_t seed) {
  if (disk.ImageOf(file) != image_.get()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file,
                     " was made with another schema, and a database keeps its schema for "
                     "good: settings that change on the way may not change tables"));
  }
  if (journal_mode != "TRUNCATE") {
    auto own = Connection::Open(disk, file, journal_mode, seed);
    if (!own.ok()) return own.status();
    return Lease(nullptr, *std::move(own));
  }
  if (idle_.empty()) {
    absl::StatusOr<std::unique_ptr<Connection>> fresh =
        Connection::Open(disk_, kFile, "TRUNCATE", /*seed=*/0);
    if (!fresh.ok()) return fresh.status();
    if (absl::Status started = (*fresh)->Start(); !started.ok()) return started;
    if (absl::Status detached = (*fresh)->Detach(disk_, kFile); !detached.ok()) return detached;
    idle_.emplace_back(nullptr, *std::move(fresh));
  }
  Lease lease = std::move(idle_.back());
  idle_.pop_back();
  lease.pool_ = this;
  absl::Status attached = lease.connection_->Attach(disk, file, seed);
  if (!attached.ok()) return attached;
  return lease;
}

LockingStatement* ConnectionPool::Lease::Find(absl::string_view sql,
                                              const std::vector<TableInfo>& tables) {
  const auto it = statements_.find(sql);
  if (it != statements_.end()) {
    it->second->Prepare();
    return it->second.get();
  }
  auto statement = std::make_unique<LockingStatement>(connection_->handle(), tables, sql);
  return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
}

}  // namespace sim
