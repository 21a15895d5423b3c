// GuidedRuns: the runs of a guided search of one scenario, handed out to many workers.
//
// A run is planned from what all runs up to `kInFlight` before it came to, and from nothing
// that came later, so that the search is the same for any number of workers, and none has
// to wait for another unless it is that far ahead. Each `kStage` runs all are waited for:
// then the state of the search is whole, and what goes on from it is the same search.

#ifndef SCENARIOS_COMMAND_GUIDED_RUNS_H_
#define SCENARIOS_COMMAND_GUIDED_RUNS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/search/guided.h"

namespace scenarios {

class GuidedRuns {
 public:
  static constexpr uint64_t kInFlight = 32;
  static constexpr uint64_t kStage = 256;

  // `count` runs.
  GuidedRuns(const faults::Plan& plan, uint64_t base_seed, uint64_t count, Hits known);

  // Goes on from the last whole state of a search that had made so many runs; those after
  // the state are made again, unless all are made. False: it is no state.
  bool GoOn(const std::string& state, uint64_t made);

  bool empty() const { return made_ >= count_ || guided_.progress().runs >= count_; }

  // The next one; none if there is none, or it depends on one that has not come back.
  std::optional<GuidedRun> Take();

  // What the run with that number came to, which was taken. Nothing, if its worker died.
  const GuidedRun& taken(uint64_t number) const { return taken_.at(number).run; }
  void Return(uint64_t number, std::vector<sim::Pin> fired, Covered covered);

  // At the end all that came back is learned.
  void LearnAll();
  // Of what was learned, what is new since the last time.
  Hits TakeNews() { return guided_.TakeNews(); }
  // Whether there is a new state since the last time, or since it began: it is large.
  bool TakeStateIsNew();
  // The last whole state, and how many runs have been learned, without a gap.
  const std::string& state() const { return state_; }
  uint64_t made() const { return made_; }
  size_t features() const { return guided_.hits().size(); }

 private:
  struct Taken {
    GuidedRun run;
    bool returned = false;
    std::vector<sim::Pin> fired;
    Covered covered;
  };
  void LearnFirst();
  // A stage is planned to its end.
  bool IsWhole() const { return guided_.progress().runs % kStage == 0; }

  Guided guided_;
  const uint64_t count_;
  uint64_t made_ = 0;
  std::string state_;
  bool state_is_new_ = false;
  std::map<uint64_t, Taken> taken_;  // by number; not learned yet
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_GUIDED_RUNS_H_
