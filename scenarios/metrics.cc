#include "scenarios/metrics.h"

namespace scenarios {
namespace {

void Add(const char* name, int64_t value, settle::RunResult& result) {
  settle::Metric& metric = *result.add_metric();
  metric.set_name(name);
  metric.set_value(value);
}

}  // namespace

void Metrics::OnCommit(const sim::Commit& commit) {
  ++commits_;
  rows_changed_ += static_cast<int64_t>(commit.changes.size());
}

void Metrics::OnTraffic(const sim::Traffic& traffic) {
  switch (traffic.kind) {
    case sim::TrafficKind::kSent:
    case sim::TrafficKind::kAnswered:
      ++messages_sent_;
      break;
    case sim::TrafficKind::kTimedOut:
      ++timeouts_;
      break;
    case sim::TrafficKind::kDelivered:
    case sim::TrafficKind::kReturned:
    case sim::TrafficKind::kRefused:
      break;
  }
}

void Metrics::OnCrash(absl::string_view, sim::Nanos) { ++crashes_; }

void Metrics::Report(settle::RunResult& result) const {
  Add("commits", commits_, result);
  Add("crashes", crashes_, result);
  Add("events", static_cast<int64_t>(result.events()), result);
  Add("messages_sent", messages_sent_, result);
  Add("rows_changed", rows_changed_, result);
  Add("timeouts", timeouts_, result);
}

}  // namespace scenarios
