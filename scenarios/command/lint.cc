// `settle check`: is the text right, and can every fault and check in it happen?

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/text_kind.h"
#include "scenarios/command/user_path.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using absl::StrCat;

struct Request {
  std::vector<std::string> paths;
  uint64_t seeds = 0;   // of a test; 0: the budget's
  uint64_t shards = 1;  // of a test
};

class Linter {
 public:
  Linter(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    const auto files = FindScenarios(request_.paths);
    if (!files.ok()) return session_.Refuse(files.status());
    if (files->empty()) {
      session_.console.Complain(
          "no scenario there; a scenario says so in its first lines: "
          "# proto-message: settle.Scenario");
      return kExitNothingRan;
    }
    for (const std::string& file : *files) Lint(file);
    NoteIdleRules();
    return errors_ == 0 ? kExitOk : kExitUsage;
  }

 private:
  // A rule of a plan that several may include.
  struct Included {
    int by = 0;            // scenarios
    bool applies = false;  // in one of them
    std::string why;       // not
  };

  void Lint(const std::string& file) {
    faults::Diagnostics problems;
    std::unique_ptr<LoadedScenario> scenario;
    if (IsOfKind(TextKind::kScenario, file, problems)) {
      scenario = Load(file, session_.catalogue, problems);
    }
    if (scenario != nullptr) CheckShards(*scenario, problems);
    for (const faults::Diagnostic& problem : problems) Report(problem);
    if (!problems.empty()) return;
    Remember(*scenario);
    session_.console.PrintJson(
        reports::JsonLine("checked", nlohmann::ordered_json({{"path", file}})));
    if (session_.console.quiet) return;
    session_.console.Print(StrCat("ok  ", file, "   ",
                                  reports::Counted(scenario->world().nodes.size(), "node"), ", ",
                                  reports::Counted(scenario->plan().rules.size(), "rule"), ", ",
                                  reports::Counted(scenario->checks().size(), "check"), "\n"));
  }

  // A shard judges its own seeds only, so each needs enough of them.
  void CheckShards(const LoadedScenario& scenario, faults::Diagnostics& problems) {
    const settle::Budget& budget = scenario.text().budget();
    const uint64_t seeds = request_.seeds > 0 ? request_.seeds : budget.seeds();
    const uint64_t share = seeds / request_.shards;
    if (request_.shards == 1 || share >= budget.min_seeds()) return;
    problems.push_back({scenario.path(), 1, 1,
                        StrCat(request_.shards, " shards of ", seeds, " seeds run ", share,
                               " each, fewer than min_seeds: ", budget.min_seeds(), "; at most ",
                               std::max<uint64_t>(1, seeds / std::max(1u, budget.min_seeds())),
                               " shards are possible")});
  }

  void Remember(const LoadedScenario& scenario) {
    for (const faults::Rule& rule : scenario.plan().rules) {
      if (!rule.included) continue;
      Included& included = included_[rule.where.ToString()];
      ++included.by;
      included.why = rule.does_not_apply;
      included.applies |= rule.does_not_apply.empty();
      if (session_.console.verbose && !rule.does_not_apply.empty()) {
        session_.console.Say(StrCat(scenario.path(), ": does not apply here: ",
                                    rule.where.ToString(), ": ", rule.does_not_apply, "\n"));
      }
    }
  }

  // No error: a scenario that was not checked may include it, too. One alone says nothing.
  void NoteIdleRules() {
    for (const auto& [where, rule] : included_) {
      if (rule.applies || rule.by < 2) continue;
      const std::string text = StrCat("this rule applies in none of the ", rule.by,
                                      " scenarios checked here that include it: ", rule.why);
      session_.console.Say(StrCat(where, ": note: ", text, "\n"));
      session_.console.PrintJson(reports::JsonLine("note", {{"where", where}, {"text", text}}));
    }
  }

  void Report(const faults::Diagnostic& problem) {
    ++errors_;
    session_.console.Say(problem.ToString() + "\n");
    session_.console.PrintJson(reports::JsonLine("error", {{"file", problem.file},
                                                           {"line", problem.line},
                                                           {"column", problem.column},
                                                           {"text", problem.message}}));
  }

  Session& session_;
  const Request& request_;
  int errors_ = 0;
  std::map<std::string, Included> included_;  // by place
};

}  // namespace

void AddLint(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("check", "Check scenarios without running them");
  auto request = std::make_shared<Request>();
  command->add_option("SCENARIO", request->paths, "Scenarios, or folders of them")->required();
  command->add_option("--seeds", request->seeds, "Seeds of a test")->group("");
  command->add_option("--shards", request->shards, "Shards of a test")
      ->check(CLI::Range(1, 1000))
      ->group("");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Linter(session, *request).Run(); };
  });
}

}  // namespace scenarios
