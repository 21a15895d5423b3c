// A till: notes each deposit as soon as it is handed in, and books it later, into an
// account that is opened at the first deposit.
//
// Whether there is an account already is asked of the primary key: by the error of an INSERT
// that was one too many, or by ON CONFLICT DO NOTHING. The first goes on in MySQL. In
// PostgreSQL the error has ended the transaction ("current transaction is aborted,
// commands ignored until end of transaction block", SQLSTATE 25P02): nobody's second
// deposit is ever booked.
//
// Its answer is a receipt: from then on the deposit is in its books. A COMMIT of which nobody
// knows whether it has happened is done again, which books nothing twice, since a deposit is
// marked only if it is not yet. Each of its quirks gets one of these wrong.

#ifndef SCENARIOS_SHARED_TILL_H_
#define SCENARIOS_SHARED_TILL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scenarios/shared/deposit.pb.h"
#include "sim/core/task.h"
#include "sim/net/method.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace deposit {

inline constexpr sim::Method<PutInRequest, PutInReply> kPutIn{"deposit.PutIn",
                                                              sim::Visibility::kPublic};

// "deposit.Till".
sim::SystemSpec TillSystem();

class Till final : public sim::Component {
 public:
  explicit Till(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<PutInReply>> PutIn(PutInRequest request);
  sim::Task<> BookAll();
  sim::Task<absl::Status> Book(std::string deposit_id, std::string owner, int64_t amount);
  sim::Task<absl::Status> BookOnce(std::string deposit_id, std::string owner, int64_t amount);
  // Whether a deposit is in the books, by what the database has answered.
  bool IsNoted(const absl::Status& answer) const;

  sim::Env& env_;
  sim::Database db_;
};

}  // namespace deposit

#endif  // SCENARIOS_SHARED_TILL_H_
