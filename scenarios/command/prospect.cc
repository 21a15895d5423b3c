#include "scenarios/command/prospect.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "google/protobuf/text_format.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/tally.h"
#include "scenarios/repro.h"

namespace scenarios {
namespace {

// Long enough that handing over costs nothing, short enough that little is lost with the
// process that waits for it.
constexpr absl::Duration kBatch = absl::Milliseconds(250);
constexpr uint64_t kMostSeeds = 1000;

// Tells `met` as it was made small before. What another build made small may be another run now.
void Adopt(const CorpusFailure& small, settle::Failure& met) {
  if (small.repro.build() != met.repro().build()) return;
  met.set_preliminary(met.signature());
  met.set_signature(small.signature);
  met.mutable_finding()->set_what(small.finding);
  met.mutable_finding()->set_key(small.repro.key());
  *met.mutable_repro() = small.repro;
}

}  // namespace

CorpusScenario ForCorpus(const LoadedScenario& scenario) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(scenario.text(), &text);
  return {scenario.hash(), scenario.path(), text};
}

Prospect::Prospect(std::unique_ptr<LoadedScenario> scenario, std::string folder,
                   const Overrides& overrides)
    : scenario_(std::move(scenario)),
      folder_(std::move(folder)),
      begun_(overrides.Recorded(scenario_->path())) {
  counts_.set_scenario(scenario_->name());
  counts_.set_path(scenario_->path());
  counts_.set_about(scenario_->text().about());
  counts_.set_scenario_hash(scenario_->hash());
  counts_.set_expect(scenario_->text().expect());
  *counts_.mutable_expect_violated() = scenario_->text().violated();
  for (const PlannedCheck& check : scenario_->checks()) {
    settle::CheckTotal& total = *counts_.add_check();
    total.set_name(check.name);
    total.set_catalogue(check.catalogue);
    total.set_claim(check.claim);
  }
}

void Prospect::Begin(SeedQueue queue, const std::vector<CorpusFailure>& known) {
  queue_ = std::make_unique<SeedQueue>(std::move(queue));
  for (const CorpusFailure& failure : known) {
    std::set<std::string> met_as = failure.preliminary;
    if (met_as.empty()) met_as.insert(failure.signature);
    for (const std::string& signature : met_as) {
      const auto [at, fresh] = known_.try_emplace(signature, failure);
      if (!fresh && at->second.status < failure.status) at->second = failure;
    }
  }
}

void Prospect::BatchTook(uint64_t seeds, absl::Duration time) {
  if (seeds == 0) return;
  const absl::Duration each = std::max(time / static_cast<int64_t>(seeds), absl::Microseconds(1));
  batch_size_ = std::clamp<uint64_t>(static_cast<uint64_t>(kBatch / each), 1, kMostSeeds);
}

std::vector<std::string> Prospect::Add(const settle::RunResult& run, bool by_seed) {
  ++ran_;
  counts_.set_ran(ran_);
  counts_.set_build(run.build());
  counts_.set_events(counts_.events() + run.events());
  AddSimulated(run, counts_);
  switch (run.verdict()) {
    case settle::VIOLATED:
      counts_.set_violated(counts_.violated() + 1);
      break;
    case settle::INCONCLUSIVE:
      if (counts_.inconclusive() == 0 || run.seed() < counts_.first_inconclusive_seed()) {
        counts_.set_first_inconclusive_seed(run.seed());
      }
      counts_.set_inconclusive(counts_.inconclusive() + 1);
      break;
    case settle::NOT_EXERCISED:
      counts_.set_not_exercised(counts_.not_exercised() + 1);
      break;
    default:
      counts_.set_held(counts_.held() + 1);
  }
  for (int i = 0; i < std::min(run.check_size(), counts_.check_size()); ++i) {
    settle::CheckTotal& total = *counts_.mutable_check(i);
    const settle::CheckResult& check = run.check(i);
    total.set_exercised(total.exercised() + check.exercised());
    if (check.exercised() > 0) total.set_seeds_exercised(total.seeds_exercised() + 1);
    if (check.findings() > 0) total.set_seeds_violated(total.seeds_violated() + 1);
  }
  std::vector<std::string> news;
  for (const settle::FindingResult& finding : run.finding()) {
    for (std::string& signature : Meet(FailureOf(run, finding, begun_), false, by_seed)) {
      news.push_back(std::move(signature));
    }
  }
  return news;
}

// Nobody knows which faults of the rules struck, so a repro has the rules on.
std::vector<std::string> Prospect::AddDeath(const GuidedRun& run, bool by_seed,
                                            const std::string& how, const std::string& build) {
  ++ran_;
  counts_.set_ran(ran_);
  settle::Repro begun = begun_;
  begun.set_rules(by_seed     ? settle::RULES_OFF
                  : run.swarm ? settle::RULES_BY_SEED
                              : settle::RULES_AS_WRITTEN);
  return Meet(DeathOf(run.seed, run.pins, how, build, scenario_->hash(), begun), true, by_seed);
}

std::vector<std::string> Prospect::Meet(settle::Failure failure, bool ended_process, bool by_seed) {
  const std::string signature = failure.signature();
  const auto [at, fresh] = kinds_.try_emplace(signature);
  FailureKind& kind = at->second;
  if (fresh) {
    const auto before = known_.find(signature);
    kind.known = before != known_.end() && before->second.status == FailureStatus::kFailing;
    kind.returns = before != known_.end() && !kind.known;
    kind.small = kind.known && !before->second.preliminary.empty();
    kind.ended_process = ended_process;
    kind.by_seed = by_seed;
    kind.failure = std::move(failure);
    if (kind.small) Adopt(before->second, kind.failure);
    return {signature};
  }
  const uint64_t seeds = kind.failure.seeds() + 1;
  const uint64_t first = std::min(kind.failure.first_seed(), failure.first_seed());
  const bool better =
      kind.failure.preliminary().empty() && Rank(failure.repro()) < Rank(kind.failure.repro());
  if (better) {
    kind.failure = std::move(failure);
    kind.by_seed = by_seed;
    kind.confirmed = false;
  }
  kind.failure.set_seeds(seeds);
  kind.failure.set_first_seed(first);
  if (better) return {signature};
  return {};
}

const settle::Repro& Prospect::BestRepro(const FailureKind& kind) const {
  const settle::Repro& met = kind.failure.repro();
  const auto before = known_.find(kind.failure.signature());
  if (before == known_.end() || !before->second.preliminary.empty()) return met;
  const settle::Repro& kept = before->second.repro;
  if (kept.build() != met.build() || kept.digest() == 0) return met;
  return Rank(kept) < Rank(met) ? kept : met;
}

FailureKind* Prospect::Replace(const settle::Repro& made_of, const settle::Failure& small) {
  const auto kind = kinds_.find(small.preliminary());
  if (kind == kinds_.end() || kind->second.small ||
      BestRepro(kind->second).seal() != made_of.seal()) {
    return nullptr;
  }
  kind->second.small = true;
  // Kinds that have become one have one repro: whichever is made small first, the best.
  settle::Failure best = small;
  for (const auto& [signature, other] : kinds_) {
    const settle::Failure& theirs = other.failure;
    if (&other != &kind->second && theirs.signature() == small.signature() &&
        Rank(theirs.repro()) < Rank(best.repro())) {
      best = theirs;
    }
  }
  for (auto& [signature, other] : kinds_) {
    if (&other != &kind->second && other.failure.signature() != small.signature()) continue;
    const settle::Failure before = std::exchange(other.failure, best);
    other.failure.set_seeds(before.seeds());
    other.failure.set_first_seed(before.first_seed());
    other.failure.set_preliminary(signature);
    other.confirmed = false;
  }
  return &kind->second;
}

bool Prospect::IsExpected(const FailureKind& kind) const {
  return !kind.ended_process && scenario_->text().expect() == settle::VIOLATED;
}

std::vector<FailureKind> Prospect::Shapes() const {
  std::map<std::string, size_t> places;
  std::vector<FailureKind> shapes;
  for (const auto& [signature, kind] : kinds_) {
    const auto [at, fresh] = places.try_emplace(kind.failure.signature(), shapes.size());
    if (fresh) {
      shapes.push_back(kind);
      continue;
    }
    FailureKind& shape = shapes[at->second];
    shape.known = shape.known || kind.known;
    shape.failure.set_seeds(shape.failure.seeds() + kind.failure.seeds());
    shape.failure.set_first_seed(std::min(shape.failure.first_seed(), kind.failure.first_seed()));
  }
  return shapes;
}

CorpusFailure Prospect::Kept(const FailureKind& kind) const {
  const settle::Failure& failure = kind.failure;
  CorpusFailure kept;
  kept.scenario = scenario_->hash();
  kept.signature = failure.signature();
  if (!failure.preliminary().empty()) kept.preliminary = {failure.preliminary()};
  kept.check = failure.finding().check();
  kept.finding = failure.finding().what();
  kept.first_build = failure.repro().build();
  kept.first_seed = failure.first_seed();
  kept.repro = failure.repro();
  return kept;
}

settle::CampaignResult Prospect::Told() const {
  settle::CampaignResult told = counts_;
  bool exercised = true;
  for (settle::CheckTotal& check : *told.mutable_check()) {
    check.set_verdict(check.seeds_violated() > 0 ? settle::VIOLATED
                      : check.exercised() == 0   ? settle::NOT_EXERCISED
                                                 : settle::HELD);
    if (check.exercised() == 0) {
      exercised = false;
      told.add_because(check.name() + " was never put to the test");
    }
  }
  for (const FailureKind& shape : Shapes()) *told.add_failure() = shape.failure;
  bool met = true;  // all that was to be violated, now or before
  for (const std::string& name : told.expect_violated()) {
    const auto of_check = [&name](const auto& one) { return one.second.check == name; };
    const auto met_now = [&name](const auto& one) {
      return one.second.failure.finding().check() == name;
    };
    if (std::any_of(kinds_.begin(), kinds_.end(), met_now) ||
        std::any_of(known_.begin(), known_.end(), of_check)) {
      continue;
    }
    met = false;
    told.add_because(name + " was to be violated, and was not");
  }
  const bool died = std::any_of(kinds_.begin(), kinds_.end(),
                                [](const auto& one) { return one.second.ended_process; });
  if (died || told.violated() > 0) {
    told.set_verdict(settle::VIOLATED);
  } else if (told.inconclusive() > 0) {
    told.set_verdict(settle::INCONCLUSIVE);
    told.add_because("seed " + std::to_string(told.first_inconclusive_seed()) +
                     " was inconclusive, first of " + std::to_string(told.inconclusive()));
  } else {
    told.set_verdict(exercised ? settle::HELD : settle::NOT_EXERCISED);
  }
  told.set_as_expected(!died && met && told.verdict() == told.expect());
  return told;
}

}  // namespace scenarios
