#include "scenarios/command/campaign.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/sentences.h"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/text.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/result_files.h"
#include "scenarios/command/temporary_folder.h"
#include "scenarios/command/workers.h"
#include "scenarios/repro.h"
#include "sim/net/network.h"

namespace scenarios {
namespace {

using absl::StrCat;

// Failures of a kind each that are written and repeated; the others are counted.
constexpr int kMostFailures = 10;

class Campaign {
 public:
  Campaign(const LoadedScenario& scenario, Runner& runner, const CampaignOptions& options)
      : scenario_(scenario),
        runner_(runner),
        options_(options),
        tally_(Begun(scenario, options), options.overrides.Recorded(scenario.path())) {}

  CampaignOutcome Run() {
    const std::string cut_short = RunSeeds();
    if (first_.has_value() && !IsInterrupted()) Confirm();
    outcome_.result = tally_.Total(cut_short);
    KeepFailures();
    outcome_.result.set_replayed(repeated_);
    KeepResult();
    return std::move(outcome_);
  }

 private:
  // Returns why not all of them ran.
  std::string RunSeeds() {
    const uint64_t count = options_.seeds.count();
    const auto run = [this](uint64_t seed) { return RunSeed(seed); };
    std::optional<Workers> workers;
    if (options_.jobs > 1 && count > 1 && options_.traces != KeepTraces::kAlways) {
      workers.emplace(static_cast<int>(std::min<uint64_t>(count, options_.jobs)), options_.seeds,
                      run, [this] { return IsToStop(); });
    }
    for (uint64_t i = 0; i < count; ++i) {
      const absl::StatusOr<settle::RunResult> result =
          workers ? workers->Next() : run(options_.seeds.first + i * options_.seeds.step);
      if (absl::IsCancelled(result.status())) return options_.why_stop();
      if (!result.ok()) {
        Note(result.status());
        return "then a worker was lost";
      }
      if (result->stopped()) return options_.why_stop();
      tally_.Add(*result);
      if (!first_.has_value()) first_ = *result;
      if (options_.after_run) options_.after_run(*result);
      if (i + 1 == count) break;
      // Workers still have what ended meanwhile.
      if (!workers && IsToStop()) return options_.why_stop();
      if (options_.fail_fast && tally_.Decided()) return "then the verdict was clear";
    }
    return "";
  }

  bool IsToStop() const { return options_.why_stop && !options_.why_stop().empty(); }

  static bool IsInterrupted() { return Interrupted() != kExitOk; }

  settle::RunResult RunSeed(uint64_t seed) {
    NowRunning(scenario_.path(), seed);
    RunOptions run = options_.overrides.Options();
    run.seed = seed;
    if (options_.why_stop) run.stop = [this] { return IsToStop(); };
    if (options_.traces != KeepTraces::kAlways) return runner_.Run(run);
    const std::string file = StrCat(options_.directory, "/", SeedTraceFile(seed));
    absl::StatusOr<settle::RunResult> result = InThisProcess(runner_, run)(file);
    if (result.ok()) return *std::move(result);
    Note(result.status());
    return runner_.Run(run);  // Which ends at once, if that is why.
  }

  // Repeats the first run, rules and all.
  void Confirm() {
    std::vector<std::string> words = {StrCat(scenario_.path(), "@", first_->seed())};
    for (std::string& flag : options_.overrides.Arguments()) words.push_back(std::move(flag));
    Compare(first_->seed(), first_->digest(), words, "");
  }

  void KeepFailures() {
    const bool keep = !options_.only_unexpected || !outcome_.result.as_expected();
    // What is not kept is repeated all the same, from a file that goes.
    absl::StatusOr<TemporaryFolder> passing = TemporaryFolder::Make();
    if (!keep && !passing.ok()) return Note(passing.status());
    const std::string folder = keep ? options_.directory : passing->path();

    int kept = 0;
    for (settle::Failure& failure : *outcome_.result.mutable_failure()) {
      if (kept++ == kMostFailures) break;
      const std::string name = FailureFile(failure);
      const std::string repro_name = name + kReproEnding;
      const std::string repro_file = StrCat(folder, "/", repro_name);
      if (absl::Status status = WriteRepro(repro_file, failure.repro()); !status.ok()) {
        return Note(status);
      }
      if (keep) failure.set_repro_file(repro_name);
      if (IsInterrupted()) continue;
      const bool traced = keep && options_.traces != KeepTraces::kNever;
      const std::string trace_name = name + kTraceEnding;
      const std::string trace_file = traced ? StrCat(folder, "/", trace_name) : "";
      if (Compare(failure.repro().seed(), failure.repro().digest(), {repro_file}, trace_file) &&
          traced) {
        failure.set_trace_file(trace_name);
      }
    }
  }

  // Repeats in a fresh process, as `words` say, the run of `seed` that had
  // `digest` here. True if it was the same run.
  bool Compare(uint64_t seed, uint64_t digest, const std::vector<std::string>& words,
               const std::string& trace_file) {
    const Repeat afresh = InFreshProcess(words, Addresses::kAsConfigured);
    const absl::StatusOr<settle::RunResult> repeated = afresh(trace_file);
    if (!repeated.ok()) return Note(repeated.status()), false;
    if (absl::Status same = SameText(*first_, *repeated, scenario_.path()); !same.ok()) {
      return Note(same), false;
    }
    if (repeated->digest() == digest) return ++repeated_, true;

    RunOptions here = options_.overrides.Options();
    here.seed = seed;
    here.stop = IsInterrupted;
    const absl::StatusOr<Divergence> found = Locate(InThisProcess(runner_, here), afresh);
    if (!found.ok()) Note(found.status());
    absl::StrAppend(&outcome_.nondeterminism, words.front(), ": seed ", seed,
                    " had one trace in this process and another in a fresh one\n",
                    found.ok() ? found->ToString() : "");
    return false;
  }

  void KeepResult() {
    if (options_.only_unexpected && outcome_.result.as_expected()) return;
    Note(reports::WriteAtomically(StrCat(options_.directory, "/", kResultFile),
                                  reports::JsonFile(outcome_.result)));
    Note(reports::WriteAtomically(StrCat(options_.directory, "/", kReportFile), Report()));
  }

  // As it is printed, but for its reader: files are named as from this folder, and no
  // fault is left out. Like all that is kept it does not say where or how fast it ran.
  std::string Report() const {
    reports::TextStyle style;
    style.max_faults = std::numeric_limits<int>::max() - 1;
    style.again = "settle replay ";
    style.by_seed = StrCat("settle replay ", scenario_.path(), "@");
    for (const std::string& flag : options_.overrides.Arguments()) {
      absl::StrAppend(&style.flags, " ", flag);
    }
    return reports::CampaignText(outcome_.result, style);
  }

  // That somebody has interrupted the command is no fault of the environment.
  void Note(const absl::Status& status) {
    if (!absl::IsCancelled(status)) outcome_.environment.Update(status);
  }

  const LoadedScenario& scenario_;
  Runner& runner_;
  const CampaignOptions& options_;
  Tally tally_;
  std::optional<settle::RunResult> first_;
  uint64_t repeated_ = 0;
  CampaignOutcome outcome_;
};

}  // namespace

CampaignOutcome RunCampaign(const LoadedScenario& scenario, Runner& runner,
                            const CampaignOptions& options) {
  return Campaign(scenario, runner, options).Run();
}

settle::CampaignResult Begun(const LoadedScenario& scenario, const CampaignOptions& options) {
  settle::CampaignResult begun;
  begun.set_scenario(scenario.name());
  begun.set_path(scenario.path());
  begun.set_about(scenario.text().about());
  begun.set_scenario_hash(scenario.hash());
  settle::SeedRange& asked = *begun.add_asked();
  asked.set_first(options.seeds.first);
  asked.set_last(options.seeds.last);
  asked.set_step(options.seeds.step);
  begun.set_min_seeds(options.min_seeds);
  begun.set_expect(scenario.text().expect());
  *begun.mutable_expect_violated() = scenario.text().violated();
  // Without chaos no rule is expected to match.
  if (options.overrides.no_chaos) return begun;
  for (const faults::Rule& rule : scenario.plan().rules) {
    settle::RuleTotal& total = *begun.add_rule();
    total.set_sentence(faults::Sentence(rule, sim::kLinkSlot));
    total.set_where(rule.where.ToString());
    total.set_does_not_apply(rule.does_not_apply);
    total.set_must_match(rule.must_match);
    total.set_outcome(rule.place == sim::PlaceKind::kOutcome);
  }
  for (const faults::PlannedPin& planned : scenario.plan().pins) {
    settle::PinTotal& total = *begun.add_pin();
    total.set_sentence(faults::Sentence(planned.pin, sim::kLinkSlot));
    total.set_where(planned.where.ToString());
    total.set_must_reach(!planned.included);
  }
  return begun;
}

}  // namespace scenarios
