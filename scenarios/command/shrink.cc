// `settle shrink`: a failure, made small.

#include "scenarios/search/shrink.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/text.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/result_files.h"
#include "scenarios/command/sighting.h"
#include "scenarios/command/user_path.h"
#include "scenarios/repro.h"
#include "scenarios/search/pin_words.h"

namespace scenarios {
namespace {

using absl::StrCat;
using reports::Counted;

struct Request {
  std::string target;
  Overrides overrides;
  std::string check;  // of several that broke
  int runs = 300;
  std::string out;  // a file; empty: beside the repro file, or in the folder out
};

class Shrinking {
 public:
  Shrinking(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    absl::StatusOr<Target> target =
        LoadTarget(request_.target, request_.overrides, session_.catalogue);
    if (!target.ok()) return session_.Refuse(target.status());
    session_.SayLeftOut(*target);
    if (absl::Status known = HasCheck(*target->scenario, request_.check); !known.ok()) {
      return session_.Refuse(known);
    }
    if (request_.runs == 0) {
      session_.console.Complain("nothing ran: --runs=0");
      return kExitNothingRan;
    }
    runner_ = NewRunner(*target->scenario);
    NowRunning(target->scenario->path(), target->options.seed);
    KeepResultsWhenInterrupted();
    const Wanted wanted = Choose(*target);
    if (wanted.check.empty()) return NothingToShrink(*target);

    const Operations all =
        target->scenario->world().All(target->options.clients, target->options.operations);
    const Shrunk shrunk = Shrink(*runner_, target->options, all, wanted, request_.runs);
    if (!shrunk.found) return NothingToShrink(*target);
    return Keep(*target, wanted, shrunk);
  }

 private:
  // The failure of the repro file; else the first that is found, of the check that is
  // asked for. Without a name: there is none.
  Wanted Choose(const Target& target) {
    if (target.from_repro && request_.check.empty()) {
      const settle::RunResult run = runner_->Run(target.options);
      const Sighting seen = SightingOf(target.repro, run);
      return seen.finding == nullptr ? Wanted()
                                     : Wanted{seen.finding->check(), seen.finding->key()};
    }
    return FirstOf(runner_->Run(target.options), request_.check);
  }

  ExitCode NothingToShrink(const Target& target) const {
    if (Interrupted() != kExitOk) return Interrupted();
    const settle::RunResult run = runner_->Run(target.options);
    for (const settle::Pin& pin : run.unreached()) {
      session_.console.Complain(
          StrCat("drifted: this run does not come to: ", reports::PinText(pin)));
    }
    const std::string& check = request_.check.empty() ? target.repro.check() : request_.check;
    const Sighting seen = SightingOf(target.repro, run);
    const std::string why = request_.check.empty() && !seen.elsewhere.empty()
                                ? StrCat(": ", check, " is ", seen.elsewhere, ",")
                            : check.empty() ? " breaks no promise"
                                            : StrCat(" does not break ", check);
    session_.console.Print(StrCat("nothing to shrink: ", request_.target, why,
                                  target.from_repro ? " in this build" : "", "\n"));
    return kExitInconclusive;
  }

  ExitCode Keep(const Target& target, const Wanted& wanted, const Shrunk& shrunk) {
    const std::string file = request_.out.empty() ? DefaultFile(target, wanted) : request_.out;
    const settle::Repro repro = ReproOf(target, wanted, shrunk);
    const size_t slash = file.rfind('/');
    if (slash != std::string::npos) {
      const absl::Status folder = reports::MakeWritableDirectory(file.substr(0, slash));
      if (!folder.ok()) {
        return session_.Refuse(
            absl::UnavailableError(StrCat(file, " cannot be written: ", folder.message())));
      }
    }
    if (absl::Status status = WriteRepro(file, repro); !status.ok()) return session_.Refuse(status);
    Print(target.scenario->world(), wanted, shrunk, file);
    return Confirm(file, shrunk);
  }

  static settle::Repro ReproOf(const Target& target, const Wanted& wanted, const Shrunk& shrunk) {
    settle::Failure failure;
    *failure.mutable_repro() = target.repro;
    failure.mutable_repro()->set_check(wanted.check);
    failure.mutable_repro()->set_key(wanted.key);
    return SmallOf(failure, shrunk).repro();
  }

  std::string DefaultFile(const Target& target, const Wanted& wanted) const {
    constexpr char kEnding[] = ".shrunk.repro.textproto";
    if (target.from_repro) {
      absl::string_view name = request_.target;
      if (absl::EndsWith(name, kEnding)) return request_.target;
      if (!absl::ConsumeSuffix(&name, kReproEnding)) absl::ConsumeSuffix(&name, ".textproto");
      return StrCat(name, kEnding);
    }
    return StrCat("out/", target.scenario->name(), "/", wanted.check, "-seed-", target.options.seed,
                  kEnding);
  }

  void Print(const WorldPlan& world, const Wanted& wanted, const Shrunk& shrunk,
             const std::string& file) {
    const settle::FindingResult& finding = *wanted.In(shrunk.result);
    const int faults = Faults(shrunk.result);
    const int operations = Count(*shrunk.run.only);
    Console& console = session_.console;
    console.Print(StrCat(
        wanted.check, ": ", Counted(static_cast<uint64_t>(shrunk.faults_before), "fault"), " and ",
        Counted(static_cast<uint64_t>(shrunk.operations_before), "operation"), " -> ",
        Counted(static_cast<uint64_t>(faults), "fault"), " and ",
        Counted(static_cast<uint64_t>(operations), "operation"), ", in ",
        Counted(static_cast<uint64_t>(shrunk.runs), "run"),
        shrunk.least ? "; none of them can be left out" : "; then the budget of runs was spent",
        "\n  ", finding.what(), "\n"));
    reports::TextStyle style;
    style.color = console.Colored();
    console.Print(reports::DriftText(shrunk.unreached, style));
    for (const sim::Pin& pin : ToPins(shrunk.result.fired())) {
      console.Print(StrCat("    ", PinWords(pin, &world), "\n"));
    }
    SayOperations(shrunk.run);
    if (console.verbose) {
      for (const ShrinkPass& pass : shrunk.passes) {
        console.Print(absl::StrFormat("  %-20s %4d runs, then %d faults, %d operations\n",
                                      pass.name, pass.runs, pass.faults, pass.operations));
      }
    }
    const std::string command = ThisCommand(session_.program);
    console.Print(StrCat("    again:   ", command, " replay ", FromRoot(file), "\n"));
    console.PrintJson(reports::JsonLine("shrunk", {{"check", wanted.check},
                                                   {"key", wanted.key},
                                                   {"what", finding.what()},
                                                   {"faults_before", shrunk.faults_before},
                                                   {"operations_before", shrunk.operations_before},
                                                   {"faults", faults},
                                                   {"operations", operations},
                                                   {"runs", shrunk.runs},
                                                   {"least", shrunk.least},
                                                   {"unreached", shrunk.unreached.size()},
                                                   {"file", FromRoot(file)}}));
  }

  void SayOperations(const RunOptions& run) const {
    Console& console = session_.console;
    for (const settle::Operations& of_client : ToProto(run)) {
      std::vector<std::string> begins;
      for (int i = 0; i < of_client.operation_size(); ++i) {
        const int64_t start = i < of_client.start_nanos_size() ? of_client.start_nanos(i) : 0;
        begins.push_back(StrCat(of_client.operation(i),
                                start == 0 ? "" : StrCat(" at ", reports::Elapsed(start))));
      }
      console.Print(
          StrCat("    ", of_client.client(), " does ", absl::StrJoin(begins, ", "), "\n"));
    }
    if (run.amount.has_value()) {
      console.Print(StrCat("    every amount is ",
                           reports::Grouped(static_cast<uint64_t>(*run.amount)),
                           ", in minor units\n"));
    }
    for (const std::string& node : run.without) console.Print(StrCat("    without ", node, "\n"));
  }

  // The file must mean the very same run to somebody else.
  ExitCode Confirm(const std::string& file, const Shrunk& shrunk) {
    if (Interrupted() != kExitOk) return Interrupted();
    const Repeat afresh = InFreshProcess({file}, Addresses::kAsConfigured);
    const absl::StatusOr<settle::RunResult> repeated = afresh("");
    if (!repeated.ok()) return session_.Refuse(repeated.status());
    if (repeated->digest() == shrunk.result.digest()) return kExitOk;
    const absl::StatusOr<Divergence> found = Locate(InThisProcess(*runner_, shrunk.run), afresh);
    session_.console.Print(StrCat("NONDETERMINISM  ", file, " is another run in a fresh process\n",
                                  found.ok() ? found->ToString() : ""));
    return kExitNondeterminism;
  }

  Session& session_;
  const Request& request_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace

void AddShrink(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("shrink", "Make a failure small");
  auto request = std::make_shared<Request>();
  command->add_option("TARGET", request->target, "A repro file, or SCENARIO@SEED")->required();
  AddOverrides(*command, request->overrides);
  command->add_option("--check", request->check, "The promise that is to stay broken")
      ->type_name("NAME");
  command->add_option("--runs", request->runs, "At most so many runs (default: 300)")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N");
  command->add_option("--out", request->out, "The repro file that is written")->type_name("FILE");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Shrinking(session, *request).Run(); };
  });
}

}  // namespace scenarios
