// Coverage: what one run came to, as numbers that mean the same in every run.
//
// A feature is (point, choice, state): a place without its business key, what was chosen
// there, be it nothing, and in which state the key was. The state are the values of the
// columns that `state_machine` checks of the scenario name, in rows that name the key. Of
// a key, not of all that a trace calls a cause: docs/decisions/0006 says why. So the loss
// of an answer about a payment that has failed is another feature than that about one
// which is still going on; and after some runs nearly all features are known.
//
// Which time it is that a run comes to a place counts as 1, 2, 3, and then in powers of
// two: the fifth retry and the seventh are one.

#ifndef SCENARIOS_SEARCH_COVERAGE_H_
#define SCENARIOS_SEARCH_COVERAGE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "sim/choice/choice.h"
#include "sim/choice/choices.h"
#include "sim/choice/place.h"
#include "sim/world/observer.h"

namespace scenarios {

using Feature = uint64_t;

// A fault that could have struck at a place that the run came to, and what feature it is.
struct Alternative {
  Feature feature = 0;
  uint32_t family = 0;  // the kind of fault, and the kind of place
  sim::Pin pin;

  bool operator==(const Alternative&) const = default;
};

// By one run.
struct Covered {
  std::vector<Feature> features;  // ascending, each once
  // At one place of each kind and state that the run came to, drawn from all of them.
  std::vector<Alternative> alternatives;
};

class Coverage final : public sim::Observer {
 public:
  // `scenario` must outlive this.
  Coverage(const LoadedScenario& scenario, uint64_t seed);

  // Lets this watch the run that is made with `run`. One run.
  void Watch(RunOptions& run);

  Covered covered() const;

  void OnCommit(const sim::Commit& commit) override;
  void OnFault(const sim::Pin& pin, sim::Nanos at) override;

 private:
  // What is true of one business key now.
  struct State {
    std::map<uint64_t, int> values;  // how many rows have that value in that column
    uint64_t digest = 0;             // of those that some row has
  };
  void Count(const sim::Commit& commit, const sim::RowChange& change,
             const std::vector<sim::Value>& row, int by);
  void OnPlace(const sim::Place& place, uint64_t occurrence, sim::Nanos now);

  // Places of one kind and state.
  struct Site {
    uint64_t met = 0;
    sim::PlaceKind place = sim::PlaceKind::kMessage;
    std::vector<sim::Pin> alternatives;
  };

  const LoadedScenario& scenario_;
  // By database and table.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> columns_;
  sim::Choices choices_;
  std::map<uint64_t, State> states_;  // by HashName of the key
  std::map<uint64_t, Site> sites_;
  std::set<Feature> features_;
  uint64_t last_site_ = 0;  // where the next fault strikes
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_COVERAGE_H_
