// What a fuzzing does with failures: it tells each kind once, keeps its repro file, repeats
// it in a fresh process, and makes it small at the end.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/atomic_file.h"
#include "scenarios/command/announcement.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/fuzz.pb.h"
#include "scenarios/command/fuzz_text.h"
#include "scenarios/command/fuzzing.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/result_files.h"
#include "scenarios/command/target.h"
#include "scenarios/repro.h"

namespace scenarios {

using absl::StrCat;

// One of each kind. Of the same runs the same ones, however many processes there are.
void Fuzzing::MakeSmall() {
  std::vector<Large> large;
  for (size_t task = 0; task < prospects_.size(); ++task) {
    for (const auto& [signature, kind] : prospects_[task].kinds()) {
      if (kind.small || kind.ended_process) continue;
      Large& one = large.emplace_back();
      one.task = static_cast<uint32_t>(task);
      one.failure = kind.failure;
      *one.failure.mutable_repro() = prospects_[task].BestRepro(kind);
    }
  }
  const auto many = static_cast<uint32_t>(prospects_.size());
  size_t next = 0;
  while ((next < large.size() || !crew_.all_idle()) && Interrupted() == kExitOk) {
    for (; crew_.idle() && next < large.size(); ++next) {
      const Large& one = large[next];
      const absl::Status given =
          crew_.Give({many + one.task, next, 1}, one.failure.SerializeAsString());
      if (!given.ok()) return Note(given);
    }
    const auto news = crew_.Wait(kMillisBetweenLooks);
    if (!news.ok()) return Note(news.status());
    for (const Crew::News& one : *news) one.task < many ? Take(one) : TakeSmall(one, large);
  }
}

// A worker that ended over it leaves the failure as large as it is.
void Fuzzing::TakeSmall(const Crew::News& news, const std::vector<Large>& large) {
  const Large& made_of = large[news.seed];
  Prospect& prospect = prospects_[made_of.task];
  settle::SeedReport report;
  if (!news.death.empty() || !report.ParseFromString(news.result) || !report.has_small()) return;
  FailureKind* const kind = prospect.Replace(made_of.failure.repro(), report.small());
  if (kind == nullptr) return;
  // Those of its shape have its repro by now.
  for (auto& [signature, other] : prospect.kinds()) {
    if (other.failure.signature() == kind->failure.signature()) Keep(prospect, other);
  }
  Note(corpus_->Refile(prospect.Kept(*kind)));
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
  if (kind.ended_process && kind.by_seed) return;
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
  if (kind.ended_process || kind.failure.repro_file().empty()) return;
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
  Diverged(prospect, repro.seed(), "in a worker and another in a fresh process", file);
}

// `run`: what `replay` is given, a seed or a repro file.
void Fuzzing::Diverged(const Prospect& prospect, uint64_t seed, const std::string& where,
                       const std::string& run) {
  const bool said = code_ == kExitNondeterminism;
  code_ = Worse(code_, kExitNondeterminism);
  if (said) return;  // One says it all.
  const auto target = LoadTarget(run, Overrides(), session_.catalogue);
  if (!target.ok()) return Note(target.status());
  const std::unique_ptr<Runner> runner = NewRunner(*target->scenario);
  RunOptions here = target->options;
  here.stop = [] { return Interrupted() != kExitOk; };
  const auto found =
      Locate(InThisProcess(*runner, here), InFreshProcess({run}, Addresses::kAsConfigured));
  progress_->Remove();
  SayNondeterminism(StrCat(run, ": seed ", seed, " had one trace ", where, "\n",
                           found.ok() ? found->ToString() : ""),
                    prospect.scenario().path(), session_);
}

}  // namespace scenarios
