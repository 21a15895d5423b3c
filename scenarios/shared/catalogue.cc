#include "scenarios/shared/catalogue.h"

#include "scenarios/shared/receipt_check.h"
#include "scenarios/shared/till.h"
#include "scenarios/shared/workload_deposit.h"

namespace scenarios {

void AddDeposits(Catalogue& catalogue) {
  catalogue.AddSystem(deposit::TillSystem());
  catalogue.AddWorkload(DepositWorkload());
  AddReceiptCheck(catalogue);
}

}  // namespace scenarios
