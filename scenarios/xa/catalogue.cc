#include "scenarios/xa/catalogue.h"

#include "scenarios/xa/coordinator.h"
#include "scenarios/xa/teller.h"
#include "scenarios/xa/vault.h"
#include "scenarios/xa/workload_transfer.h"

namespace scenarios {

void AddXa(Catalogue& catalogue) {
  using Moment = sim::Step::Moment;
  constexpr auto kOn = sim::Step::On::kCommit;
  catalogue.AddSystem(transfer::CoordinatorSystem());
  catalogue.AddSystem(transfer::VaultSystem());
  catalogue.AddSystem(transfer::TellerSystem());
  catalogue.AddWorkload(TransferWorkload());
  catalogue.steps.push_back(
      {"Both branches are prepared, and the coordinator has not decided.",
       "transfer.Coordinator",
       {"xa.coord.decision.before", "", Moment::kBefore, kOn, "transfer", "status", "COMMITTED"}});
  catalogue.steps.push_back(
      {"The coordinator has decided to commit, and told nobody.",
       "transfer.Coordinator",
       {"xa.coord.decision.after", "", Moment::kAfter, kOn, "transfer", "status", "COMMITTED"}});
}

}  // namespace scenarios
