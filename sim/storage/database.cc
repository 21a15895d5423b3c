#include "sim/storage/database.h"

#include "sim/core/check.h"
#include "sim/storage/database_server.h"

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

Task<absl::StatusOr<Result>> Database::Run(absl::string_view sql, std::vector<Value> args) {
  return server_->RunAlone(server_->Find(sql), std::move(args));
}

Task<absl::StatusOr<Transaction>> Database::Begin() { return server_->Begin(); }

}  // namespace sim
