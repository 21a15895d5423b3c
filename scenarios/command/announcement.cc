#include "scenarios/command/announcement.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/text.h"
#include "scenarios/command/user_path.h"

namespace scenarios {
namespace {

using absl::StrCat;

reports::TextStyle StyleOf(const Job& job, const Circumstances& circumstances,
                           const Session& session) {
  const Console& console = session.console;
  reports::TextStyle style;
  style.color = console.Colored();
  style.wall_nanos = circumstances.wall_nanos;
  if (console.quiet) {
    style.detail = reports::Detail::kHeader;
  } else if (console.verbose) {
    style.max_faults = style.max_pins = 1000;
  } else if (circumstances.one_of_many) {
    style.detail = reports::Detail::kBrief;
  }
  const std::string command =
      circumstances.test.has_value() ? ThisTarget() : ThisCommand(session.program);
  if (circumstances.test.has_value()) {
    const std::string& zip = circumstances.test->outputs_zip;
    const std::string folder = StrCat("out/", job.scenario->name());
    style.again = StrCat("unzip -qo ", zip, " -d ", folder, " && ", command, " replay ");
    style.shrink = StrCat(command, " shrink ");
    style.directory = folder + "/";
    style.kept_in = zip;
  } else {
    style.again = StrCat(command, " replay ");
    style.shrink = StrCat(command, " shrink ");
    style.directory = FromRoot(job.options.directory) + "/";
  }
  style.by_seed = StrCat(command, " replay ", FromRoot(job.scenario->path()), "@");
  for (const std::string& flag : job.options.overrides.Arguments()) {
    absl::StrAppend(&style.flags, " ", flag);
  }
  return style;
}

void Print(const settle::CampaignResult& result, const reports::TextStyle& style,
           Console& console) {
  console.Print(reports::CampaignText(result, style));
  settle::CampaignResult line = result;
  for (settle::Failure& failure : *line.mutable_failure()) {
    for (std::string* file : {failure.mutable_repro_file(), failure.mutable_trace_file()}) {
      if (!file->empty()) file->insert(0, style.directory);
    }
  }
  console.PrintJson(reports::JsonLine("campaign", line));
}

ExitCode SayEnvironment(const absl::Status& status, const std::string& directory,
                        Console& console) {
  console.Complain(status.message());
  console.Complain(StrCat("results so far are kept in ", directory));
  return absl::IsInternal(status) ? kExitInternal : kExitEnvironment;
}

}  // namespace

ExitCode SayNondeterminism(const std::string& what, const std::string& path, Session& session) {
  session.console.Print(
      StrCat("NONDETERMINISM  ", what,
             "  No result of this build can be relied on. Look for an unordered container that "
             "is iterated, an address that is compared, state that outlives a run.\n"
             "    again:   ",
             ThisCommand(session.program), " doctor ", FromRoot(path), "\n\n"));
  session.console.PrintJson(reports::JsonLine("nondeterminism", {{"path", path}, {"text", what}}));
  return kExitNondeterminism;
}

ExitCode Announce(const CampaignOutcome& outcome, const Job& job,
                  const Circumstances& circumstances, Session& session) {
  Print(outcome.result, StyleOf(job, circumstances, session), session.console);
  ExitCode code = ExitCodeOf(outcome.result);
  if (!outcome.nondeterminism.empty()) {
    code = Worse(code, SayNondeterminism(outcome.nondeterminism, job.scenario->path(), session));
  }
  if (!outcome.environment.ok()) {
    code = Worse(code, SayEnvironment(outcome.environment, job.options.directory, session.console));
  }
  return code;
}

}  // namespace scenarios
