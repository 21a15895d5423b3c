// Fuzzing: scenarios under seeds that nobody has asked for, until a budget is spent, with
// what is found kept in a corpus.
//
// Scenarios take turns, a batch of seeds each. Seeds are base, base + 1, ...: each draws
// its own families of faults and their rates, so that one is as good as another. What is
// kept of a given set of seeds is the same for any number of processes.

#ifndef SCENARIOS_COMMAND_FUZZING_H_
#define SCENARIOS_COMMAND_FUZZING_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "scenarios/command/command.h"
#include "scenarios/command/crew.h"
#include "scenarios/command/fuzz_options.h"
#include "scenarios/command/progress_line.h"
#include "scenarios/command/prospect.h"
#include "scenarios/search/corpus.h"

namespace scenarios {

class Fuzzing {
 public:
  // Forks the zygote: nothing has run or been opened yet.
  Fuzzing(Session& session, const FuzzOptions& options, std::deque<Prospect>& prospects);

  // kExitOk: there are seeds to run. Else the console has been told why not.
  ExitCode Open();

  // Runs them, and says each new kind of failure as soon as it is kept.
  ExitCode Run();

  uint64_t repeated() const { return repeated_; }

 private:
  static constexpr int kMillisBetweenLooks = 100;

  // What one worker has run of the batch in hand.
  struct InHand {
    Prospect* prospect = nullptr;
    CorpusBatch batch;
    uint64_t runs = 0;                    // not all are in the batch
    std::vector<std::string> signatures;  // to be kept with it
  };
  // To be made small by a worker.
  struct Large {
    uint32_t task = 0;
    settle::Failure failure;
  };

  absl::Status CheckResumes();
  absl::Status BeginGuided(Prospect& prospect);
  bool IsOver() const;
  absl::Status GiveOut();
  // To an idle worker, the next runs of that scenario; false: there is nothing to give now.
  absl::StatusOr<bool> GiveSeeds(uint32_t task);
  absl::StatusOr<bool> GiveGuided(uint32_t task);
  void Take(const Crew::News& news);
  void TakeDeath(const Crew::News& news, Prospect& prospect, InHand& in_hand);
  void TakeReport(const Crew::News& news, Prospect& prospect, InHand& in_hand);
  void KeepHits(Prospect& prospect);
  void KeepState(Prospect& prospect);
  void Flush(int worker);
  void Note(const absl::Status& status);
  void ShowProgress();

  // fuzzing_failures.cc
  void MakeSmall();
  void TakeSmall(const Crew::News& news, const std::vector<Large>& large);
  void Tell(Prospect& prospect, FailureKind& kind);
  void Keep(Prospect& prospect, FailureKind& kind);
  void Confirm(Prospect& prospect, FailureKind& kind);
  void Diverged(const Prospect& prospect, uint64_t seed, const std::string& where,
                const std::string& run);

  Session& session_;
  const FuzzOptions options_;
  std::deque<Prospect>& prospects_;
  const std::string build_;
  Crew crew_;
  std::unique_ptr<Corpus> corpus_;
  std::unique_ptr<ProgressLine> progress_;
  std::vector<InHand> in_hand_;  // by worker
  size_t turn_ = 0;
  uint64_t ran_ = 0;
  uint64_t in_corpus_ = 0;
  uint64_t kinds_ = 0;
  uint64_t new_kinds_ = 0;
  uint64_t repeated_ = 0;
  ExitCode code_ = kExitOk;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_FUZZING_H_
