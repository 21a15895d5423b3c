#include "sim/storage/database.h"

#include "sim/core/check.h"
#include "sim/storage/database_server.h"
#include "sim/storage/write_set.h"

namespace sim {

Transaction::~Transaction() {
  if (server_ != nullptr) server_->Rollback(id_);
}

Task<absl::StatusOr<Result>> Transaction::Run(absl::string_view sql, std::vector<Value> args) {
  SIM_CHECK(server_ != nullptr) << "the transaction has been moved away: " << sql;
  return server_->Run(id_, server_->Find(sql), std::move(args));
}

Task<absl::Status> Transaction::Commit() {
  SIM_CHECK(server_ != nullptr) << "the transaction has been moved away";
  return server_->Commit(id_);
}

std::vector<RowChange> Transaction::changes() const { return server_->Changes(id_); }

Task<absl::Status> Transaction::Undo(std::vector<RowChange> changes) {
  return server_->Undo(id_, std::move(changes));
}

Task<absl::Status> Transaction::XaEnd() { return server_->XaEnd(id_); }

Task<absl::Status> Transaction::XaPrepare() { return server_->XaPrepare(id_); }

Task<absl::StatusOr<Result>> Database::Run(absl::string_view sql, std::vector<Value> args) {
  return server_->RunAlone(session_, server_->Find(sql), std::move(args));
}

Task<absl::StatusOr<Transaction>> Database::Begin(Isolation isolation) {
  return server_->Begin(session_, isolation, "");
}

Task<absl::StatusOr<Transaction>> Database::XaStart(std::string xid) {
  return server_->Begin(session_, Isolation::kReadCommitted, std::move(xid));
}

Task<absl::Status> Database::XaCommit(std::string xid) {
  return server_->XaFinish(session_, std::move(xid), /*commit=*/true);
}

Task<absl::Status> Database::XaRollback(std::string xid) {
  return server_->XaFinish(session_, std::move(xid), /*commit=*/false);
}

Task<absl::StatusOr<std::vector<std::string>>> Database::XaRecover() {
  return server_->XaRecover(session_);
}

std::string Database::ToText(const std::vector<RowChange>& changes) {
  return SerializeChanges(changes);
}

absl::StatusOr<std::vector<RowChange>> Database::ToChanges(absl::string_view text) const {
  return ParseChanges(server_->tables(), text);
}

}  // namespace sim
