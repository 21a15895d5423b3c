#include "scenarios/broker/catalogue.h"

#include "scenarios/broker/depot.h"
#include "scenarios/broker/shop.h"
#include "scenarios/broker/workload_order.h"
#include "systems/broker/broker.h"

namespace scenarios {

void AddBroker(Catalogue& catalogue) {
  catalogue.AddSystem(broker::BrokerSystem());
  catalogue.AddSystem(order::ShopSystem());
  catalogue.AddSystem(order::DepotSystem());
  catalogue.AddWorkload(OrderWorkload());
}

}  // namespace scenarios
