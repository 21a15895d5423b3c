#include "scenarios/command/fuzzing.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/build_id.h"
#include "scenarios/command/announcement.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/fuzz.pb.h"
#include "scenarios/command/fuzz_text.h"
#include "scenarios/command/fuzz_worker.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/result_files.h"
#include "scenarios/repro.h"

namespace scenarios {
namespace {

using absl::StrCat;

constexpr int kMillisBetweenLooks = 100;

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
                uint32_t task, uint64_t seed) { return worker->Run(task, seed); }),
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
    std::vector<SeedInterval> ran;
    if (options_.resume) {
      auto seeds = corpus_->Ran(scenario.hash(), build_, options_.base_seed);
      if (!seeds.ok()) return session_.Refuse(seeds.status());
      ran = *std::move(seeds);
    }
    prospect.Begin(SeedQueue(options_.base_seed, options_.seeds, ran), *known);
    any = any || !prospect.queue().empty();
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
    for (auto& [signature, kind] : prospect.kinds()) {
      if (!kind.confirmed && Interrupted() == kExitOk) Confirm(prospect, kind);
    }
  }
  progress_.reset();
  return Worse(code_, Interrupted());
}

// One of each kind. Of the same seeds the same ones, however many processes there are.
void Fuzzing::MakeSmall() {
  std::set<std::pair<uint32_t, uint64_t>> seeds;
  for (size_t task = 0; task < prospects_.size(); ++task) {
    for (const auto& [signature, kind] : prospects_[task].kinds()) {
      if (kind.small || kind.ended_process) continue;
      seeds.emplace(static_cast<uint32_t>(task), prospects_[task].BestSeed(kind));
    }
  }
  const auto many = static_cast<uint32_t>(prospects_.size());
  while ((!seeds.empty() || !crew_.all_idle()) && Interrupted() == kExitOk) {
    while (crew_.idle() && !seeds.empty()) {
      const auto [task, seed] = *seeds.begin();
      seeds.erase(seeds.begin());
      if (const absl::Status given = crew_.Give({many + task, seed, 1}); !given.ok()) {
        return Note(given);
      }
    }
    const auto news = crew_.Wait(kMillisBetweenLooks);
    if (!news.ok()) return Note(news.status());
    for (const Crew::News& one : *news) one.task < many ? Take(one) : TakeSmall(one);
  }
}

// A worker that ended over it leaves the failure as large as it is.
void Fuzzing::TakeSmall(const Crew::News& news) {
  Prospect& prospect = prospects_[news.task - prospects_.size()];
  settle::SeedReport report;
  if (!news.death.empty() || !report.ParseFromString(news.result)) return;
  for (const settle::Failure& small : report.small()) {
    FailureKind* const kind = prospect.Replace(small);
    if (kind == nullptr) continue;
    Keep(prospect, *kind);
    Note(corpus_->Refile(prospect.Kept(*kind)));
  }
}

bool Fuzzing::IsOver() const {
  if (Interrupted() != kExitOk || code_ != kExitOk) return true;
  if (options_.stop_after > 0 && new_kinds_ >= options_.stop_after) return true;
  return absl::Nanoseconds(progress_->elapsed_nanos()) >= options_.time;
}

// Scenarios take turns. The last seeds are shared out evenly.
absl::Status Fuzzing::GiveOut() {
  for (size_t tried = 0; crew_.idle() && tried < prospects_.size();) {
    const size_t task = turn_++ % prospects_.size();
    Prospect& prospect = prospects_[task];
    if (prospect.queue().empty()) {
      ++tried;
      continue;
    }
    tried = 0;
    const auto jobs = static_cast<uint64_t>(options_.jobs);
    const uint64_t share = (prospect.queue().size() + jobs - 1) / jobs;
    const SeedInterval seeds = prospect.queue().Take(std::min(prospect.batch_size(), share));
    const absl::Status given =
        crew_.Give({static_cast<uint32_t>(task), seeds.first, seeds.last - seeds.first + 1});
    if (!given.ok()) return given;
  }
  return absl::OkStatus();
}

void Fuzzing::Take(const Crew::News& news) {
  Prospect& prospect = prospects_[news.task];
  InHand& in_hand = in_hand_[static_cast<size_t>(news.worker)];
  in_hand.prospect = &prospect;
  ++ran_;
  SeedRun row;
  row.seed = news.seed;
  std::vector<std::string> signatures;
  settle::SeedReport report;
  if (!news.death.empty()) {
    signatures = prospect.AddDeath(news.seed, news.death, build_);
    if (news.left.count > 0) {
      prospect.queue().Return({news.left.first, news.left.first + news.left.count - 1});
    }
  } else if (report.ParseFromString(news.result)) {
    const settle::RunResult& run = report.run();
    row.verdict = run.verdict();
    row.events = run.events();
    row.digest = run.digest();
    signatures = prospect.Add(run);
    if (report.repeated()) ++repeated_;
    if (!report.not_repeated().empty()) Note(absl::UnavailableError(report.not_repeated()));
    if (report.repeated() && report.again() != run.digest()) {
      Diverged(prospect, run.seed(), "in a worker and another in a fresh process",
               {StrCat(prospect.scenario().path(), "@", run.seed())});
    }
  } else {
    Note(absl::InternalError("a worker sent what is no result"));
    return;
  }
  in_hand.batch.runs.push_back(row);
  in_hand.signatures.insert(in_hand.signatures.end(), signatures.begin(), signatures.end());
  if (!news.batch_ends) return;
  prospect.BatchTook(in_hand.batch.runs.size(), news.took);
  Flush(news.worker);
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
  for (const uint64_t seed : kept->differ) {
    Diverged(prospect, seed, StrCat("here and another when ", options_.corpus, " learnt of it"),
             {StrCat(prospect.scenario().path(), "@", seed)});
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

void Fuzzing::Tell(Prospect& prospect, FailureKind& kind) {
  kind.told = true;
  ++kinds_;
  if (!kind.known) ++new_kinds_;
  Keep(prospect, kind);
  if (kind.known) return;
  if (Interrupted() == kExitOk) Confirm(prospect, kind);
  progress_->Remove();
  SayFailure(prospect, kind, session_);
}

// Its repro file.
void Fuzzing::Keep(Prospect& prospect, FailureKind& kind) {
  if (kind.ended_process) return;
  const std::string name = FailureFile(kind.failure) + kReproEnding;
  absl::Status status = reports::MakeWritableDirectory(prospect.folder());
  if (status.ok()) {
    status = WriteRepro(StrCat(prospect.folder(), "/", name), kind.failure.repro());
  }
  if (!status.ok()) return Note(status);
  kind.failure.set_repro_file(name);
}

void Fuzzing::Confirm(Prospect& prospect, FailureKind& kind) {
  kind.confirmed = true;
  if (kind.failure.repro_file().empty()) return;
  const settle::Repro& repro = kind.failure.repro();
  const std::string file = StrCat(prospect.folder(), "/", kind.failure.repro_file());
  const auto again = InFreshProcess({file}, Addresses::kAsConfigured)(/*trace_file=*/"");
  if (absl::IsCancelled(again.status())) return;
  if (!again.ok()) return Note(again.status());
  if (again->scenario_hash() != repro.scenario_hash()) {
    return Note(absl::UnavailableError(StrCat(prospect.scenario().path(),
                                              ", or a file that it includes, has changed while it "
                                              "ran; run it again")));
  }
  if (again->digest() == repro.digest()) {
    ++repeated_;
    return;
  }
  Diverged(prospect, repro.seed(), "in a worker and another in a fresh process", {file});
}

void Fuzzing::Diverged(const Prospect& prospect, uint64_t seed, const std::string& where,
                       const std::vector<std::string>& words) {
  const bool said = code_ == kExitNondeterminism;
  code_ = Worse(code_, kExitNondeterminism);
  if (said) return;  // One says it all.
  const std::unique_ptr<Runner> runner = NewRunner(prospect.scenario());
  RunOptions here;
  here.seed = seed;
  here.stop = [] { return Interrupted() != kExitOk; };
  const auto found =
      Locate(InThisProcess(*runner, here), InFreshProcess(words, Addresses::kAsConfigured));
  progress_->Remove();
  SayNondeterminism(StrCat(words.front(), ": seed ", seed, " had one trace ", where, "\n",
                           found.ok() ? found->ToString() : ""),
                    prospect.scenario().path(), session_);
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
