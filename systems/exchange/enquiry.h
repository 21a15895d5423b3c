// Enquiry: tells the initiator what has become of an order (查询).
//
// It answers what is committed, and changes nothing (查询天然幂等).

#ifndef SYSTEMS_EXCHANGE_ENQUIRY_H_
#define SYSTEMS_EXCHANGE_ENQUIRY_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/exchange.pb.h"

namespace exchange {

class Enquiry {
 public:
  explicit Enquiry(sim::Env& env);

  void Serve();

  // Keeps the status in memory, for the quirk that answers from there.
  void Remember(const std::string& order_id, const std::string& status);

 private:
  sim::Task<absl::StatusOr<QueryReply>> Query(QueryRequest request);

  sim::Env& env_;
  sim::Database db_;
  std::map<std::string, std::string> remembered_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_ENQUIRY_H_
