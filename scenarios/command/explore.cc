// `settle explore`: every single fault of a calm run, and pairs of them.
//
// A process that dies of a run is a finding, kept with the faults that the run had; the others
// go on. Whoever interrupts keeps what was found so far, and hears how far it came.

#include "scenarios/search/explore.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "faults/alternatives.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/build_id.h"
#include "scenarios/command/command.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/progress_line.h"
#include "scenarios/command/result_files.h"
#include "scenarios/command/tally.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/workers.h"
#include "scenarios/repro.h"

namespace scenarios {
namespace {

using absl::StrCat;

struct Request {
  std::string target;
  Overrides overrides;
  int depth = 1;
  uint64_t runs = 1'000'000;
  int jobs = 0;
  uint64_t stop_after = 0;  // failures; 0: never
  bool audit = false;
  std::string out = "out";
};

class Exploring {
 public:
  Exploring(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    // A scenario without a seed is explored from its first.
    const bool with_seed = request_.target.rfind('@') != std::string::npos;
    absl::StatusOr<Target> target =
        LoadTarget(with_seed ? request_.target : StrCat(request_.target, "@1"), request_.overrides,
                   session_.catalogue);
    if (!target.ok()) return session_.Refuse(target.status());
    target_ = &*target;
    if (request_.overrides.no_chaos) {
      return session_.Refuse(absl::InvalidArgumentError(
          "--no-chaos leaves nothing to explore: the rules say which faults there are, and none "
          "strikes by chance; leave it out, or see the calm run by `settle run --no-chaos`"));
    }
    if (request_.audit && request_.depth < 2) {
      return session_.Refuse(absl::InvalidArgumentError(
          "--audit tries the pairs that lineage leaves out; it needs --depth=2"));
    }
    if (request_.runs > 0 && request_.stop_after > request_.runs) {
      return session_.Refuse(absl::InvalidArgumentError(StrCat(
          "--stop-after=", request_.stop_after, " failures cannot be met in --runs=", request_.runs,
          "; every run shows at most one of them")));
    }
    if (request_.runs == 0) {
      session_.console.Complain("nothing ran: --runs=0");
      return kExitNothingRan;
    }
    if (faults::PlacesOf(target_->scenario->plan()) == 0) {
      session_.console.Complain(
          StrCat("nothing ran: the chaos of ", target_->scenario->path(),
                 " has no rules that say what could be done; --plan=FILE brings a plan of faults"));
      return kExitNothingRan;
    }
    folder_ = StrCat(request_.out, "/", target_->scenario->name());
    if (absl::Status status = reports::MakeWritableDirectory(folder_); !status.ok()) {
      return session_.Refuse(status);
    }
    const std::unique_ptr<Runner> runner = NewRunner(*target_->scenario);
    NowRunning(target_->scenario->path(), target_->options.seed);
    KeepResultsWhenInterrupted();

    Tally tally(settle::CampaignResult(), target_->repro);
    ExploreOptions options;
    options.run = target_->options;
    options.depth = request_.depth;
    options.most_runs = request_.runs;
    options.audit = request_.audit;
    options.broken = [&](const settle::RunResult& run) {
      tally.Add(run);
      ++broken_;
      return request_.stop_after == 0 || broken_ < request_.stop_after;
    };
    options.died = [this](const std::vector<sim::Pin>& faults, const absl::Status& how) {
      const auto [death, fresh] = deaths_.try_emplace(HowItDied(how));
      if (fresh) death->second.faults = faults;
      ++death->second.runs;
      ++broken_;
      return request_.stop_after == 0 || broken_ < request_.stop_after;
    };
    const auto began = std::chrono::steady_clock::now();
    const Explored explored = Explore(
        *runner, target_->scenario->plan(),
        [this](uint64_t count, const RunOne& run, const SeeOne& seen) {
          return RunInWorkers(count, run, seen);
        },
        options);
    wall_nanos_ = std::chrono::nanoseconds(std::chrono::steady_clock::now() - began).count();
    ExitCode code = Announce(explored, options, tally.Total(""));
    if (!absl::IsCancelled(explored.ended)) return code;
    session_.console.Complain(StrCat("interrupted; what was found so far is kept in ", folder_,
                                     ", and was not repeated to confirm it"));
    return Worse(code, Interrupted());
  }

 private:
  struct Death {
    std::vector<sim::Pin> faults;  // of the first
    uint64_t runs = 0;
  };

  // "by signal 9": to workers the number of a run is a seed.
  static std::string HowItDied(const absl::Status& status) {
    const std::pair<std::string, std::string> sides =
        absl::StrSplit(status.message(), absl::MaxSplits(", ", 1));
    return sides.second.empty() ? sides.first : sides.second;
  }

  absl::Status RunInWorkers(uint64_t count, const RunOne& run, const SeeOne& seen) {
    const std::string what = phase_++ == 0 ? "single faults" : "pairs";
    const auto interrupted = [] { return Interrupted() != kExitOk; };
    const int jobs = request_.jobs == 0 ? Processors() : request_.jobs;
    NowExploring(target_->scenario->path(), target_->options.seed);
    ProgressLine progress(session_.console);
    uint64_t done = 0;
    while (done < count) {
      Workers workers(jobs, Seeds{done, count - 1, 1}, run, interrupted);
      for (bool died = false; done < count && !died; ++done) {
        const absl::StatusOr<settle::RunResult> result = workers.Next();
        // What workers still have then may be results of later runs.
        if (interrupted()) return absl::CancelledError("interrupted");
        died = absl::IsInternal(result.status());
        if (!result.ok() && !died) return result.status();
        if (!seen(done, result)) return absl::OkStatus();
        progress.Show(done + 1, count, [&] {
          return absl::StrFormat(
              "%s  %s of %s %s  %.3g/s  violated %s", target_->scenario->name(),
              reports::Grouped(done + 1), reports::Grouped(count), what,
              static_cast<double>(done + 1) * 1e9 / static_cast<double>(progress.elapsed_nanos()),
              reports::Grouped(broken_));
        });
      }
    }
    return absl::OkStatus();
  }

  ExitCode Announce(const Explored& explored, const ExploreOptions& options,
                    const settle::CampaignResult& found) {
    Console& console = session_.console;
    if (absl::IsFailedPrecondition(explored.ended)) {
      console.Print(StrCat(target_->scenario->name(), "   seed ", target_->options.seed, ", ",
                           explored.ended.message(), "; no fault was tried\n"));
    } else {
      SayStatement(explored, options);
    }
    for (const settle::Failure& failure : found.failure()) {
      if (absl::Status status = Keep(failure); !status.ok()) return session_.Refuse(status);
    }
    for (const auto& [how, death] : deaths_) {
      if (absl::Status status = KeepDeath(how, death); !status.ok()) return session_.Refuse(status);
    }
    if (!explored.ended.ok() && !absl::IsFailedPrecondition(explored.ended) &&
        !absl::IsCancelled(explored.ended)) {
      return session_.Refuse(explored.ended);
    }
    if (!absl::IsFailedPrecondition(explored.ended)) PrintJson(explored, options);
    return Judge(explored, found);
  }

  void SayStatement(const Explored& explored, const ExploreOptions& options) {
    Console& console = session_.console;
    console.Print(StrCat(target_->scenario->name(), "   ", Statement(explored, options), "\n  ",
                         reports::Counted(explored.runs, "run"), " in ",
                         reports::Elapsed(wall_nanos_), ", depth ", options.depth,
                         explored.whole ? "" : StrCat("; NOT ALL WAS TRIED: ", WhyNotAll(explored)),
                         "\n"));
    if (!console.verbose) return;
    for (const auto& [name, count] : explored.choices) {
      console.Print(absl::StrFormat("  %8s  %s\n", reports::Grouped(count), name));
    }
  }

  void PrintJson(const Explored& explored, const ExploreOptions& options) {
    const Tried& singles = explored.singles_tried;
    const Tried& pairs = explored.pairs_tried;
    session_.console.PrintJson(
        reports::JsonLine("explored", {{"scenario", target_->scenario->name()},
                                       {"statement", Statement(explored, options)},
                                       {"points", explored.points},
                                       {"singles", explored.singles},
                                       {"singles_run", singles.run},
                                       {"singles_broken", singles.broken},
                                       {"singles_inconclusive", singles.inconclusive},
                                       {"singles_died", singles.died},
                                       {"pairs", explored.pairs},
                                       {"pairs_known", explored.pairs_known},
                                       {"relevant", explored.relevant},
                                       {"pairs_run", pairs.run},
                                       {"pairs_broken", pairs.broken},
                                       {"pairs_inconclusive", pairs.inconclusive},
                                       {"pairs_died", pairs.died},
                                       {"lost", explored.lost},
                                       {"unexercised", explored.unexercised},
                                       {"whole", explored.whole}}));
  }

  // Nobody has seen how it would have ended, so there is nothing to confirm.
  absl::Status KeepDeath(const std::string& how, const Death& death) {
    settle::Repro begun = target_->repro;
    begun.set_rules(settle::RULES_OFF);
    settle::Failure failure = DeathOf(target_->options.seed, death.faults, how, BuildId(),
                                      target_->scenario->hash(), begun);
    failure.set_seeds(death.runs);
    AddSentences(failure);
    const std::string file = StrCat(folder_, "/", FailureFile(failure), kReproEnding);
    if (absl::Status status = WriteRepro(file, failure.repro()); !status.ok()) return status;
    Console& console = session_.console;
    console.Print(StrCat("\n  DIED  a process of settle, ", how, "   in ",
                         reports::Counted(death.runs, "run"), "; the first had\n"));
    SayFaults(failure);
    console.Print(
        StrCat("    again:   ", ThisCommand(session_.program), " replay ", FromRoot(file), "\n"));
    console.PrintJson(reports::JsonLine("failure", failure));
    return absl::OkStatus();
  }

  // A scripted story has pins that were there before anything was tried.
  void SayFaults(const settle::Failure& failure) {
    const std::vector<sim::Pin> pins = ToPins(failure.repro().pin());
    for (size_t i = 0; i < pins.size(); ++i) {
      const bool own =
          absl::c_any_of(target_->scenario->plan().pins,
                         [&](const faults::PlannedPin& planned) { return planned.pin == pins[i]; });
      session_.console.Print(StrCat("      ", failure.fault(static_cast<int>(i)),
                                    own ? "   (of the scenario itself)" : "", "\n"));
    }
  }

  std::string WhyNotAll(const Explored& explored) const {
    if (absl::IsCancelled(explored.ended)) return "it was interrupted";
    if (!explored.ended.ok()) return std::string(explored.ended.message());
    const bool stopped = request_.stop_after > 0 && broken_ >= request_.stop_after;
    return stopped ? StrCat("it was to stop after ", reports::Counted(broken_, "failure"))
                   : StrCat("the budget was ", reports::Counted(request_.runs, "run"));
  }

  // The file must mean the very same run to somebody else. OK also if it does not:
  // then nondeterministic_ is set.
  absl::Status Confirm(const std::string& file, const settle::Failure& failure) {
    const absl::StatusOr<settle::RunResult> repeated =
        InFreshProcess({file}, Addresses::kAsConfigured)("");
    if (!repeated.ok()) return repeated.status();
    if (repeated->digest() == failure.repro().digest()) return absl::OkStatus();
    nondeterministic_ = true;
    session_.console.Print(
        StrCat("NONDETERMINISM  ", file, " is another run in a fresh process\n"));
    return absl::OkStatus();
  }

  // One failure of each kind, that with fewest faults.
  absl::Status Keep(const settle::Failure& failure) {
    const std::string file = StrCat(folder_, "/", FailureFile(failure), kReproEnding);
    if (absl::Status status = WriteRepro(file, failure.repro()); !status.ok()) return status;
    if (Interrupted() == kExitOk) {
      if (absl::Status status = Confirm(file, failure); !status.ok()) return status;
    }
    Console& console = session_.console;
    console.Print(StrCat("\n  VIOLATED  ", failure.finding().check(), "   by ",
                         reports::Counted(failure.seeds(), "run"), "\n    ",
                         failure.finding().what(), "\n"));
    SayFaults(failure);
    const std::string command = ThisCommand(session_.program);
    console.Print(StrCat("    again:   ", command, " replay ", FromRoot(file),
                         "\n    explain: ", command, " explain ", FromRoot(file), "\n"));
    console.PrintJson(reports::JsonLine("failure", failure));
    return absl::OkStatus();
  }

  // As of `settle run`: what has to break must have been broken, and nothing else.
  ExitCode Judge(const Explored& explored, const settle::CampaignResult& found) const {
    if (nondeterministic_) return kExitNondeterminism;
    const settle::Scenario& text = target_->scenario->text();
    if (!deaths_.empty()) return kExitUnexpected;
    const settle::Verdict verdict = VerdictOf(explored);
    if (text.expect() == settle::VIOLATED) {
      for (const std::string& check : text.violated()) {
        if (absl::c_any_of(found.failure(), [&check](const settle::Failure& failure) {
              return failure.finding().check() == check;
            })) {
          continue;
        }
        const bool open = verdict == settle::INCONCLUSIVE || verdict == settle::NOT_EXERCISED;
        const bool calm_breaks = !explored.calm.finding().empty();
        return open || (!explored.whole && !calm_breaks) ? kExitInconclusive : kExitUnexpected;
      }
      return kExitOk;
    }
    if (verdict == text.expect()) return kExitOk;
    return verdict == settle::INCONCLUSIVE || verdict == settle::NOT_EXERCISED ? kExitInconclusive
                                                                               : kExitUnexpected;
  }

  Session& session_;
  const Request& request_;
  const Target* target_ = nullptr;
  std::string folder_;
  uint64_t broken_ = 0;
  std::map<std::string, Death> deaths_;  // by how
  int phase_ = 0;                        // singles, then pairs
  bool nondeterministic_ = false;
  int64_t wall_nanos_ = 0;
};

}  // namespace

void AddExplore(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("explore", "Try every single fault of a calm run, and pairs of them");
  auto request = std::make_shared<Request>();
  command->add_option("TARGET", request->target, "A scenario, or SCENARIO@SEED")->required();
  AddOverrides(*command, request->overrides);
  command->add_option("--depth", request->depth, "How many faults at a time (default: 1)")
      ->check(CLI::Range(1, 2))
      ->type_name("K");
  command->add_option("--runs", request->runs, "At most so many runs (default: 1000000)")
      ->type_name("N");
  command->add_option("--jobs", request->jobs, "Processes (default: one for each processor)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command->add_option("--stop-after", request->stop_after, "Stop after so many failures")
      ->type_name("N");
  command->add_flag("--audit", request->audit, "Try the pairs, too, that lineage leaves out");
  command->add_option("--out", request->out, "Where failures are kept (default: out)")
      ->type_name("DIR");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Exploring(session, *request).Run(); };
  });
}

}  // namespace scenarios
