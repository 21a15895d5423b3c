#include "sim/storage/database.h"

#include "sim/core/check.h"
#include "sim/storage/session.h"

namespace sim {

Transaction Session::MakeTransaction(uint64_t id) { return Transaction(this, id); }

Transaction::~Transaction() {
  if (session_ != nullptr) session_->Rollback(id_);
}

Task<absl::StatusOr<Result>> Transaction::Run(absl::string_view sql, std::vector<Value> args) {
  SIM_CHECK(session_ != nullptr) << "the transaction has been moved away: " << sql;
  return session_->Run(id_, session_->Find(sql), std::move(args));
}

Task<absl::Status> Transaction::Commit() {
  SIM_CHECK(session_ != nullptr) << "the transaction has been moved away";
  return session_->Commit(id_);
}

Task<absl::StatusOr<Result>> Database::Run(absl::string_view sql, std::vector<Value> args) {
  return session_->RunAlone(session_->Find(sql), std::move(args));
}

Task<absl::StatusOr<Transaction>> Database::Begin() { return session_->Begin(); }

}  // namespace sim
