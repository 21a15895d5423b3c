// The scenarios of the exchange, loaded, for tests about runs as functions.

#ifndef TESTS_DETERMINISM_EXCHANGE_H_
#define TESTS_DETERMINISM_EXCHANGE_H_

#include <memory>
#include <string>
#include <vector>

#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace determinism {

// A few scenarios that between them have both variants and every kind of fault.
class Exchange {
 public:
  // Paths are relative to the folder in which a test runs. Ends the process with
  // the reasons if a scenario does not load.
  Exchange();

  size_t size() const { return scenarios_.size(); }
  const std::string& name(size_t i) const { return scenarios_[i]->name(); }
  scenarios::Runner& runner(size_t i) { return *runners_[i]; }

 private:
  scenarios::Catalogue catalogue_;
  std::vector<std::unique_ptr<scenarios::LoadedScenario>> scenarios_;
  std::vector<std::unique_ptr<scenarios::Runner>> runners_;
};

}  // namespace determinism

#endif  // TESTS_DETERMINISM_EXCHANGE_H_
