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
#include "scenarios/command/glossary.h"
#include "scenarios/command/listing.h"
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

class Lister {
 public:
  Lister(Session& session, const Request& request)
      : session_(session), request_(request), pattern_(absl::AsciiStrToLower(request.pattern)) {}

  ExitCode Run() {
    if (Wants("systems")) {
      for (const auto& [name, spec] : session_.catalogue.systems) {
        if (Matches(name)) Tell(SystemListing(spec));
      }
      for (const auto& [name, spec] : session_.catalogue.workloads) {
        if (Matches(name)) Tell(WorkloadListing(spec));
      }
      for (const StepSpec& step : session_.catalogue.steps) {
        if (Matches(step.step.name)) Tell(StepListing(step));
      }
    }
    if (Wants("checks")) Checks();
    if (Wants("measures")) Measures();
    if (Wants("faults")) Faults();
    if (request_.topic == "scenarios") return Scenarios();
    if (listed_ > 0) return kExitOk;
    return SayNothing("nothing that is listed");
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

  void Tell(const Listing& listing) {
    session_.console.Print(listing.text);
    session_.console.PrintJson(reports::JsonLine(listing.type, listing.json));
  }

  // `nobody` is what was looked for and is not there.
  ExitCode SayNothing(const std::string& nobody) {
    session_.console.Complain(request_.pattern.empty()
                                  ? StrCat("there is ", nobody)
                                  : StrCat(nobody, " is called \"", request_.pattern, "\""));
    return kExitNothingRan;
  }

  void Checks() {
    for (const auto& [name, spec] : session_.catalogue.checks) {
      if (!Matches(name, spec.catalogue)) continue;
      std::string roles;
      for (const sim::RoleSpec& role : spec.roles) {
        StrAppend(&roles, "\n    watches ", role.name, ": ", role.system);
      }
      Tell({"check",
            StrCat("check  ", name, spec.catalogue.empty() ? "" : StrCat(" (", spec.catalogue, ")"),
                   "\n    \"", spec.claim, "\"\n    exercised by: ", spec.counts, roles, "\n\n"),
            {{"name", name},
             {"catalogue", spec.catalogue},
             {"claim", spec.claim},
             {"counts", spec.counts}}});
    }
    // A bare `settle list` shows what the command has, not what lies around.
    if (request_.topic == "checks") TextChecks();
    for (const DeclaredKind& kind : DeclaredKinds()) {
      if (!Matches(kind.name)) continue;
      Tell({"declared_check",
            StrCat("declared check  ", kind.name, "\n    ", kind.about, "\n\n"),
            {{"name", std::string(kind.name)}, {"about", std::string(kind.about)}}});
    }
  }

  void TextChecks() {
    for (const DeclaredCheck& check : FindDeclaredChecks(request_.in)) {
      if (!Matches(check.text.name(), check.text.catalogue())) continue;
      Tell(CheckListing(check.text, check.files));
    }
  }

  void Measures() {
    for (const auto& [name, spec] : session_.catalogue.measures) {
      if (!Matches(name)) continue;
      Tell({"measure",
            StrCat("measure  ", name, ", ", spec.unit, "\n    ", spec.about,
                   spec.without_faults ? " Of runs without faults only." : "", "\n\n"),
            {{"name", name}, {"unit", spec.unit}, {"about", spec.about}}});
    }
  }

  void Faults() {
    for (int i = 1; i < sim::kChoiceKinds; ++i) {
      const auto kind = static_cast<sim::ChoiceKind>(i);
      if (faults::FaultName(kind).empty() || !Matches(faults::FaultName(kind))) continue;
      Tell({"fault",
            StrCat("fault  ", faults::FaultName(kind), " of ", faults::PlacesOf(kind), "\n    ",
                   AboutFault(kind), "\n\n"),
            {{"name", std::string(faults::FaultName(kind))},
             {"places", std::string(faults::PlacesOf(kind))},
             {"about", std::string(AboutFault(kind))}}});
    }
    for (const FaultOfNoKind& fault : FaultsOfNoKind()) {
      if (!Matches(fault.name)) continue;
      Tell({"fault",
            StrCat("fault  ", fault.name, ", written ", fault.written, "\n    ", fault.about,
                   "\n\n"),
            {{"name", std::string(fault.name)},
             {"written", std::string(fault.written)},
             {"about", std::string(fault.about)}}});
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
        Tell({"scenario",
              StrCat("scenario  ", file, "\n    has errors: settle check ", file, "\n\n"),
              {{"path", file}, {"errors", problems.size()}}});
        continue;
      }
      Tell(ScenarioListing(*scenario));
    }
    if (listed_ > 0) return kExitOk;
    return SayNothing(StrCat("no scenario beneath ", request_.in));
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
