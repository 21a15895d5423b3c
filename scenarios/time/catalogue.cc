#include "scenarios/time/catalogue.h"

#include "scenarios/time/nightly.h"
#include "scenarios/time/numbers.h"
#include "scenarios/time/worker.h"

namespace scenarios {

void AddTime(Catalogue& catalogue) {
  AddNightly(catalogue);
  AddWorker(catalogue);
  AddNumbers(catalogue);
}

}  // namespace scenarios
