// `settle rerun`: what a fresh process does for divergence.h. Not shown in help.

#include <memory>
#include <string>

#include "reports/atomic_file.h"
#include "scenarios/command/command.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/selftest.h"

namespace scenarios {
namespace {

struct Request {
  std::string target;
  Overrides overrides;
  std::string result;  // where a serialised RunResult goes
  std::string trace_file;
  bool selftest = false;  // the target is of its catalogue
};

ExitCode Rerun(Session& session, const Request& request) {
  const Catalogue catalogue = request.selftest ? SelfTestCatalogue() : session.catalogue;
  const absl::StatusOr<Target> target = LoadTarget(request.target, request.overrides, catalogue);
  if (!target.ok()) return session.Refuse(target.status());
  const std::unique_ptr<Runner> runner = NewRunner(*target->scenario);
  NowRunning(target->scenario->path(), target->options.seed);
  KeepResultsWhenInterrupted();  // So that no half of a file stays.
  RunOptions options = target->options;
  options.stop = [] { return Interrupted() != kExitOk; };
  const absl::StatusOr<settle::RunResult> result =
      InThisProcess(*runner, options)(request.trace_file);
  if (absl::IsCancelled(result.status())) return Interrupted();
  if (!result.ok()) return session.Refuse(result.status());
  const absl::Status written =
      reports::WriteAtomically(request.result, result->SerializeAsString());
  return written.ok() ? kExitOk : session.Refuse(written);
}

}  // namespace

void AddRerun(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("rerun", "Repeat one run in this process")->group("");
  auto request = std::make_shared<Request>();
  command->add_option("TARGET", request->target)->required();
  command->add_option("--result", request->result)->required();
  command->add_option("--trace-file", request->trace_file);
  command->add_flag("--self-test", request->selftest);
  AddOverrides(*command, request->overrides);
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Rerun(session, *request); };
  });
}

}  // namespace scenarios
