#include "scenarios/command/tally.h"

#include <algorithm>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "reports/words.h"
#include "scenarios/command/failure.h"
#include "scenarios/search/signature.h"

namespace scenarios {
namespace {

using absl::StrCat;

settle::Verdict VerdictOf(const settle::CheckTotal& check) {
  if (check.seeds_violated() > 0) return settle::VIOLATED;
  if (check.seeds_unknown() > 0) return settle::INCONCLUSIVE;
  return check.exercised() == 0 ? settle::NOT_EXERCISED : settle::HELD;
}

// Whether judging failed.
bool AnyUnknown(const settle::RunResult& run) {
  return std::any_of(run.check().begin(), run.check().end(),
                     [](const settle::CheckResult& check) { return !check.unknown().empty(); });
}

// Whether so few seeds ran that a promise that held proves nothing.
bool TooFew(const settle::CampaignResult& campaign) {
  return !campaign.cut_short().empty() || campaign.ran() < campaign.min_seeds();
}

bool IsViolated(const settle::CampaignResult& campaign, absl::string_view name) {
  for (const settle::CheckTotal& check : campaign.check()) {
    if (check.name() == name) return check.seeds_violated() > 0;
  }
  return false;
}

// Why the promises cannot be called held, if so; a line for each reason.
settle::Verdict Undecided(const settle::CampaignResult& campaign, std::string& because) {
  if (campaign.inconclusive() > 0) {
    const bool one = campaign.inconclusive() == 1;
    because = StrCat(reports::Counted(campaign.inconclusive(), "seed"),
                     one ? " was inconclusive, seed " : " were inconclusive, seed ",
                     campaign.first_inconclusive_seed(), one ? "" : " first");
    return settle::INCONCLUSIVE;
  }
  if (TooFew(campaign)) {
    because = StrCat(reports::Counted(campaign.ran(), "seed"), " ran");
    if (!campaign.cut_short().empty()) absl::StrAppend(&because, ", ", campaign.cut_short());
    if (campaign.ran() < campaign.min_seeds()) {
      absl::StrAppend(&because, "; the scenario needs at least ",
                      reports::Grouped(campaign.min_seeds()), " to say that its promises held");
    }
    return settle::INCONCLUSIVE;
  }
  return settle::HELD;
}

}  // namespace

void AddSimulated(const settle::RunResult& run, settle::CampaignResult& total) {
  int64_t nanos = 0;
  if (__builtin_add_overflow(total.simulated_nanos(), run.simulated_nanos(), &nanos)) {
    nanos = std::numeric_limits<int64_t>::max();
  }
  total.set_simulated_nanos(nanos);
}

Tally::Tally(settle::CampaignResult begun, settle::Repro overrides)
    : total_(std::move(begun)), overrides_(std::move(overrides)) {}

void Tally::Add(const settle::RunResult& run) {
  total_.set_build(run.build());
  total_.set_ran(total_.ran() + 1);
  total_.set_events(total_.events() + run.events());
  AddSimulated(run, total_);
  switch (run.verdict()) {
    case settle::VIOLATED:
      total_.set_violated(total_.violated() + 1);
      break;
    case settle::INCONCLUSIVE:
      if (total_.inconclusive() == 0) {
        total_.set_first_inconclusive_seed(run.seed());
        *total_.mutable_going_on() = run.going_on();
        if (run.going_on().empty() && !AnyUnknown(run)) total_.add_going_on("nobody knows what");
      }
      total_.set_inconclusive(total_.inconclusive() + 1);
      break;
    case settle::NOT_EXERCISED:
      total_.set_not_exercised(total_.not_exercised() + 1);
      break;
    default:
      total_.set_held(total_.held() + 1);
  }
  for (int i = 0; i < total_.rule_size(); ++i) {
    settle::RuleTotal& rule = *total_.mutable_rule(i);
    if (i < run.rule_matched_size()) rule.set_matched(rule.matched() + run.rule_matched(i));
    if (i < run.rule_fired_size()) rule.set_fired(rule.fired() + run.rule_fired(i));
  }
  for (int i = 0; i < std::min(total_.pin_size(), run.pin_reached_size()); ++i) {
    settle::PinTotal& pin = *total_.mutable_pin(i);
    if (run.pin_reached(i)) pin.set_seeds_reached(pin.seeds_reached() + 1);
  }
  for (const settle::Metric& metric : run.metric()) {
    const auto [at, fresh] = metrics_.emplace(metric.name(), total_.metric_size());
    if (fresh) total_.add_metric()->set_name(metric.name());
    settle::Metric& sum = *total_.mutable_metric(at->second);
    sum.set_value(sum.value() + metric.value());
  }
  distributions_.Add(run);
  AddSteps(run);
  AddChecks(run);
  AddFindings(run);
}

void Tally::AddChecks(const settle::RunResult& run) {
  for (const settle::CheckResult& check : run.check()) {
    const auto [at, fresh] = checks_.emplace(check.name(), total_.check_size());
    if (fresh) {
      settle::CheckTotal& added = *total_.add_check();
      added.set_name(check.name());
      added.set_catalogue(check.catalogue());
      added.set_claim(check.claim());
    }
    settle::CheckTotal& sum = *total_.mutable_check(at->second);
    sum.set_exercised(sum.exercised() + check.exercised());
    if (check.exercised() > 0) sum.set_seeds_exercised(sum.seeds_exercised() + 1);
    if (!check.judged()) sum.set_seeds_not_judged(sum.seeds_not_judged() + 1);
    if (!check.unknown().empty()) {
      if (sum.seeds_unknown() == 0) sum.set_unknown(check.unknown());
      sum.set_seeds_unknown(sum.seeds_unknown() + 1);
    }
    if (check.findings() > 0) {
      if (sum.seeds_violated() == 0) sum.set_first_violated_seed(run.seed());
      sum.set_seeds_violated(sum.seeds_violated() + 1);
    }
    sum.set_verdict(VerdictOf(sum));
  }
}

// Every run of a scenario has the same steps, in the same order.
void Tally::AddSteps(const settle::RunResult& run) {
  if (total_.step().empty()) {
    *total_.mutable_step() = run.step();
    return;
  }
  for (int i = 0; i < run.step_size(); ++i) {
    settle::StepCount& sum = *total_.mutable_step(i);
    sum.set_reached(sum.reached() + run.step(i).reached());
    sum.set_struck(sum.struck() + run.step(i).struck());
  }
}

void Tally::AddFindings(const settle::RunResult& run) {
  std::set<std::pair<std::string, std::string>> seen;  // in this run
  for (const settle::FindingResult& finding : run.finding()) {
    const std::string signature = Signature(finding);
    const std::pair<std::string, std::string> kind(finding.check(), signature);
    if (!seen.insert(kind).second) continue;
    const auto [at, fresh] = failures_.emplace(kind, total_.failure_size());
    if (fresh) {
      *total_.add_failure() = FailureOf(run, finding, overrides_);
      continue;
    }
    settle::Failure& failure = *total_.mutable_failure(at->second);
    const uint64_t seeds = failure.seeds() + 1;
    if (run.fired_size() < failure.repro().pin_size()) {
      const uint64_t first_seed = failure.first_seed();
      failure = FailureOf(run, finding, overrides_);
      failure.set_first_seed(first_seed);
    }
    failure.set_seeds(seeds);
  }
}

bool Tally::Decided() const {
  if (total_.violated() == 0) return false;
  if (total_.expect() != settle::VIOLATED) return true;
  return std::all_of(total_.expect_violated().begin(), total_.expect_violated().end(),
                     [this](const std::string& check) { return IsViolated(total_, check); });
}

settle::CampaignResult Tally::Total(absl::string_view cut_short) const {
  settle::CampaignResult total = total_;
  distributions_.Report(total);
  total.set_cut_short(std::string(cut_short));
  std::string because;
  const settle::Verdict undecided = Undecided(total, because);
  if (total.violated() > 0) {
    total.set_verdict(settle::VIOLATED);
  } else if (undecided != settle::HELD) {
    total.set_verdict(undecided);
    total.add_because(because);
  } else {
    total.set_verdict(settle::HELD);
    for (const settle::CheckTotal& check : total.check()) {
      if (check.verdict() != settle::NOT_EXERCISED) continue;
      total.set_verdict(settle::NOT_EXERCISED);
      total.add_because(StrCat(check.name(), " was never put to the test"));
    }
    for (const settle::RuleTotal& rule : total.rule()) {
      if (!rule.must_match() || rule.matched() > 0) continue;
      total.set_verdict(settle::NOT_EXERCISED);
      total.add_because(StrCat(rule.where(), ": this rule must match, and matched 0 times"));
    }
    for (const settle::PinTotal& pin : total.pin()) {
      if (!pin.must_reach() || pin.seeds_reached() > 0) continue;
      total.set_verdict(settle::NOT_EXERCISED);
      total.add_because(StrCat(pin.where(), ": no run came to the point of this pin"));
    }
  }

  bool as_expected = total.verdict() == total.expect();
  if (total.expect() == settle::VIOLATED && as_expected) {
    for (const std::string& check : total.expect_violated()) {
      if (IsViolated(total, check)) continue;
      as_expected = false;
      total.add_because(StrCat(check, " was to be violated, and was not"));
    }
  }
  total.set_as_expected(as_expected);
  for (settle::Failure& failure : *total.mutable_failure()) AddSentences(failure);
  return total;
}

ExitCode ExitCodeOf(const settle::CampaignResult& campaign) {
  if (campaign.as_expected()) return kExitOk;
  const bool undecided =
      campaign.verdict() == settle::INCONCLUSIVE || campaign.verdict() == settle::NOT_EXERCISED;
  // A check that was to be violated may need more seeds.
  const bool too_few = campaign.expect() == settle::VIOLATED && TooFew(campaign);
  return undecided || too_few ? kExitInconclusive : kExitUnexpected;
}

}  // namespace scenarios
