#include "scenarios/command/corpus_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "faults/pins.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/words.h"

namespace scenarios {
namespace {

using absl::StrCat;

// Enough of a build to tell it from others.
constexpr size_t kBuildDigits = 8;

using Failures = std::vector<const CorpusFailure*>;

// "booked_once: 14 kinds in 2 scenarios: 12 failing, 2 fixed"
std::string CheckLine(const std::string& check, const Failures& kinds) {
  std::set<uint64_t> scenarios;
  std::map<FailureStatus, uint64_t> numbers;
  uint64_t unreadable = 0;
  for (const CorpusFailure* failure : kinds) {
    scenarios.insert(failure->scenario);
    ++(failure->unreadable.empty() ? numbers[failure->status] : unreadable);
  }
  std::vector<std::string> parts;
  for (const FailureStatus status :
       {FailureStatus::kFailing, FailureStatus::kDrifted, FailureStatus::kFixed}) {
    if (numbers[status] == 0) continue;
    parts.push_back(StrCat(numbers[status], " ", StatusWords(status)));
  }
  if (unreadable > 0) parts.push_back(StrCat(unreadable, " ", kCannotBeRead));
  return StrCat(check, ": ", reports::Counted(kinds.size(), "kind"), " in ",
                reports::Counted(scenarios.size(), "scenario"), ": ", absl::StrJoin(parts, ", "),
                "\n");
}

// By check; then by scenario, and in the order of the corpus.
std::map<std::string, Failures> ByCheck(const std::vector<CorpusFailure>& failures) {
  std::map<std::string, Failures> by_check;
  for (const CorpusFailure& failure : failures) by_check[failure.check].push_back(&failure);
  for (auto& [check, kinds] : by_check) {
    std::stable_sort(kinds.begin(), kinds.end(), [](const auto* one, const auto* other) {
      return one->repro.scenario() < other->repro.scenario();
    });
  }
  return by_check;
}

// "3 faults", as far as this build knows them.
std::string FaultsOf(const CorpusFailure& failure) {
  if (!failure.unreadable.empty()) return "faults unknown";
  const std::string faults =
      failure.repro.digest() == 0
          ? "ended its process"
          : reports::Counted(static_cast<uint64_t>(faults::CountFaults(failure.repro.pin())),
                             "fault");
  return StrCat(faults, failure.verbatim.empty() ? "" : " that this build knows");
}

nlohmann::json CountOf(const CorpusFailure& failure) {
  if (!failure.unreadable.empty()) return nullptr;
  return faults::CountFaults(failure.repro.pin());
}

// Its path is a part of what could not be read.
std::string ScenarioOf(const CorpusFailure& failure) {
  if (failure.unreadable.empty()) return failure.repro.scenario();
  return absl::StrFormat("%016x", failure.scenario);
}

}  // namespace

std::string KindName(const CorpusFailure& failure) {
  return StrCat(failure.check, "-", failure.signature);
}

void SayFailureLine(absl::string_view word, const CorpusFailure& failure, Console& console) {
  console.Print(StrCat(absl::StrFormat("%-13s", word), "  ", ScenarioOf(failure), "  ",
                       KindName(failure), "  ", FaultsOf(failure), ", seed ", failure.first_seed,
                       " of build ", failure.first_build.substr(0, kBuildDigits),
                       " first: ", failure.finding, "\n"));
  console.PrintJson(
      reports::JsonLine("failure", {{"word", std::string(word)},
                                    {"status", std::string(StatusWords(failure.status))},
                                    {"scenario", failure.repro.scenario()},
                                    {"scenario_hash", absl::StrFormat("%016x", failure.scenario)},
                                    {"check", failure.check},
                                    {"signature", failure.signature},
                                    {"finding", failure.finding},
                                    {"faults", CountOf(failure)},
                                    {"first_seed", StrCat(failure.first_seed)},
                                    {"first_build", failure.first_build}}));
}

void SayCorpus(const std::vector<CorpusScenario>& scenarios,
               const std::vector<Corpus::Total>& totals, const std::vector<CorpusFailure>& failures,
               Console& console) {
  std::map<uint64_t, std::string> paths;
  size_t longest = sizeof("scenario") - 1;
  for (const CorpusScenario& scenario : scenarios) {
    paths[scenario.hash] = scenario.path;
    longest = std::max(longest, scenario.path.size());
  }
  const int width = static_cast<int>(longest);
  console.Print(absl::StrFormat("%-*s  %-16s  %-8s  %12s  %10s  %12s  %6s  %10s  %8s\n", width,
                                "scenario", "hash", "build", "seeds", "violated", "inconclusive",
                                "died", "guided", "features"));
  for (const Corpus::Total& total : totals) {
    console.Print(
        absl::StrFormat("%-*s  %016x  %-8s  %12s  %10s  %12s  %6s  %10s  %8s\n", width,
                        paths[total.scenario], total.scenario, total.build.substr(0, kBuildDigits),
                        reports::Grouped(total.ran), reports::Grouped(total.violated),
                        reports::Grouped(total.undecided), reports::Grouped(total.died),
                        reports::Grouped(total.guided), reports::Grouped(total.features)));
    console.PrintJson(
        reports::JsonLine("ran", {{"scenario", paths[total.scenario]},
                                  {"scenario_hash", absl::StrFormat("%016x", total.scenario)},
                                  {"build", total.build},
                                  {"seeds", StrCat(total.ran)},
                                  {"events", StrCat(total.events)},
                                  {"violated", StrCat(total.violated)},
                                  {"inconclusive", StrCat(total.undecided)},
                                  {"died", StrCat(total.died)},
                                  {"guided", StrCat(total.guided)},
                                  {"features", StrCat(total.features)}}));
  }
  console.Print(failures.empty() ? "\nno failures\n" : "\n");
  for (const auto& [check, kinds] : ByCheck(failures)) {
    console.Print(CheckLine(check, kinds));
    for (const CorpusFailure* failure : kinds) {
      console.Print("  ");
      SayFailureLine(failure->unreadable.empty() ? StatusWords(failure->status) : kCannotBeRead,
                     *failure, console);
    }
  }
}

}  // namespace scenarios
