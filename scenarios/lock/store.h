// The store of pages: what a lock guards, in the scenarios of locks.

#ifndef SCENARIOS_LOCK_STORE_H_
#define SCENARIOS_LOCK_STORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "scenarios/lock/page.pb.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace page {

// One row of `line` for each entry, and one of `access` for each reading and writing
// that was let in. The tables of locks and tokens are there, too.
std::string Schema();

// "page.Store".
sim::SystemSpec StoreSystem();

class Store final : public sim::Component {
 public:
  explicit Store(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<ReadReply>> Read(ReadRequest request);
  sim::Task<absl::StatusOr<AppendReply>> Append(AppendRequest request);
  sim::Task<absl::StatusOr<TokenReply>> NextToken(TokenRequest request);

  // Whether the holder of `token` is let in.
  sim::Task<absl::StatusOr<bool>> LetIn(sim::Transaction& txn, std::string page, int64_t token);

  sim::Env& env_;
  sim::Database db_;
};

}  // namespace page

#endif  // SCENARIOS_LOCK_STORE_H_
