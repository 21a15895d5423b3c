#include "scenarios/command/target.h"

#include <filesystem>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/text_format.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/text_kind.h"
#include "scenarios/command/user_path.h"
#include "scenarios/names.h"
#include "scenarios/repro.h"

namespace scenarios {
namespace {

using absl::StrCat;

// "b.reversal_first=query" of a node, and the setting "reversal_first=query".
struct Setting {
  std::string node;
  std::string name;
  std::string text;
};

absl::StatusOr<Setting> ParseSetting(const std::string& text) {
  const std::pair<std::string, std::string> sides = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const size_t dot = sides.first.find('.');
  if (text.find('=') == std::string::npos || dot == std::string::npos || dot == 0 ||
      dot + 1 == sides.first.size()) {
    return absl::InvalidArgumentError(
        StrCat("--set ", text, ": write NODE.switch=value, such as b.reversal_first=query"));
  }
  const std::string name = sides.first.substr(dot + 1);
  return Setting{sides.first.substr(0, dot), name, StrCat(name, "=", sides.second)};
}

// What a scenario calls `clients: 3` has a flag of its own.
absl::Status CheckIsSwitch(const Setting& setting, const std::string& word) {
  if (setting.name != "clients" && setting.name != "operations") return absl::OkStatus();
  const absl::string_view value = absl::string_view(setting.text).substr(setting.name.size() + 1);
  return absl::InvalidArgumentError(StrCat("--set ", word, ": ", setting.name,
                                           " is no switch; write --", setting.name, "=", value));
}

void Replace(const Setting& setting, google::protobuf::RepeatedPtrField<std::string>& settings) {
  for (std::string& existing : settings) {
    if (absl::StartsWith(existing, setting.name + "=")) {
      existing = setting.text;
      return;
    }
  }
  *settings.Add() = setting.text;
}

// Nodes and workloads share one space of names.
bool Apply(const Setting& setting, settle::Scenario& scenario) {
  for (settle::Organisation& organisation : *scenario.mutable_organisation()) {
    for (settle::Node& node : *organisation.mutable_node()) {
      if (node.name() == setting.node) return Replace(setting, *node.mutable_set()), true;
    }
  }
  for (settle::Workload& workload : *scenario.mutable_workload()) {
    if (workload.name() == setting.node) return Replace(setting, *workload.mutable_set()), true;
  }
  return false;
}

absl::StatusOr<Target> FromScenario(const std::string& path, uint64_t seed,
                                    const Overrides& overrides, const Catalogue& catalogue) {
  Target target;
  auto scenario = LoadWith(path, overrides, catalogue);
  if (!scenario.ok()) return scenario.status();
  target.scenario = *std::move(scenario);
  target.options = overrides.Options();
  target.options.seed = seed;
  target.repro = overrides.Recorded(path);
  target.repro.set_seed(seed);
  return target;
}

// A file that was cut off would replay another run, and call the failure gone. Of a newer schema
// nobody does without its seal, which may have become another one.
absl::Status CheckWhole(const settle::Repro& repro, const std::string& path) {
  const bool newer = !NewerSchema(repro).empty();
  std::vector<std::string> missing;
  if (!repro.has_seed()) missing.push_back("seed");
  if (repro.check().empty()) missing.push_back("check");
  if (repro.digest() == 0 && repro.check() != kProcess && !newer) missing.push_back("digest");
  if (repro.seal() == 0 && !newer) missing.push_back("seal");
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat(
      path, ":1:1: error: ", absl::StrJoin(missing, ", "), missing.size() == 1 ? " is" : " are",
      " missing, so this is only a part of what settle wrote; faults of your own go into "
      "chaos { pin { ... } } of a scenario"));
}

// A check that nobody makes cannot fail, and would look like a bug that has gone.
absl::Status CheckIsWatched(const std::string& check, const LoadedScenario& scenario,
                            const std::string& path) {
  if (check == kProcess) return absl::OkStatus();
  const std::vector<std::string> watched = NamesOf(scenario.checks());
  if (absl::c_linear_search(watched, check)) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat(path, ": error: its scenario ", scenario.path(),
                                           " has no check \"", check, "\"",
                                           Instead(check, watched)));
}

absl::StatusOr<Target> FromRepro(const std::string& path, const Catalogue& catalogue) {
  if (absl::Status status = CheckReadable(path); !status.ok()) return status;
  faults::Diagnostics problems;
  if (!IsOfKind(TextKind::kRepro, path, problems)) return faults::ToStatus(problems);
  faults::Diagnostics left_out;
  absl::StatusOr<settle::Repro> repro = ReadRepro(path, left_out);
  if (!repro.ok()) return repro.status();
  if (absl::Status whole = CheckWhole(*repro, path); !whole.ok()) return whole;

  Overrides recorded;
  recorded.set = {repro->set().begin(), repro->set().end()};
  recorded.plan = repro->plan();
  recorded.clients = static_cast<int>(repro->clients());
  recorded.operations = static_cast<int>(repro->operations());
  const absl::StatusOr<std::string> scenario = FindScenarioOf(path, repro->scenario());
  if (!scenario.ok()) return scenario.status();
  auto target = FromScenario(*scenario, repro->seed(), recorded, catalogue);
  if (!target.ok()) return target;
  absl::Status watched = CheckIsWatched(repro->check(), *target->scenario, path);
  if (!watched.ok()) return watched;
  TakeFaults(*repro, target->options);
  TakeSize(*repro, target->options);
  target->repro = *std::move(repro);
  target->from_repro = true;
  target->left_out = std::move(left_out);
  return target;
}

}  // namespace

RunOptions Overrides::Options() const {
  RunOptions options;
  options.chaos = !no_chaos;
  options.priorities = PrioritiesOf(ties);
  options.stop = [] { return Interrupted() != kExitOk; };
  if (clients > 0) options.clients = clients;
  if (operations > 0) options.operations = operations;
  return options;
}

std::vector<std::string> Overrides::Arguments() const {
  std::vector<std::string> arguments;
  for (const std::string& setting : set) arguments.insert(arguments.end(), {"--set", setting});
  if (!plan.empty()) arguments.push_back(StrCat("--plan=", plan));
  if (clients > 0) arguments.push_back(StrCat("--clients=", clients));
  if (operations > 0) arguments.push_back(StrCat("--operations=", operations));
  if (no_chaos) arguments.push_back("--no-chaos");
  if (ties == settle::PRIORITIES) arguments.push_back("--ties=priorities");
  return arguments;
}

settle::Repro Overrides::Recorded(absl::string_view scenario) const {
  settle::Repro repro;
  repro.set_scenario(std::string(scenario));
  repro.set_clients(static_cast<uint32_t>(clients));
  repro.set_operations(static_cast<uint32_t>(operations));
  for (const std::string& setting : set) repro.add_set(setting);
  repro.set_plan(plan);
  repro.set_ties(ties);
  return repro;
}

absl::StatusOr<std::unique_ptr<LoadedScenario>> LoadWith(const std::string& path,
                                                         const Overrides& overrides,
                                                         const Catalogue& catalogue) {
  if (absl::Status status = CheckReadable(path); !status.ok()) return status;
  faults::Diagnostics problems;
  if (!IsOfKind(TextKind::kScenario, path, problems)) return faults::ToStatus(problems);
  std::unique_ptr<LoadedScenario> scenario = Load(path, catalogue, problems);
  if (scenario == nullptr) return faults::ToStatus(problems);
  if (overrides.set.empty() && overrides.plan.empty()) return scenario;

  settle::Scenario text = scenario->text();
  text.clear_include_checks();  // Its checks have them already.
  if (!overrides.plan.empty()) {
    if (absl::Status status = CheckReadable(overrides.plan); !status.ok()) return status;
    // Includes are relative to the file that has them.
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (folder.empty()) folder = ".";
    text.mutable_chaos()->add_include(std::filesystem::relative(overrides.plan, folder).string());
  }
  for (const std::string& word : overrides.set) {
    const absl::StatusOr<Setting> setting = ParseSetting(word);
    if (!setting.ok()) return setting.status();
    if (absl::Status flag = CheckIsSwitch(*setting, word); !flag.ok()) return flag;
    if (!Apply(*setting, text)) {
      return absl::InvalidArgumentError(StrCat(
          "--set ", word, ": ", path, " has no node or workload called \"", setting->node, "\""));
    }
  }
  std::string edited;
  google::protobuf::TextFormat::PrintToString(text, &edited);
  scenario = LoadText(path, edited, catalogue, problems);
  if (scenario != nullptr) return scenario;
  // Lines of the edited text would mean nothing to the reader.
  std::string errors;
  for (const faults::Diagnostic& problem : problems) {
    const bool of_plan = problem.file != path;
    absl::StrAppend(&errors, errors.empty() ? "" : "\n",
                    of_plan                 ? problem.ToString()
                    : overrides.set.empty() ? StrCat("--plan: ", problem.message)
                                            : StrCat("--set: ", problem.message));
  }
  return absl::InvalidArgumentError(errors);
}

absl::StatusOr<Target> LoadTarget(const std::string& text, const Overrides& overrides,
                                  const Catalogue& catalogue) {
  const size_t at = text.rfind('@');
  if (at == std::string::npos) {
    if (!overrides.Arguments().empty()) {
      return absl::InvalidArgumentError(StrCat(text, " is run with what it was recorded with, so ",
                                               overrides.Arguments()[0],
                                               " cannot be heeded; that goes with SCENARIO@SEED"));
    }
    return FromRepro(text, catalogue);
  }
  uint64_t seed = 0;
  if (!absl::SimpleAtoi(text.substr(at + 1), &seed)) {
    return absl::InvalidArgumentError(StrCat(
        "\"", text, "\" is neither a repro file nor SCENARIO@SEED, such as pay.textproto@17"));
  }
  return FromScenario(text.substr(0, at), seed, overrides, catalogue);
}

absl::Status HasCheck(const LoadedScenario& scenario, const std::string& check) {
  const std::vector<std::string> watched = NamesOf(scenario.checks());
  if (check.empty() || absl::c_linear_search(watched, check)) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat("--check=", check, ": ", scenario.path(),
                                           " has no such check", Instead(check, watched)));
}

}  // namespace scenarios
