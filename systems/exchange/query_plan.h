// When the initiator asks about an order whose outcome it does not know, by its
// switches: first when the provider has advised to, then ever more rarely (时间衰减).
// If it relies on notices alone, it asks never, and gives up after a day.
//
// Times are milliseconds.

#ifndef SYSTEMS_EXCHANGE_QUERY_PLAN_H_
#define SYSTEMS_EXCHANGE_QUERY_PLAN_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "sim/world/system.h"
#include "systems/exchange/contract.h"

namespace exchange {

class QueryPlan {
 public:
  explicit QueryPlan(const sim::Settings& settings)
      : asks_(!settings.Is("channels", "push")),
        max_queries_(settings.Int("max_queries")),
        backoff_(settings.Int("query_backoff_ms")),
        cap_(settings.Int("query_backoff_cap_ms")) {}

  bool asks() const { return asks_; }
  int64_t max_queries() const { return max_queries_; }

  // From the submission, or from its acceptance with the advice of the provider
  // (0: none), to the first query.
  int64_t FirstWait(int64_t advised) const {
    if (!asks_) return absl::ToInt64Milliseconds(kContract.notices_end_after);
    return advised > 0 ? advised : backoff_;
  }

  // From the submission to the last query.
  int64_t length(int64_t advised) const {
    int64_t length = FirstWait(advised);
    for (int64_t made = 1; asks_ && made < max_queries_; ++made) length += WaitAfter(made);
    return length;
  }

  // From the `made`-th query, counted from 1, to the next.
  int64_t WaitAfter(int64_t made) const {
    int64_t wait = backoff_;
    for (int64_t i = 1; i < made && wait < cap_; ++i) wait *= 2;
    return std::min(wait, cap_);
  }

 private:
  bool asks_;
  int64_t max_queries_;
  int64_t backoff_;
  int64_t cap_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_QUERY_PLAN_H_
