#include "sim/storage/database.h"

#include "sim/core/check.h"
#include "sim/storage/session_host.h"
#include "sim/storage/write_set.h"

namespace sim {

Transaction SessionHost::MakeTransaction(SessionHost* host, uint64_t id) {
  return Transaction(host, id);
}

Transaction::~Transaction() {
  if (host_ != nullptr) host_->Rollback(id_);
}

Task<absl::StatusOr<Result>> Transaction::Run(absl::string_view sql, std::vector<Value> args) {
  SIM_CHECK(host_ != nullptr) << "the transaction has been moved away: " << sql;
  return host_->Run(id_, host_->Find(sql), std::move(args));
}

Task<absl::Status> Transaction::Commit() {
  SIM_CHECK(host_ != nullptr) << "the transaction has been moved away";
  return host_->Commit(id_);
}

std::vector<RowChange> Transaction::changes() const { return host_->Changes(id_); }

Task<absl::Status> Transaction::Undo(std::vector<RowChange> changes) {
  return host_->Undo(id_, std::move(changes));
}

Task<absl::Status> Transaction::XaEnd() { return host_->XaEnd(id_); }

Task<absl::Status> Transaction::XaPrepare() { return host_->XaPrepare(id_); }

Task<absl::StatusOr<Result>> Database::Run(absl::string_view sql, std::vector<Value> args) {
  return host_->RunAlone(session_, host_->Find(sql), std::move(args));
}

Task<absl::StatusOr<Transaction>> Database::Begin(Isolation isolation) {
  return host_->Begin(session_, isolation, "");
}

Task<absl::StatusOr<Transaction>> Database::XaStart(std::string xid) {
  return host_->Begin(session_, Isolation::kReadCommitted, std::move(xid));
}

Task<absl::Status> Database::XaCommit(std::string xid) {
  return host_->XaFinish(session_, std::move(xid), /*commit=*/true);
}

Task<absl::Status> Database::XaRollback(std::string xid) {
  return host_->XaFinish(session_, std::move(xid), /*commit=*/false);
}

Task<absl::StatusOr<std::vector<std::string>>> Database::XaRecover() {
  return host_->XaRecover(session_);
}

std::string Database::ToText(const std::vector<RowChange>& changes) {
  return SerializeChanges(changes);
}

absl::StatusOr<std::vector<RowChange>> Database::ToChanges(absl::string_view text) const {
  return ParseChanges(host_->tables(), text);
}

}  // namespace sim
