// Databases, as a scenario declares them: those that nodes share, and how they and
// the nodes' own take a duplicate key.
//
//   organisation {
//     name: "shop"
//     database { name: "orders" }
//     node { name: "a1" system: "exchange.Initiator" database: "orders" }
//     node { name: "a2" system: "exchange.Initiator" database: "orders" }
//   }

#ifndef SCENARIOS_DATABASE_TEXT_H_
#define SCENARIOS_DATABASE_TEXT_H_

#include "faults/source_text.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

// Reads them into `plan`, whose nodes are there, and tells each node which it uses.
// `where` is the scenario. Errors name the node and stand at its place.
void ReadDatabases(const settle::Scenario& text, const faults::Where& where, WorldPlan& plan,
                   faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_DATABASE_TEXT_H_
