// The command as it is built here: `settle` over the systems of this repository.

#include "scenarios/broker/catalogue.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/catalogue.h"
#include "scenarios/command/main.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/lock/catalogue.h"
#include "scenarios/manners/assumption_checks.h"
#include "scenarios/shared/catalogue.h"
#include "scenarios/time/catalogue.h"
#include "scenarios/xa/catalogue.h"

int main(int argc, char** argv) {
  scenarios::Catalogue catalogue;
  scenarios::AddExchange(catalogue);
  scenarios::AddBroker(catalogue);
  scenarios::AddCache(catalogue);
  scenarios::AddLocks(catalogue);
  scenarios::AddAssumptionChecks(catalogue);
  scenarios::AddTime(catalogue);
  scenarios::AddDeposits(catalogue);
  scenarios::AddXa(catalogue);
  return scenarios::Main(argc, argv, catalogue);
}
