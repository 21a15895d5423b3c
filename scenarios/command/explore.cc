// `settle explore`: every single fault of a calm run, and pairs of them.

#include "scenarios/search/explore.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "faults/alternatives.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/interrupt.h"
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
    const auto began = std::chrono::steady_clock::now();
    const absl::StatusOr<Explored> explored = Explore(
        *runner, target_->scenario->plan(),
        [this](uint64_t count, const auto& run, const auto& seen) {
          return RunInWorkers(count, run, seen);
        },
        options);
    if (absl::IsCancelled(explored.status())) {
      session_.console.Complain("interrupted; an exploration that is not whole says nothing");
      return Interrupted();
    }
    if (absl::IsFailedPrecondition(explored.status())) {
      return SayCalmBreaks(explored.status(), tally.Total(""));
    }
    if (!explored.ok()) return session_.Refuse(explored.status());
    wall_nanos_ = std::chrono::nanoseconds(std::chrono::steady_clock::now() - began).count();
    return Announce(*explored, options, tally.Total(""));
  }

 private:
  absl::Status RunInWorkers(
      uint64_t count, const std::function<settle::RunResult(uint64_t)>& run,
      const std::function<bool(uint64_t, const settle::RunResult&)>& seen) const {
    if (count == 0) return absl::OkStatus();
    const auto interrupted = [] { return Interrupted() != kExitOk; };
    const int jobs = request_.jobs == 0 ? Processors() : request_.jobs;
    Workers workers(jobs, Seeds{0, count - 1, 1}, run, interrupted);
    for (uint64_t index = 0; index < count; ++index) {
      const absl::StatusOr<settle::RunResult> result = workers.Next();
      if (!result.ok()) return result.status();
      if (result->stopped()) return absl::CancelledError("interrupted");
      if (!seen(index, *result)) break;
    }
    return absl::OkStatus();
  }

  ExitCode Announce(const Explored& explored, const ExploreOptions& options,
                    const settle::CampaignResult& found) {
    Console& console = session_.console;
    const std::string statement = Statement(explored, options);
    console.Print(StrCat(explored.calm.scenario(), "   ", statement, "\n  ",
                         reports::Counted(explored.runs, "run"), " in ",
                         reports::Elapsed(wall_nanos_), ", depth ", options.depth,
                         explored.whole ? "" : StrCat("; NOT ALL WAS TRIED: ", WhyNotAll()), "\n"));
    if (console.verbose) {
      for (const auto& [name, count] : explored.choices) {
        console.Print(absl::StrFormat("  %8s  %s\n", reports::Grouped(count), name));
      }
    }
    for (const settle::Failure& failure : found.failure()) {
      if (absl::Status status = Keep(failure); !status.ok()) return session_.Refuse(status);
    }
    console.PrintJson(reports::JsonLine("explored", {{"scenario", explored.calm.scenario()},
                                                     {"statement", statement},
                                                     {"points", explored.points},
                                                     {"singles", explored.singles},
                                                     {"singles_run", explored.singles_run},
                                                     {"singles_broken", explored.singles_broken},
                                                     {"pairs", explored.pairs},
                                                     {"relevant", explored.relevant},
                                                     {"pairs_run", explored.pairs_run},
                                                     {"pairs_broken", explored.pairs_broken},
                                                     {"lost", explored.lost},
                                                     {"whole", explored.whole}}));
    return Judge(explored, found);
  }

  // There is nothing to explore, but the promise is broken.
  ExitCode SayCalmBreaks(const absl::Status& why, const settle::CampaignResult& found) {
    session_.console.Print(StrCat(target_->scenario->name(), "   seed ", target_->options.seed,
                                  ", ", why.message(), "; no fault was tried\n"));
    for (const settle::Failure& failure : found.failure()) {
      if (absl::Status status = Keep(failure); !status.ok()) return session_.Refuse(status);
    }
    Explored calm;
    calm.whole = true;
    return Judge(calm, found);
  }

  std::string WhyNotAll() const {
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
    if (absl::Status status = Confirm(file, failure); !status.ok()) return status;
    Console& console = session_.console;
    console.Print(StrCat("\n  VIOLATED  ", failure.finding().check(), "   by ",
                         reports::Counted(failure.seeds(), "run"), "\n    ",
                         failure.finding().what(), "\n"));
    for (const std::string& fault : failure.fault()) console.Print(StrCat("      ", fault, "\n"));
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
    if (text.expect() == settle::VIOLATED) {
      for (const std::string& check : text.violated()) {
        const bool broken = std::any_of(found.failure().begin(), found.failure().end(),
                                        [&check](const settle::Failure& failure) {
                                          return failure.finding().check() == check;
                                        });
        if (!broken) return explored.whole ? kExitUnexpected : kExitInconclusive;
      }
      return kExitOk;
    }
    if (broken_ > 0) return kExitUnexpected;
    return explored.whole ? kExitOk : kExitInconclusive;
  }

  Session& session_;
  const Request& request_;
  const Target* target_ = nullptr;
  std::string folder_;
  uint64_t broken_ = 0;
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
