// A shop that tells others of its orders by transactional messages (事务消息): a half message
// first, then its own transaction, then the decision, of which the broker may never hear.
// Asked back, it looks into its table of local transactions. What a customer changes of an
// order is a second message of the same key, published outright.

#ifndef SCENARIOS_BROKER_SHOP_H_
#define SCENARIOS_BROKER_SHOP_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/broker/order.pb.h"
#include "sim/core/task.h"
#include "sim/net/method.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/broker/broker.pb.h"

namespace order {

inline constexpr sim::Method<PlaceRequest, PlaceReply> kPlace{"order.Place",
                                                              sim::Visibility::kPublic};

inline constexpr sim::Method<ChangeRequest, ChangeReply> kChange{"order.Change",
                                                                 sim::Visibility::kPublic};

// The body of a message about a change.
inline constexpr absl::string_view kChanged = "changed";

// The topic, and the body of a message that nobody can read.
inline constexpr absl::string_view kTopic = "orders";
inline constexpr absl::string_view kMalformed = "?";

// "order.Shop".
sim::SystemSpec ShopSystem();

class Shop final : public sim::Component {
 public:
  explicit Shop(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<PlaceReply>> Place(PlaceRequest request);
  sim::Task<absl::StatusOr<ChangeReply>> Change(ChangeRequest request);
  sim::Task<absl::StatusOr<broker::CheckBackReply>> CheckBack(broker::CheckBackRequest request);

  sim::Task<absl::StatusOr<int64_t>> Prepare(PlaceRequest request);
  // The local transaction: the order, and that it has happened.
  sim::Task<absl::Status> Book(PlaceRequest request, int64_t half_id);
  void End(std::string order, int64_t half_id, broker::Decision decision);

  sim::Env& env_;
  sim::Database db_;
  std::multiset<std::string> running_;  // orders whose transaction may still commit
};

}  // namespace order

#endif  // SCENARIOS_BROKER_SHOP_H_
