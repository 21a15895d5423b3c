// A depot ships what messages tell it, once for each order, and notes what it hears of
// changes: a row in the inbox, written in the transaction of its effect, makes a message that
// comes again harmless. Depots of one
// group share a database.

#ifndef SCENARIOS_BROKER_DEPOT_H_
#define SCENARIOS_BROKER_DEPOT_H_

#include "absl/status/status.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/broker/consumer.h"

namespace order {

// "order.Depot".
sim::SystemSpec DepotSystem();

class Depot final : public sim::Component, private broker::Handler {
 public:
  explicit Depot(sim::Env& env);

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::Status> Handle(broker::Message message) override;

  sim::Env& env_;
  sim::Database db_;
  broker::Consumer consumer_;
};

}  // namespace order

#endif  // SCENARIOS_BROKER_DEPOT_H_
