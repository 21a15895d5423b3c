// Scenarios by the parts of a run that they use, loaded, for tests about runs as functions.

#ifndef TESTS_DETERMINISM_SCENARIOS_H_
#define TESTS_DETERMINISM_SCENARIOS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "reports/result.pb.h"
#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace determinism {

// Both variants of the initiator with notices and queries, and queries alone: between
// them they have every kind of fault of the exchange's chaos plan.
inline constexpr const char* kVariants[] = {
    "exchange/reject_and_resend",
    "exchange/query_and_collapse",
    "exchange/pull_only",
};

// What else may act between two events: lock waits and their victims, replicas, nodes
// that share a database or are upgraded, prepared branches and snapshots, broken disks,
// clocks, other infrastructure, bad manners, clogged links.
inline constexpr const char* kWorlds[] = {
    "shared/deadlock_victims",
    "shared/lagging_replica",
    "shared/two_initiators",
    "shared/rolling_upgrade",
    "xa/two_phase_commit",
    "disk/lost_sync",
    "disk/misdirected_write",
    "time/ntp_slew",
    "time/pause",
    "broker/rebalanced",
    "cache/failed_over",
    "lock/cache_with_fencing",
    "concurrent/record_with_trade_and_fencing",
    "manners/calm",
    "manners/clogged_and_slow",
    "manners/rude_and_impatient",
};

// More of what differs in the exchange: notices alone, other schedules, customers who
// click twice, reconciliation, a scripted story, and bugs, whose runs go where sound
// ones do not.
inline constexpr const char* kMore[] = {
    "exchange/push_only_reject_and_resend",
    "exchange/wechat_query_and_collapse",
    "exchange/double_click",
    "exchange/t_plus_1",
    "exchange/story_reject_and_resend",
    "exchange/quirk_submit_not_unique",
    "exchange/quirk_query_from_memory",
    "exchange/quirk_two_transaction_posting",
};

// One for each workload, by its name.
struct WithWorkload {
  const char* workload;
  const char* scenario;
};
inline constexpr WithWorkload kWorkloads[] = {
    {"pay", "exchange/reject_and_resend"},   {"replay", "exchange/replayed_submissions"},
    {"flood", "hypotheses/copies_unique"},   {"redeem", "cache/failed_over"},
    {"order", "broker/rebalanced"},          {"write", "lock/cache_with_fencing"},
    {"deposit", "shared/duplicate_avoided"}, {"transfer", "xa/two_phase_commit"},
};

// A failure that `settle shrink` has made small; replay_test.cc says how to make it anew.
inline constexpr const char* kRepro =
    "tests/determinism/testdata/rejection_settles_order.repro.textproto";

class Scenarios {
 public:
  // Names are of texts in scenarios/; that folder is looked for where a test runs.
  // Ends the process with the reasons if one does not load.
  explicit Scenarios(absl::Span<const char* const> names);

  size_t size() const { return scenarios_.size(); }
  const std::string& name(size_t i) const { return scenarios_[i]->name(); }
  const scenarios::Catalogue& catalogue() const { return catalogue_; }
  scenarios::Runner& runner(size_t i) { return *runners_[i]; }

 private:
  scenarios::Catalogue catalogue_;
  std::vector<std::unique_ptr<scenarios::LoadedScenario>> scenarios_;
  std::vector<std::unique_ptr<scenarios::Runner>> runners_;
};

// What a repro file says, and the run that it is of here.
struct Replayed {
  settle::Repro repro;
  settle::RunResult result;
};

// As `settle replay` runs it. Ends the process with the reasons if it cannot be read.
Replayed Replay(const char* file);

}  // namespace determinism

#endif  // TESTS_DETERMINISM_SCENARIOS_H_
