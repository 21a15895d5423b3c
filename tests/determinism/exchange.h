// The scenarios of the exchange, loaded, for tests about runs as functions.

#ifndef TESTS_DETERMINISM_EXCHANGE_H_
#define TESTS_DETERMINISM_EXCHANGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace determinism {

// Both variants of the initiator with notices and queries, and queries alone: between
// them they have every kind of fault.
inline constexpr const char* kVariants[] = {
    "reject_and_resend",
    "query_and_collapse",
    "pull_only",
};

// More of what differs: notices alone, other schedules, customers who click twice, a
// scripted story, and bugs, whose runs go where sound ones do not.
inline constexpr const char* kMore[] = {
    "push_only_reject_and_resend",   "wechat_query_and_collapse", "double_click",
    "story_reject_and_resend",       "quirk_submit_not_unique",   "quirk_query_from_memory",
    "quirk_two_transaction_posting",
};

class Exchange {
 public:
  // Scenarios of scenarios/exchange by name; that folder is looked for where a test
  // runs. Ends the process with the reasons if one does not load.
  explicit Exchange(absl::Span<const char* const> names);

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
