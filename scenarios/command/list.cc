// `settle list`: everything that a scenario can name, and the scenarios there are.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/kinds.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/checks/declared.h"
#include "scenarios/command/command.h"
#include "scenarios/command/declared_checks.h"
#include "scenarios/command/user_path.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using absl::StrAppend;
using absl::StrCat;
using nlohmann::ordered_json;

struct Request {
  std::string topic;  // empty: all but scenarios
  std::string pattern;
  std::string in = ".";
};

// What each fault does, for a reader who meets it for the first time.
absl::string_view AboutFault(sim::ChoiceKind fault) {
  switch (fault) {
    case sim::ChoiceKind::kNone:
      return "nothing happens";
    case sim::ChoiceKind::kDrop:
      return "A message never arrives; whoever waits for it learns nothing.";
    case sim::ChoiceKind::kDuplicate:
      return "A message arrives twice, the second time a while later.";
    case sim::ChoiceKind::kLate:
      return "A message arrives later than it would have, perhaps when nobody waits any more; work "
             "on a disk takes longer.";
    case sim::ChoiceKind::kOvertaken:
      return "A request waits until a later one of the same key has arrived.";
    case sim::ChoiceKind::kRefuse:
      return "A connection is refused: the caller knows that nothing was delivered.";
    case sim::ChoiceKind::kCrash:
      return "A node dies at once, also inside a sync, and boots again from its disk.";
    case sim::ChoiceKind::kPartition:
      return "Nothing passes between two nodes for a while, one way or both.";
    case sim::ChoiceKind::kOutcome:
      return "The business ends otherwise than well, as the component declares it.";
    case sim::ChoiceKind::kSkew:
      return "A node's wall clock is fast or slow.";
    case sim::ChoiceKind::kIoError:
      return "A disk does not do its work: the statement fails and its transaction is rolled back, "
             "or nobody knows whether a commit has happened.";
    case sim::ChoiceKind::kDiskFull:
      return "No file can grow for a while: transactions are rolled back, the service lives on.";
    case sim::ChoiceKind::kBadSector:
      return "What is written cannot be read again: who tries, often after a restart, is down for "
             "good, and checks of that node are not judged.";
    case sim::ChoiceKind::kMisdirected:
      return "A write lands on another page: both are damaged, as by bad_sector.";
    case sim::ChoiceKind::kLostSync:
      return "A disk says that it has synced, and has not: a crash that loses what was promised "
             "takes the node down for good.";
    case sim::ChoiceKind::kLostBeforeCommit:
      return "The connection to a shared database breaks before a COMMIT happens: the client does "
             "not know that it has not.";
    case sim::ChoiceKind::kLostAfterCommit:
      return "The connection to a shared database breaks when a COMMIT has happened: the client "
             "does not know.";
  }
  return "";
}

struct DeclaredKind {
  absl::string_view name;
  absl::string_view about;
};

constexpr DeclaredKind kDeclared[] = {
    {"state_machine", "A column moves along the allowed transitions only; terminal values stay."},
    {"append_only", "Rows of a table are inserted, never updated or deleted."},
    {"conserved", "The sum of a column stays what it was, for each value of another."},
    {"never_negative", "A column is never below zero."},
    {"unique", "No two rows agree in the given columns."},
    {"sql", "A query over all databases finds no row when the world is quiet."},
};

std::string OnText(const sim::Step& step) {
  switch (step.on) {
    case sim::Step::On::kCommit:
      return StrCat("the commit of ", step.what,
                    step.column.empty() ? "" : StrCat(" [", step.column, " = ", step.value, "]"));
    case sim::Step::On::kSend:
      return StrCat("the request ", step.what);
    case sim::Step::On::kReply:
      return StrCat("the reply to ", step.what);
    case sim::Step::On::kTimer:
      return StrCat("the timer ", step.what);
  }
  return "";
}

class Lister {
 public:
  Lister(Session& session, const Request& request)
      : session_(session), request_(request), pattern_(absl::AsciiStrToLower(request.pattern)) {}

  ExitCode Run() {
    if (Wants("systems")) {
      for (const auto& [name, spec] : session_.catalogue.systems) System("system", spec);
      for (const auto& [name, spec] : session_.catalogue.workloads) System("workload", spec);
      for (const StepSpec& step : session_.catalogue.steps) Step(step);
    }
    if (Wants("checks")) Checks();
    if (Wants("measures")) Measures();
    if (Wants("faults")) Faults();
    if (request_.topic == "scenarios") return Scenarios();
    if (listed_ > 0) return kExitOk;
    session_.console.Complain(
        StrCat("nothing that is listed is called \"", request_.pattern, "\""));
    return kExitNothingRan;
  }

 private:
  bool Wants(absl::string_view topic) const {
    return request_.topic.empty() || request_.topic == topic;
  }

  // `catalogue` is a check's, "M4".
  bool Matches(absl::string_view name, absl::string_view catalogue = "") {
    const bool matches = absl::StrContains(absl::AsciiStrToLower(name), pattern_) ||
                         (!catalogue.empty() && absl::AsciiStrToLower(catalogue) == pattern_);
    listed_ += matches ? 1 : 0;
    return matches;
  }

  void Tell(absl::string_view type, absl::string_view text, const ordered_json& json) {
    session_.console.Print(text);
    session_.console.PrintJson(reports::JsonLine(type, json));
  }

  void System(absl::string_view kind, const sim::SystemSpec& spec) {
    if (!Matches(spec.name)) return;
    std::string text = StrCat(kind, "  ", spec.name, "\n    ", spec.about, "\n");
    ordered_json json = {{"name", spec.name},
                         {"about", spec.about},
                         {"methods", spec.methods},
                         {"tasks", spec.tasks},
                         {"roles", ordered_json::array()},
                         {"switches", ordered_json::array()},
                         {"outcomes", ordered_json::array()},
                         {"quirks", ordered_json::array()}};
    for (const sim::RoleSpec& role : spec.roles) {
      StrAppend(&text, "    role    ", role.name, ": ", role.system, "\n");
      json["roles"].push_back({{"name", role.name}, {"system", role.system}});
    }
    for (const sim::SwitchSpec& it : spec.switches) {
      const std::string values =
          it.values.empty() ? StrCat(it.least, " to ", it.most) : absl::StrJoin(it.values, " | ");
      StrAppend(&text, "    switch  ", it.name, ": ", values, "; default ", it.default_value,
                "\n            ", it.about, "\n");
      json["switches"].push_back({{"name", it.name},
                                  {"about", it.about},
                                  {"values", it.values},
                                  {"least", it.least},
                                  {"most", it.most},
                                  {"default", it.default_value}});
    }
    for (const sim::OutcomeSpec& it : spec.outcomes) {
      StrAppend(&text, "    outcome ", it.name, ": ", it.about, "\n");
      json["outcomes"].push_back({{"name", it.name}, {"about", it.about}});
    }
    for (const sim::QuirkSpec& it : spec.quirks) {
      StrAppend(&text, "    quirk   ", it.name, ": ", it.about, "\n",
                it.source.empty() ? "" : StrCat("            source: ", it.source, "\n"));
      json["quirks"].push_back({{"name", it.name}, {"about", it.about}, {"source", it.source}});
    }
    Tell(kind, text + "\n", json);
  }

  void Step(const StepSpec& spec) {
    if (!Matches(spec.step.name)) return;
    const bool after = spec.step.moment == sim::Step::Moment::kAfter;
    const std::string when = StrCat(after ? "after " : "before ", OnText(spec.step));
    Tell(
        "step",
        StrCat("step  ", spec.step.name, " of ", spec.system, ", ", when, "\n    ", spec.about,
               "\n\n"),
        {{"name", spec.step.name}, {"system", spec.system}, {"when", when}, {"about", spec.about}});
  }

  void Checks() {
    for (const auto& [name, spec] : session_.catalogue.checks) {
      if (!Matches(name, spec.catalogue)) continue;
      std::string roles;
      for (const sim::RoleSpec& role : spec.roles) {
        StrAppend(&roles, "\n    watches ", role.name, ": ", role.system);
      }
      Tell("check",
           StrCat("check  ", name, spec.catalogue.empty() ? "" : StrCat(" (", spec.catalogue, ")"),
                  "\n    \"", spec.claim, "\"\n    exercised by: ", spec.counts, roles, "\n\n"),
           {{"name", name},
            {"catalogue", spec.catalogue},
            {"claim", spec.claim},
            {"counts", spec.counts}});
    }
    // A bare `settle list` shows what the command has, not what lies around.
    if (request_.topic == "checks") TextChecks();
    for (const DeclaredKind& kind : kDeclared) {
      if (!Matches(kind.name)) continue;
      Tell("declared_check", StrCat("declared check  ", kind.name, "\n    ", kind.about, "\n\n"),
           {{"name", std::string(kind.name)}, {"about", std::string(kind.about)}});
    }
  }

  void TextChecks() {
    for (const DeclaredCheck& check : FindDeclaredChecks(request_.in)) {
      const settle::CheckText& text = check.text;
      if (!Matches(text.name(), text.catalogue())) continue;
      const size_t others = check.files.size() - 1;
      Tell("check",
           StrCat("check  ", text.name(),
                  text.catalogue().empty() ? "" : StrCat(" (", text.catalogue(), ")"),
                  ", declared in ", check.files.front(),
                  others == 0 ? "" : StrCat(" and ", reports::Counted(others, "other text")),
                  "\n    \"", text.claim(), "\"\n    exercised by: ", Counts(text), "\n\n"),
           {{"name", text.name()},
            {"catalogue", text.catalogue()},
            {"claim", text.claim()},
            {"counts", Counts(text)},
            {"declared_in", check.files.front()}});
    }
  }

  void Measures() {
    for (const auto& [name, spec] : session_.catalogue.measures) {
      if (!Matches(name)) continue;
      Tell("measure",
           StrCat("measure  ", name, ", ", spec.unit, "\n    ", spec.about,
                  spec.without_faults ? " Of runs without faults only." : "", "\n\n"),
           {{"name", name}, {"unit", spec.unit}, {"about", spec.about}});
    }
  }

  void Faults() {
    for (int i = 1; i < sim::kChoiceKinds; ++i) {
      const auto kind = static_cast<sim::ChoiceKind>(i);
      if (!Matches(faults::FaultName(kind))) continue;
      Tell("fault",
           StrCat("fault  ", faults::FaultName(kind), " of ", faults::PlacesOf(kind), "\n    ",
                  AboutFault(kind), "\n\n"),
           {{"name", std::string(faults::FaultName(kind))},
            {"places", std::string(faults::PlacesOf(kind))},
            {"about", std::string(AboutFault(kind))}});
    }
  }

  ExitCode Scenarios() {
    const auto files = FindScenarios({request_.in});
    if (!files.ok()) return session_.Refuse(files.status());
    for (const std::string& file : *files) {
      if (!Matches(file)) continue;
      faults::Diagnostics problems;
      const auto scenario = Load(file, session_.catalogue, problems);
      if (scenario == nullptr) {
        Tell("scenario",
             StrCat("scenario  ", file, "\n    has errors: settle check ", file, "\n\n"),
             {{"path", file}, {"errors", problems.size()}});
        continue;
      }
      const settle::Scenario& text = scenario->text();
      Tell("scenario",
           StrCat("scenario  ", file, "\n    ", text.about(), "\n    expects ",
                  reports::VerdictWords(text.expect()),
                  text.violated().empty() ? "" : StrCat(": ", absl::StrJoin(text.violated(), ", ")),
                  "; ", reports::Counted(text.budget().seeds(), "seed"), "\n\n"),
           {{"path", file},
            {"about", text.about()},
            {"expect", settle::Verdict_Name(text.expect())},
            {"violated", std::vector<std::string>(text.violated().begin(), text.violated().end())},
            {"seeds", text.budget().seeds()}});
    }
    if (listed_ > 0) return kExitOk;
    session_.console.Complain(
        StrCat("no scenario beneath ", request_.in, " is called \"", request_.pattern, "\""));
    return kExitNothingRan;
  }

  Session& session_;
  const Request& request_;
  const std::string pattern_;
  int listed_ = 0;
};

}  // namespace

void AddList(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("list", "Show what scenarios can name");
  auto request = std::make_shared<Request>();
  command->add_option("TOPIC", request->topic, "systems, scenarios, faults, checks or measures")
      ->check(CLI::IsMember({"systems", "scenarios", "faults", "checks", "measures"}));
  command->add_option("PATTERN", request->pattern, "Only names that contain this");
  command->add_option("--in", request->in, "Where texts are looked for (default: here)")
      ->type_name("DIR");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Lister(session, *request).Run(); };
  });
}

}  // namespace scenarios
