#include "scenarios/time/catalogue.h"

#include "scenarios/time/nightly.h"
#include "scenarios/time/numbers.h"
#include "scenarios/time/worker.h"

namespace scenarios {

Catalogue TimeCatalogue() {
  Catalogue catalogue;
  AddNightly(catalogue);
  AddWorker(catalogue);
  AddNumbers(catalogue);
  return catalogue;
}

}  // namespace scenarios
