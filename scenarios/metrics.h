// What a run cost, counted from outside: numbers of events, commits, messages and the
// like, none of wall time. Each is for one run and one observer; a campaign adds them up.

#ifndef SCENARIOS_METRICS_H_
#define SCENARIOS_METRICS_H_

#include <cstdint>

#include "reports/result.pb.h"
#include "sim/world/observer.h"

namespace scenarios {

class Metrics final : public sim::Observer {
 public:
  void OnCommit(const sim::Commit& commit) override;
  void OnTraffic(const sim::Traffic& traffic) override;
  void OnCrash(absl::string_view node, sim::Nanos at) override;

  // Adds them to `result`, in the order of their names.
  void Report(settle::RunResult& result) const;

 private:
  int64_t commits_ = 0;
  int64_t crashes_ = 0;
  int64_t messages_sent_ = 0;  // requests and replies, whatever became of them
  int64_t rows_changed_ = 0;
  int64_t timeouts_ = 0;
};

}  // namespace scenarios

#endif  // SCENARIOS_METRICS_H_
