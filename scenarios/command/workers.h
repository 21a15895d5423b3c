// Workers: the runs of one campaign on several cores.
//
// Each worker is a fork of this process that takes one seed after the other. Results
// come back in the order of the seeds, whichever worker was first, so a campaign is
// the same for any number of them. Runs are made in the workers only.
//
//   Workers workers(2, {1, 500, 1}, [&](uint64_t seed) { return Run(seed); });
//   for (...) settle::RunResult result = *workers.Next();
//
// Not thread-safe. Signals that end a command are its own affair: workers ignore
// them, and are gone with this object or with the process that made it.

#ifndef SCENARIOS_COMMAND_WORKERS_H_
#define SCENARIOS_COMMAND_WORKERS_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "reports/result.pb.h"
#include "scenarios/command/seeds.h"

namespace scenarios {

// The processors that this process may use, at least 1.
int Processors();

class Workers {
 public:
  using RunSeed = std::function<settle::RunResult(uint64_t seed)>;

  // `stop`, which may be empty, is asked while a result is waited for.
  Workers(int workers, const Seeds& seeds, RunSeed run, std::function<bool()> stop = nullptr);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  // Ends the workers, also in the middle of a run.
  ~Workers();

  // The result of the next seed, at most as often as there are seeds. Unavailable:
  // processes, pipes or memory cannot be had. Internal: a worker has died in that seed.
  // Once `stop` says so, nobody is waited for: the results that are there follow, also
  // if one before them is missing, and then Cancelled.
  absl::StatusOr<settle::RunResult> Next();

 private:
  struct Worker {
    pid_t process = -1;
    int results = -1;      // reading end of its pipe; -1: it has ended
    std::string received;  // and not yet a whole result
  };
  absl::Status Fork(const RunSeed& run);
  [[noreturn]] void Work(size_t worker, int results, const RunSeed& run);
  absl::Status Receive();
  absl::Status Read(size_t worker);
  void Ended(size_t worker);
  uint64_t SeedAt(uint64_t index) const { return seeds_.first + index * seeds_.step; }
  size_t SharedSize() const { return (1 + workers_.size()) * sizeof(*taken_); }

  const Seeds seeds_;
  const std::function<bool()> stop_;
  absl::Status status_;
  std::vector<Worker> workers_;
  // In memory that all processes share: the index of the seed that is taken next, and
  // for each worker the index that it has taken.
  std::atomic<uint64_t>* taken_ = nullptr;
  std::atomic<uint64_t>* running_ = nullptr;
  uint64_t next_ = 0;                      // index of the result that is given out next
  std::map<uint64_t, std::string> ahead_;  // results by index, serialized
  std::map<uint64_t, absl::Status> dead_;  // by the index at which a worker died
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_WORKERS_H_
