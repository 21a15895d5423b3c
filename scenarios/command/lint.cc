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
    // One scenario alone cannot tell whether an included rule is of use elsewhere.
    if (files->size() > 1) ReportIdleRules();
    return errors_ == 0 ? kExitOk : kExitUsage;
  }

 private:
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
      auto [at, fresh] = idle_.emplace(rule.where.ToString(), rule.where.Error(""));
      if (fresh) {
        at->second.message = StrCat("this rule applies in none of the scenarios that include it: ",
                                    rule.does_not_apply);
      }
      if (rule.does_not_apply.empty()) at->second.message.clear();
      if (session_.console.verbose && !rule.does_not_apply.empty()) {
        session_.console.Say(StrCat(scenario.path(), ": does not apply here: ",
                                    rule.where.ToString(), ": ", rule.does_not_apply, "\n"));
      }
    }
  }

  void ReportIdleRules() {
    for (const auto& [where, problem] : idle_) {
      if (!problem.message.empty()) Report(problem);
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
  std::map<std::string, faults::Diagnostic> idle_;  // by place; empty: it applies somewhere
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
