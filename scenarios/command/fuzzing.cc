#include "scenarios/command/fuzzing.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "faults/pins.h"
#include "reports/words.h"
#include "scenarios/build_id.h"
#include "scenarios/command/fuzz.pb.h"
#include "scenarios/command/fuzz_worker.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/repro.h"
#include "scenarios/search/guided_state.h"

namespace scenarios {
namespace {

using absl::StrCat;

constexpr uint64_t kGuidedAtOnce = 16;

std::string Clock(int64_t nanos) {
  const int64_t seconds = nanos / 1'000'000'000;
  if (seconds < 3600) return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
  return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

Fuzzing::Fuzzing(Session& session, const FuzzOptions& options, std::deque<Prospect>& prospects)
    : session_(session),
      options_(options),
      prospects_(prospects),
      build_(BuildId()),
      crew_(options.jobs, options.patience,
            [worker = std::make_shared<FuzzWorker>(prospects, options)](
                uint32_t task, uint64_t seed, const std::string& input) {
              return worker->Run(task, seed, input);
            }),
      in_hand_(static_cast<size_t>(options.jobs)) {}

ExitCode Fuzzing::Open() {
  auto corpus =
      Corpus::Open(options_.corpus, options_.resume ? IfMissing::kRefuse : IfMissing::kCreate);
  if (!corpus.ok()) return session_.Refuse(corpus.status());
  corpus_ = *std::move(corpus);
  if (const absl::Status known = CheckResumes(); !known.ok()) return session_.Refuse(known);
  const auto count = corpus_->CountRuns();
  if (!count.ok()) return session_.Refuse(count.status());
  in_corpus_ = *count;
  bool any = false;
  for (Prospect& prospect : prospects_) {
    const LoadedScenario& scenario = prospect.scenario();
    const absl::Status kept = corpus_->Keep(ForCorpus(scenario));
    if (!kept.ok()) return session_.Refuse(kept);
    const auto known = corpus_->Failures(scenario.hash());
    if (!known.ok()) return session_.Refuse(known.status());
    for (const CorpusFailure& failure : *known) {
      if (!failure.unreadable.empty()) session_.console.Complain(failure.unreadable);
    }
    std::vector<SeedInterval> ran;
    if (options_.resume) {
      auto seeds = corpus_->Ran(scenario.hash(), build_, options_.base_seed);
      if (!seeds.ok()) return session_.Refuse(seeds.status());
      ran = *std::move(seeds);
    }
    prospect.Begin(SeedQueue(options_.base_seed, options_.seeds, ran), *known);
    if (options_.guided()) {
      if (const absl::Status begun = BeginGuided(prospect); !begun.ok()) {
        return session_.Refuse(begun);
      }
    }
    any = any || !prospect.empty();
  }
  if (any) return kExitOk;
  session_.console.Complain(
      StrCat("nothing to run: ", options_.corpus, " has all these seeds already"));
  return kExitNothingRan;
}

// What never ran cannot go on: it is another scenario, or was another text then.
absl::Status Fuzzing::CheckResumes() {
  if (!options_.resume) return absl::OkStatus();
  const auto scenarios = corpus_->Scenarios();
  if (!scenarios.ok()) return scenarios.status();
  for (const Prospect& prospect : prospects_) {
    const bool known = std::any_of(scenarios->begin(), scenarios->end(),
                                   [&prospect](const CorpusScenario& scenario) {
                                     return scenario.hash == prospect.scenario().hash();
                                   });
    if (known) continue;
    return absl::InvalidArgumentError(StrCat("--resume: ", options_.corpus, " has no runs of ",
                                             prospect.scenario().path(),
                                             " as it is now; leave out --resume to begin with it"));
  }
  return absl::OkStatus();
}

// What earlier searches came to is known in any case: it is no reason to try it again. One
// that is resumed knows what it knew.
absl::Status Fuzzing::BeginGuided(Prospect& prospect) {
  const LoadedScenario& scenario = prospect.scenario();
  auto known = corpus_->Known(scenario.hash(), build_);
  if (!known.ok()) return known.status();
  prospect.Guide(
      GuidedRuns(scenario.plan(), options_.base_seed, options_.seeds, *std::move(known)));
  if (options_.resume) {
    const auto before = corpus_->Progress(scenario.hash(), build_, options_.base_seed);
    if (!before.ok()) return before.status();
    if (before->state.has_value() && !prospect.guided().GoOn(*before->state, before->made)) {
      return absl::UnavailableError(StrCat(options_.corpus,
                                           ": what it has of the guided search cannot be read; "
                                           "leave out --resume to begin anew"));
    }
  }
  KeepState(prospect);
  return absl::OkStatus();
}

ExitCode Fuzzing::Run() {
  progress_ = std::make_unique<ProgressLine>(session_.console);
  while (!IsOver()) {
    if (const absl::Status given = GiveOut(); !given.ok()) {
      Note(given);
      break;
    }
    if (crew_.all_idle()) break;
    const auto news = crew_.Wait(kMillisBetweenLooks);
    if (!news.ok()) {
      Note(news.status());
      break;
    }
    for (const Crew::News& one : *news) Take(one);
    ShowProgress();
  }
  if (code_ == kExitOk) MakeSmall();
  for (int worker = 0; worker < options_.jobs; ++worker) Flush(worker);
  for (Prospect& prospect : prospects_) {
    if (!options_.guided()) break;
    prospect.guided().LearnAll();
    KeepState(prospect);
  }
  for (Prospect& prospect : prospects_) {
    for (auto& [signature, kind] : prospect.kinds()) {
      if (!kind.confirmed && Interrupted() == kExitOk) Confirm(prospect, kind);
    }
  }
  progress_.reset();
  return Worse(code_, Interrupted());
}

bool Fuzzing::IsOver() const {
  if (Interrupted() != kExitOk || code_ != kExitOk) return true;
  if (options_.stop_after > 0 && new_kinds_ >= options_.stop_after) return true;
  return absl::Nanoseconds(progress_->elapsed_nanos()) >= options_.time;
}

// Scenarios take turns.
absl::Status Fuzzing::GiveOut() {
  for (size_t tried = 0; crew_.idle() && tried < prospects_.size();) {
    const auto task = static_cast<uint32_t>(turn_++ % prospects_.size());
    const absl::StatusOr<bool> given = options_.guided() ? GiveGuided(task) : GiveSeeds(task);
    if (!given.ok()) return given.status();
    tried = *given ? 0 : tried + 1;
  }
  return absl::OkStatus();
}

// The last seeds are shared out evenly.
absl::StatusOr<bool> Fuzzing::GiveSeeds(uint32_t task) {
  Prospect& prospect = prospects_[task];
  if (prospect.empty()) return false;
  const auto jobs = static_cast<uint64_t>(options_.jobs);
  const uint64_t share = (prospect.queue().size() + jobs - 1) / jobs;
  const SeedInterval seeds = prospect.queue().Take(std::min(prospect.batch_size(), share));
  const absl::Status given = crew_.Give({task, seeds.first, seeds.last - seeds.first + 1});
  if (!given.ok()) return given;
  return true;
}

absl::StatusOr<bool> Fuzzing::GiveGuided(uint32_t task) {
  Prospect& prospect = prospects_[task];
  const std::optional<GuidedRun> run = prospect.guided().Take();
  if (prospect.guided().TakeStateIsNew()) {
    for (int worker = 0; worker < options_.jobs; ++worker) Flush(worker);
    KeepState(prospect);
  }
  if (!run.has_value()) return false;
  settle::GuidedPlan plan;
  plan.set_seed(run->seed);
  plan.set_swarm(run->swarm);
  for (const sim::Pin& pin : run->pins) *plan.add_pin() = faults::PinProto(pin);
  const absl::Status given = crew_.Give({task, run->number, 1}, plan.SerializeAsString());
  if (!given.ok()) return given;
  return true;
}

void Fuzzing::Take(const Crew::News& news) {
  Prospect& prospect = prospects_[news.task];
  InHand& in_hand = in_hand_[static_cast<size_t>(news.worker)];
  if (in_hand.prospect != nullptr && in_hand.prospect != &prospect) Flush(news.worker);
  in_hand.prospect = &prospect;
  ++ran_;
  if (!news.death.empty()) {
    TakeDeath(news, prospect, in_hand);
  } else {
    TakeReport(news, prospect, in_hand);
  }
  ++in_hand.runs;
  if (!news.batch_ends) return;
  prospect.BatchTook(in_hand.runs, news.took);
  // A guided run is handed over alone: several are kept at once.
  if (!options_.guided() || !in_hand.signatures.empty() || in_hand.runs >= kGuidedAtOnce) {
    Flush(news.worker);
  }
}

void Fuzzing::TakeDeath(const Crew::News& news, Prospect& prospect, InHand& in_hand) {
  GuidedRun run;
  run.seed = news.seed;
  run.swarm = options_.swarm();
  if (options_.guided()) {
    run = prospect.guided().taken(news.seed);
    prospect.guided().Return(news.seed, {}, Covered());
  }
  const bool by_seed = run.BySeed() && options_.ties == settle::DRAWN;
  if (by_seed) {
    SeedRun& row = in_hand.batch.runs.emplace_back();
    row.seed = run.seed;
  }
  for (std::string& signature : prospect.AddDeath(run, by_seed, news.death, build_)) {
    in_hand.signatures.push_back(std::move(signature));
  }
  if (news.left.count > 0) {
    prospect.queue().Return({news.left.first, news.left.first + news.left.count - 1});
  }
}

void Fuzzing::TakeReport(const Crew::News& news, Prospect& prospect, InHand& in_hand) {
  settle::SeedReport report;
  if (!report.ParseFromString(news.result)) {
    Note(absl::InternalError("a worker sent what is no result"));
    return;
  }
  const settle::RunResult& run = report.run();
  bool by_seed = options_.plain();
  if (options_.guided()) {
    by_seed = prospect.guided().taken(news.seed).BySeed();
    Covered covered;
    covered.features.assign(report.feature().begin(), report.feature().end());
    covered.alternatives = ToAlternatives(report.alternative());
    prospect.guided().Return(news.seed, ToPins(report.struck()), std::move(covered));
  }
  // What a seed comes to by itself.
  if (by_seed)
    in_hand.batch.runs.push_back({run.seed(), run.verdict(), run.events(), run.digest()});
  for (std::string& signature : prospect.Add(run, by_seed)) {
    in_hand.signatures.push_back(std::move(signature));
  }
  if (report.repeated()) ++repeated_;
  if (!report.not_repeated().empty()) Note(absl::UnavailableError(report.not_repeated()));
  if (report.repeated() && report.again() != run.digest()) {
    Diverged(prospect, run.seed(), "in a worker and another in a fresh process",
             StrCat(prospect.scenario().path(), "@", run.seed()));
  }
}

void Fuzzing::KeepHits(Prospect& prospect) {
  Guidance guidance;
  guidance.hits = prospect.guided().TakeNews();
  Note(corpus_->Keep(prospect.scenario().hash(), build_, guidance));
}

// Once all runs before it are kept: nobody will make them again.
void Fuzzing::KeepState(Prospect& prospect) {
  Guidance guidance;
  guidance.hits = prospect.guided().TakeNews();
  guidance.base_seed = options_.base_seed;
  guidance.made = prospect.guided().made();
  guidance.state = prospect.guided().state();
  Note(corpus_->Keep(prospect.scenario().hash(), build_, guidance));
}

// Keeps what a worker has run, then says what is new in it.
void Fuzzing::Flush(int worker) {
  InHand in_hand = std::exchange(in_hand_[static_cast<size_t>(worker)], InHand());
  if (in_hand.prospect == nullptr) return;
  Prospect& prospect = *in_hand.prospect;
  CorpusBatch& batch = in_hand.batch;
  batch.scenario = prospect.scenario().hash();
  batch.build = build_;
  const std::set<std::string> signatures(in_hand.signatures.begin(), in_hand.signatures.end());
  for (const std::string& signature : signatures) {
    const FailureKind& kind = prospect.kinds().at(signature);
    if (!kind.small) batch.failures.push_back(prospect.Kept(kind));
  }
  const auto kept = corpus_->Keep(batch);
  if (!kept.ok()) return Note(kept.status());
  in_corpus_ += kept->added;
  if (options_.guided()) KeepHits(prospect);
  for (const uint64_t seed : kept->differ) {
    Diverged(prospect, seed, StrCat("here and another when ", options_.corpus, " learnt of it"),
             StrCat(prospect.scenario().path(), "@", seed));
  }
  for (const std::string& signature : signatures) {
    FailureKind& kind = prospect.kinds().at(signature);
    if (kind.told) {
      Keep(prospect, kind);
      continue;
    }
    // What does not show it any more is of no use, however few faults it needs.
    if (kind.returns) Note(corpus_->Replace(prospect.Kept(kind)));
    Tell(prospect, kind);
  }
}

// Nothing of what was found so far is lost.
void Fuzzing::Note(const absl::Status& status) {
  if (status.ok()) return;
  progress_->Remove();
  session_.console.Complain(status.message());
  code_ = Worse(code_, absl::IsInternal(status) ? kExitInternal : kExitEnvironment);
}

void Fuzzing::ShowProgress() {
  uint64_t done = ran_, total = 0;
  if (options_.time != absl::InfiniteDuration()) {
    done = static_cast<uint64_t>(progress_->elapsed_nanos());
    total = static_cast<uint64_t>(absl::ToInt64Nanoseconds(options_.time));
  } else if (options_.seeds < kMostSeed) {
    total = options_.seeds * prospects_.size();
  }
  progress_->Show(done, total, [this] {
    const int64_t elapsed = progress_->elapsed_nanos();
    const double seconds = static_cast<double>(elapsed) / 1e9;
    return absl::StrFormat("  %s  seeds %s  %.3g/s  violations %d (%d new)  corpus %s",
                           Clock(elapsed), reports::Grouped(ran_),
                           static_cast<double>(ran_) / seconds, kinds_, new_kinds_,
                           reports::Grouped(in_corpus_));
  });
}

}  // namespace scenarios
