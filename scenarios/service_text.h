// Several instances of one service, and their upgrades, as a scenario declares them.
//
//   organisation {
//     name: "shop"
//     database { name: "orders" }
//     service { name: "shop_front" node: "a1" node: "a2" }
//     node {
//       name: "a1" system: "exchange.Initiator" database: "orders"
//       upgrade { at: "5m" down_for: "10s" set: "reversal_first=query_and_collapse" }
//     }
//     node { name: "a2" system: "exchange.Initiator" database: "orders" }
//   }

#ifndef SCENARIOS_SERVICE_TEXT_H_
#define SCENARIOS_SERVICE_TEXT_H_

#include "faults/source_text.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

// Both read into `plan`, whose nodes are there; `where` is the scenario. Errors stand
// at their place.

// Groups of nodes that are one to their callers.
void ReadServices(const settle::Scenario& text, const faults::Where& where, WorldPlan& plan,
                  faults::Diagnostics& problems);

// Settings that a node has from some time on. The times of `plan` are read.
void ReadUpgrades(const settle::Scenario& text, const faults::Where& where, WorldPlan& plan,
                  faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_SERVICE_TEXT_H_
