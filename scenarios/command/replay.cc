// `settle replay`: one run again, from its repro file or by its seed.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/json.h"
#include "reports/text.h"
#include "scenarios/command/command.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/seal.h"
#include "scenarios/command/sighting.h"
#include "scenarios/repro.h"
#include "scenarios/run.h"

namespace scenarios {
namespace {

using absl::StrCat;

struct Request {
  std::string target;
  Overrides overrides;
  std::string trace;   // a file; "-": with the result; empty: none
  std::string expect;  // "violation": to find one is success
};

class Replay {
 public:
  Replay(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    absl::StatusOr<Target> target =
        LoadTarget(request_.target, request_.overrides, session_.catalogue);
    if (!target.ok()) return session_.Refuse(target.status());
    session_.SayLeftOut(*target);
    const std::unique_ptr<Runner> runner = NewRunner(*target->scenario);
    NowRunning(target->scenario->path(), target->options.seed);
    if (target->from_repro && !IsSealed(target->repro)) {
      // First of all: what follows may be another run than the one that was recorded.
      session_.console.Print(Unsealed(*target));
    }

    RunOptions options = target->options;
    absl::Status traced;
    std::string trace;
    if (!request_.trace.empty()) {
      options.depth = sim::TraceDepth::kWhole;
      options.with_trace = [&](const sim::Trace& whole) { traced = Keep(whole, trace); };
    }
    const settle::RunResult result = runner->Run(options);
    if (!traced.ok()) return session_.Refuse(traced);
    session_.console.Print(trace);

    reports::TextStyle style;
    style.color = session_.console.Colored();
    if (session_.console.verbose) style.max_faults = style.max_pins = 1000;
    session_.console.Print(reports::RunText(result, style));
    session_.console.PrintJson(reports::JsonLine("run", result));
    return AsExpected(target->from_repro ? Judge(*target, result, *runner) : Judge(result));
  }

 private:
  std::string Unsealed(const Target& target) const {
    constexpr char kUnverified[] = ", so whether it was edited cannot be verified\n\n";
    const std::string newer = NewerSchema(target.repro);
    if (!newer.empty()) return StrCat("newer: ", request_.target, " is of ", newer, kUnverified);
    if (!target.left_out.empty()) {
      return StrCat("partial: ", request_.target, " was ", OtherBuild(target.repro),
                    " and not all of it is known", kUnverified);
    }
    return StrCat("edited: ", request_.target, " is not as settle wrote it\n\n");
  }

  // Printed before the result, so that the verdict is what stays in sight.
  absl::Status Keep(const sim::Trace& whole, std::string& text) const {
    if (request_.trace != "-") return WriteTrace(whole, request_.trace);
    for (sim::RecordId id = whole.first_kept(); id <= whole.size(); ++id) {
      absl::StrAppend(&text, absl::StrFormat("%7d  ", id), whole.Line(id), "\n");
    }
    return absl::OkStatus();
  }

  // For a script that keeps a failure until it is mended: what neither shows it nor
  // shows that it has gone stays what it is.
  ExitCode AsExpected(ExitCode code) const {
    if (request_.expect.empty()) return code;
    if (code == kExitOk) return kExitUnexpected;
    return code == kExitUnexpected ? kExitOk : code;
  }

  static ExitCode Judge(const settle::RunResult& result) {
    if (result.verdict() == settle::HELD) return kExitOk;
    return result.verdict() == settle::VIOLATED ? kExitUnexpected : kExitInconclusive;
  }

  // Whether the failure of a repro file is still there.
  ExitCode Judge(const Target& target, const settle::RunResult& result, Runner& runner) {
    const settle::Repro& repro = target.repro;
    const Sighting seen = SightingOf(repro, result);
    const std::string differs = Differences(target, result);
    if (repro.check() == kProcess) {
      session_.console.Print(StrCat("\ndid not reproduce: the process lives", differs, "\n"));
      return IsSealed(repro) ? kExitOk : kExitInconclusive;
    }
    const bool same = result.digest() == repro.digest();
    if (!same && differs.empty()) return SayNondeterminism(target, runner);
    const std::string run = StrCat(same ? ", in the very same run" : ", in another run", differs);
    if (!seen.elsewhere.empty()) {
      session_.console.Print(StrCat("\nreproduced for another key: ", repro.check(), " is ",
                                    seen.elsewhere, run, "\n"));
      return kExitUnexpected;
    }
    if (seen.finding == nullptr) {
      const bool drifted = result.unreached_size() > 0;
      session_.console.Print(StrCat(
          "\ndid not reproduce", differs,
          drifted ? "; it has drifted from the run of the failure, so nobody knows" : "", "\n"));
      const bool has_gone = IsSealed(repro) && !drifted && result.verdict() != settle::INCONCLUSIVE;
      return has_gone ? kExitOk : kExitInconclusive;
    }
    session_.console.Print(StrCat("\nreproduced: ", repro.check(), run, "\n"));
    return kExitUnexpected;
  }

  // " (build differs: 7f3a -> 91bc)", or "".
  static std::string Differences(const Target& target, const settle::RunResult& result) {
    const settle::Repro& repro = target.repro;
    if (const std::string newer = NewerSchema(repro); !newer.empty()) {
      return StrCat(" (the repro file is of ", newer, ")");
    }
    if (repro.build() != result.build()) {
      return StrCat(" (build differs: ", repro.build(), " -> ", result.build(), ")");
    }
    if (repro.scenario_hash() != result.scenario_hash()) {
      return absl::StrFormat(" (scenario differs: %016x -> %016x, the one in %s)",
                             repro.scenario_hash(), result.scenario_hash(),
                             target.scenario->path());
    }
    if (!IsSealed(repro)) return " (the repro file is not as settle wrote it)";
    return "";
  }

  ExitCode SayNondeterminism(const Target& target, Runner& runner) {
    const absl::StatusOr<Divergence> found =
        Locate(InThisProcess(runner, target.options),
               InFreshProcess({request_.target}, Addresses::kAsConfigured));
    session_.console.Print(
        StrCat("\nNONDETERMINISM  ", request_.target,
               " had another trace when it was recorded, by the same build and scenario\n",
               found.ok() ? found->ToString() : StrCat("  ", found.status().message(), "\n")));
    return kExitNondeterminism;
  }

  Session& session_;
  const Request& request_;
};

}  // namespace

void AddReplay(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("replay", "Run one failure, or one seed, again");
  auto request = std::make_shared<Request>();
  command->add_option("TARGET", request->target, "A repro file, or SCENARIO@SEED")->required();
  command->footer(
      "Exit codes, of a repro file:\n"
      "  1   the failure is there, in the run that was recorded or in another one; or its promise\n"
      "      is broken for another business key, which is named\n"
      "  0   it has gone; --expect=violation swaps 0 and 1\n"
      "  5   nobody can say: the run is inconclusive; or it does not show the failure, and has\n"
      "      not come to all its faults, or the file was edited, or has a part of a newer schema\n"
      "      or of another build that this build has left out\n"
      "A file of another build, or of a newer schema, is run as far as this build knows it: each\n"
      "part that is left out, and each fault to which the run does not come, is named.\n");
  AddOverrides(*command, request->overrides);
  command->add_option("--expect", request->expect, "violation: exit 0 if one is found, else 1")
      ->check(CLI::IsMember({"violation"}))
      ->type_name("WHAT");
  command->add_flag("--trace{-}", request->trace, "Print every event, or --trace=FILE keep them");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Replay(session, *request).Run(); };
  });
}

}  // namespace scenarios
