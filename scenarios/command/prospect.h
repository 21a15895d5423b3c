// Prospect: one scenario of a search, what is left to run of it, and what it came to.
//
// Memory does not grow with the seeds: failures are kept one of each kind, everything else
// is counted.

#ifndef SCENARIOS_COMMAND_PROSPECT_H_
#define SCENARIOS_COMMAND_PROSPECT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "reports/result.pb.h"
#include "scenarios/command/guided_runs.h"
#include "scenarios/command/seed_queue.h"
#include "scenarios/command/target.h"
#include "scenarios/scenario.h"
#include "scenarios/search/corpus.h"

namespace scenarios {

// One kind of failure, as this search has met it.
struct FailureKind {
  settle::Failure failure;  // the run of it with the fewest faults
  bool known = false;       // to the corpus, before this search
  bool returns = false;     // the corpus called it fixed, or drifted
  bool told = false;        // printed
  bool confirmed = false;   // its repro file failed again in a fresh process
  bool ended_process = false;
  bool small = false;   // it was made small, now or before
  bool by_seed = true;  // its seed alone shows it; else it takes its repro
};

// As the corpus knows it.
CorpusScenario ForCorpus(const LoadedScenario& scenario);

class Prospect {
 public:
  Prospect(std::unique_ptr<LoadedScenario> scenario, std::string folder,
           const Overrides& overrides);

  const LoadedScenario& scenario() const { return *scenario_; }
  // Where its repro files go.
  const std::string& folder() const { return folder_; }

  // What the corpus has of it.
  void Begin(SeedQueue queue, const std::vector<CorpusFailure>& known);
  SeedQueue& queue() { return *queue_; }
  const SeedQueue& queue() const { return *queue_; }
  // Of a guided search, instead.
  void Guide(GuidedRuns runs) { guided_ = std::make_unique<GuidedRuns>(std::move(runs)); }
  GuidedRuns& guided() { return *guided_; }
  // Nothing is left to run.
  bool empty() const { return guided_ != nullptr ? guided_->empty() : queue_->empty(); }

  // How many seeds should be handed over at once; learns from how long they took.
  uint64_t batch_size() const { return batch_size_; }
  void BatchTook(uint64_t seeds, absl::Duration time);

  // Counts a run, and returns the signatures of failures that are new, or shown with fewer
  // faults than before.
  std::vector<std::string> Add(const settle::RunResult& run, bool by_seed = true);
  // The same of a run in which a process has ended.
  std::vector<std::string> AddDeath(const GuidedRun& run, bool by_seed, const std::string& how,
                                    const std::string& build);

  uint64_t ran() const { return ran_; }
  std::map<std::string, FailureKind>& kinds() { return kinds_; }
  const std::map<std::string, FailureKind>& kinds() const { return kinds_; }

  // The kinds; those that became one shape when they were made small are one.
  std::vector<FailureKind> Shapes() const;

  bool IsExpected(const FailureKind& kind) const;

  // What shows it with the fewest faults, here or before in this build.
  const settle::Repro& BestRepro(const FailureKind& kind) const;

  // Puts a failure that was made small in the place of the one that it was; null: that has
  // another best repro by now than `made_of`.
  FailureKind* Replace(const settle::Repro& made_of, const settle::Failure& small);

  // For the corpus.
  CorpusFailure Kept(const FailureKind& kind) const;

  // As a campaign with counts, checks and failures, in no order of time: what texts and
  // programs are told. Its verdict is that of its runs.
  settle::CampaignResult Told() const;

 private:
  std::vector<std::string> Meet(settle::Failure failure, bool ended_process, bool by_seed);

  const std::unique_ptr<LoadedScenario> scenario_;
  const std::string folder_;
  const settle::Repro begun_;  // what all repros have alike
  std::unique_ptr<SeedQueue> queue_;
  std::unique_ptr<GuidedRuns> guided_;
  uint64_t batch_size_ = 1;
  uint64_t ran_ = 0;
  settle::CampaignResult counts_;
  // By preliminary signature: met in this search, and before it.
  std::map<std::string, FailureKind> kinds_;
  std::map<std::string, CorpusFailure> known_;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_PROSPECT_H_
