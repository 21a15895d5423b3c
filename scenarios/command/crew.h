// Crew: workers that run batches of seeds, and are replaced when they die.
//
//   Crew crew(2, absl::Minutes(1), [&](uint32_t task, uint64_t seed, const std::string& input) {
//     return Bytes(...);
//   });
//   while (...) {
//     if (crew.idle()) crew.Give({task, 1, 100});
//     for (const Crew::News& news : *crew.Wait(100)) ...
//   }
//
// A worker that dies, or that says nothing for as long as `patience`, ends with the seed
// that it was at; what is left of its batch comes back. Wall time decides here, as it must.
// Not thread-safe. Processes are as in zygote.h.

#ifndef SCENARIOS_COMMAND_CREW_H_
#define SCENARIOS_COMMAND_CREW_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "scenarios/command/zygote.h"

namespace scenarios {

// Seeds first, first + 1, ... of one task; what a task is, is the caller's affair.
struct SeedBatch {
  uint32_t task = 0;
  uint64_t first = 0;
  uint64_t count = 0;
};

class Crew {
 public:
  using Run = std::function<std::string(uint32_t task, uint64_t seed, const std::string& input)>;

  // Workers begin with the first batch that is given.
  Crew(int workers, absl::Duration patience, Run run);
  ~Crew();

  int size() const { return static_cast<int>(workers_.size()); }

  // Somebody has nothing to do.
  bool idle() const;
  // Nobody has anything to do.
  bool all_idle() const;

  // To one who is idle, with what its runs need besides. Unavailable: processes cannot be had.
  absl::Status Give(const SeedBatch& batch, const std::string& input = "");

  struct News {
    int worker = 0;
    uint32_t task = 0;
    uint64_t seed = 0;
    std::string result;  // of that seed
    bool batch_ends = false;
    std::string death;    // how its process ended in that seed, instead of a result
    SeedBatch left;       // then: what nobody has run
    absl::Duration took;  // when the batch ends: all of it
  };

  // What has happened, in the order of each worker; waits for it as long as `millis`.
  absl::StatusOr<std::vector<News>> Wait(int millis);

 private:
  using Clock = std::chrono::steady_clock;
  struct Worker {
    int socket = -1;       // -1: not forked
    SeedBatch batch;       // what is left of it; count 0: idle
    std::string received;  // and not yet a whole result
    Clock::time_point begun;
    absl::Duration silent;  // since it was heard
  };

  absl::Status Read(int index, std::vector<News>& news);
  absl::Status Replace(int index, const std::string& silence, std::vector<News>& news);

  const absl::Duration patience_;
  std::vector<Worker> workers_;
  Clock::time_point looked_ = Clock::now();
  Zygote zygote_;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_CREW_H_
