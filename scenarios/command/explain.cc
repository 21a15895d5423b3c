// `settle explain`: why a failure fails.

#include "scenarios/search/explain.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "reports/explanation_text.h"
#include "reports/json.h"
#include "reports/text.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/sighting.h"
#include "scenarios/command/user_path.h"
#include "scenarios/repro.h"

namespace scenarios {
namespace {

using absl::StrCat;

// What a person reads through; of more faults nobody asks what each is for.
constexpr size_t kMostPins = 40;

struct Request {
  std::string target;
  Overrides overrides;
  std::string check;
  std::string format = "text";
  int around = 0;  // the number of an event, from 1; 0: the whole story
  int events = 10;
};

// Only what happened around one event of the story.
absl::Status LookAround(const Request& request, settle::Explanation& explanation) {
  if (request.around == 0) return absl::OkStatus();
  const int many = explanation.event_size();
  if (request.around > many) {
    return absl::InvalidArgumentError(
        StrCat("--around=", request.around, ": the story has only ",
               reports::Counted(static_cast<uint64_t>(many), "event")));
  }
  const int first = std::max(request.around - 1 - request.events, 0);
  const int end = std::min(request.around + request.events, many);
  explanation.mutable_event()->DeleteSubrange(end, many - end);
  explanation.mutable_event()->DeleteSubrange(0, first);
  explanation.set_left_out_here(static_cast<uint64_t>(many - (end - first)));
  return absl::OkStatus();
}

ExitCode Explain(Session& session, const Request& request) {
  absl::StatusOr<Target> target = LoadTarget(request.target, request.overrides, session.catalogue);
  if (!target.ok()) return session.Refuse(target.status());
  session.SayLeftOut(*target);
  if (absl::Status known = HasCheck(*target->scenario, request.check); !known.ok()) {
    return session.Refuse(known);
  }
  const std::unique_ptr<Runner> runner = NewRunner(*target->scenario);
  NowRunning(target->scenario->path(), target->options.seed);
  KeepResultsWhenInterrupted();
  const settle::RunResult run = runner->Run(target->options);
  if (run.stopped()) return Interrupted();

  Sighting seen;
  Wanted wanted;
  if (!target->from_repro || !request.check.empty()) {
    wanted = FirstOf(run, request.check);
  } else {
    seen = SightingOf(target->repro, run);
    if (seen.finding != nullptr) wanted = {seen.finding->check(), seen.finding->key()};
  }
  for (const settle::Pin& pin : run.unreached()) {
    session.console.Complain(StrCat("drifted: this run does not come to: ", reports::PinText(pin)));
  }
  if (wanted.In(run) == nullptr) {
    const std::string& check = request.check.empty() ? target->repro.check() : request.check;
    const std::string why = !seen.elsewhere.empty()
                                ? StrCat(": ", check, " is ", seen.elsewhere, ",")
                            : check.empty() ? " breaks no promise"
                                            : StrCat(" does not break ", check);
    session.console.Print(StrCat("nothing to explain: ", request.target, why,
                                 target->from_repro ? " in this build" : "", "\n"));
    return kExitInconclusive;
  }
  target->options.pins = ToPins(run.fired());
  if (target->options.pins->size() > kMostPins) {
    session.console.Complain(StrCat(run.fired_size(), " faults and outcomes are too many to be ",
                                    "explained; first: ", ThisCommand(session.program), " shrink ",
                                    request.target));
    return kExitUsage;
  }
  absl::StatusOr<settle::Explanation> explanation = Explain(*runner, target->options, wanted);
  if (absl::IsCancelled(explanation.status())) return Interrupted();
  if (!explanation.ok()) return session.Refuse(explanation.status());
  if (absl::Status around = LookAround(request, *explanation); !around.ok()) {
    return session.Refuse(around);
  }

  if (request.format == "md") {
    session.console.Print(reports::ExplanationMarkdown(*explanation));
  } else if (request.format == "mermaid") {
    session.console.Print(reports::ExplanationMermaid(*explanation));
  } else if (request.format == "jsonl") {
    for (const settle::StoryEvent& event : explanation->event()) {
      session.console.Print(reports::JsonLine("event", event) + "\n");
    }
    for (const settle::Counterfactual& without : explanation->without()) {
      session.console.Print(reports::JsonLine("without", without) + "\n");
    }
    settle::Explanation rest = *explanation;
    rest.clear_event();
    rest.clear_without();
    session.console.Print(reports::JsonLine("explanation", rest) + "\n");
  } else {
    session.console.Print(reports::ExplanationText(*explanation, session.console.Colored()));
  }
  session.console.PrintJson(reports::JsonLine("explanation", *explanation));
  return kExitOk;
}

}  // namespace

void AddExplain(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("explain", "Tell the story of a failure, and why it fails");
  auto request = std::make_shared<Request>();
  command->add_option("TARGET", request->target, "A repro file, or SCENARIO@SEED")->required();
  AddOverrides(*command, request->overrides);
  command->add_option("--check", request->check, "The broken promise, if there are several")
      ->type_name("NAME");
  command
      ->add_option("--around", request->around,
                   "Only what happens around the N-th event of the story")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  command->add_option("--events", request->events, "How many before it and after (default: 10)")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N");
  command->add_option("--format", request->format, "text, md, mermaid or jsonl")
      ->check(CLI::IsMember({"text", "md", "mermaid", "jsonl"}))
      ->type_name("FORM");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Explain(session, *request); };
  });
}

}  // namespace scenarios
