#include "scenarios/search/explain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "faults/pins.h"
#include "scenarios/repro.h"
#include "scenarios/scenario.h"
#include "scenarios/search/pin_words.h"
#include "scenarios/search/storyteller.h"
#include "sim/choice/place.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

// The keys that the story is about: that of the failure, and those of its faults.
std::set<std::string> KeysOf(const Wanted& wanted, const std::vector<sim::Pin>& pins) {
  std::set<std::string> keys;
  if (wanted.key.empty()) return keys;
  keys.insert(wanted.key);
  for (const sim::Pin& pin : pins) {
    const auto point = sim::PointText::Parse(pin.point);
    SIM_CHECK(point.ok()) << point.status().ToString();
    if (!point->place().key.empty()) keys.insert(std::string(point->place().key));
  }
  return keys;
}

// A run with what was seen of it.
struct Watched {
  settle::RunResult result;
  std::vector<settle::StoryEvent> events;
  std::vector<RowVersion> versions;
};

// Of a runner that does not say what it runs there is none.
const WorldPlan* WorldOf(const Runner& runner) {
  return runner.scenario() == nullptr ? nullptr : &runner.scenario()->world();
}

Watched Watch(Runner& runner, RunOptions run, const std::set<std::string>& keys) {
  Storyteller storyteller(keys, WorldOf(runner));
  run.observer = &storyteller;
  Watched watched;
  watched.result = runner.Run(run);
  watched.events = storyteller.Tell();
  watched.versions = storyteller.versions();
  return watched;
}

using Rows = std::map<RowName, std::map<std::string, std::string>>;

Rows AtTheEnd(const std::vector<RowVersion>& versions) {
  Rows rows;
  for (const RowVersion& version : versions) rows[version.row] = version.columns;
  return rows;
}

settle::Difference NewDifference(const RowName& row, const std::string& column,
                                 const std::string& here, const std::string& there) {
  settle::Difference difference;
  difference.set_database(std::get<0>(row));
  difference.set_table(std::get<1>(row));
  difference.set_key(std::get<2>(row));
  difference.set_column(column);
  difference.set_here(here);
  difference.set_there(there);
  return difference;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && absl::c_all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The first column that differs; of rows of which one is missing: the row itself.
std::optional<settle::Difference> Compare(const RowName& row,
                                          const std::map<std::string, std::string>* here,
                                          const std::map<std::string, std::string>* there) {
  const bool is_here = here != nullptr && !here->empty();
  const bool is_there = there != nullptr && !there->empty();
  if (!is_here && !is_there) return std::nullopt;
  if (is_here != is_there) {
    return NewDifference(row, "", is_here ? "there is one" : "there is none",
                         is_there ? "there is one" : "there is none");
  }
  // A status tells more than a time or a version.
  for (const bool numbers : {false, true}) {
    for (const auto& [column, value] : *here) {
      const auto other = there->find(column);
      if (other == there->end() || other->second == value) continue;
      if (numbers || !IsNumber(value)) return NewDifference(row, column, value, other->second);
    }
  }
  return std::nullopt;
}

// What differs at the end.
std::vector<settle::Difference> Endings(const Rows& here, const Rows& there) {
  std::vector<settle::Difference> differences;
  std::set<RowName> names;
  for (const auto& [name, columns] : here) names.insert(name);
  for (const auto& [name, columns] : there) names.insert(name);
  for (const RowName& name : names) {
    const auto mine = here.find(name);
    const auto other = there.find(name);
    if (mine == here.end() || other == there.end() || mine->second.empty() ||
        other->second.empty()) {
      const auto missing = Compare(name, mine == here.end() ? nullptr : &mine->second,
                                   other == there.end() ? nullptr : &other->second);
      if (missing.has_value()) differences.push_back(*missing);
      continue;
    }
    for (const auto& [column, value] : mine->second) {
      const auto found = other->second.find(column);
      if (found == other->second.end() || found->second == value) continue;
      differences.push_back(NewDifference(name, column, value, found->second));
    }
  }
  return differences;
}

// How many versions of rows two runs have in common from the beginning.
size_t CommonVersions(const std::vector<RowVersion>& one, const std::vector<RowVersion>& other) {
  size_t n = 0;
  while (n < one.size() && n < other.size() && one[n].row == other[n].row &&
         one[n].columns == other[n].columns) {
    ++n;
  }
  return n;
}

// Where two runs part: the next version of a row in the failing one, or, if there is none
// any more, in the other, against what that row became instead. A status that differs tells
// more than a number that does, and comes first if there is one.
std::optional<settle::Difference> WhereTheyPart(const std::vector<RowVersion>& here,
                                                const std::vector<RowVersion>& there) {
  const size_t common = CommonVersions(here, there);
  const bool ended = common == here.size();
  const std::vector<RowVersion>& goes_on = ended ? there : here;
  const std::vector<RowVersion>& other = ended ? here : there;
  std::optional<settle::Difference> of_numbers;
  for (size_t n = common; n < goes_on.size(); ++n) {
    const RowVersion& version = goes_on[n];
    const std::map<std::string, std::string>* same_row = nullptr;
    for (size_t i = 0; i < other.size(); ++i) {
      if (other[i].row != version.row) continue;
      same_row = &other[i].columns;
      if (i >= common) break;
    }
    auto difference = ended ? Compare(version.row, same_row, &version.columns)
                            : Compare(version.row, &version.columns, same_row);
    if (!difference.has_value()) continue;
    difference->set_at_nanos(version.at_nanos);
    if (!IsNumber(difference->here())) return difference;
    if (!of_numbers.has_value()) of_numbers = difference;
  }
  return of_numbers;
}

// Of more nobody asks what each is for.
constexpr int64_t kMostOperations = 6;

// The run without one of the things that it has.
struct Without {
  std::string what;
  bool outcome = false;
  RunOptions run;
};

// Each fault and outcome; each operation, if there are several and they are few.
std::vector<Without> LeftOut(const RunOptions& run, const WorldPlan* world) {
  std::vector<Without> all;
  for (const sim::Pin& pin : *run.pins) {
    Without without{PinWords(pin, world), pin.kind == sim::ChoiceKind::kOutcome, run};
    std::erase(*without.run.pins, pin);
    all.push_back(std::move(without));
  }
  if (!run.only.has_value()) return all;
  const int64_t operations = Count(*run.only);
  if (operations < 2 || operations > kMostOperations) return all;
  for (const auto& [client, numbers] : *run.only) {
    for (const int64_t number : numbers) {
      Without without{absl::StrCat("operation ", number, " of ", client), false, run};
      (*without.run.only)[client].erase(number);
      all.push_back(std::move(without));
    }
  }
  return all;
}

class Explainer {
 public:
  Explainer(Runner& runner, const RunOptions& run, const Wanted& wanted)
      : runner_(runner), run_(run), wanted_(wanted), keys_(KeysOf(wanted, *run.pins)) {}

  absl::StatusOr<settle::Explanation> Explain() {
    failing_ = Watch(runner_, run_, keys_);
    if (failing_.result.stopped()) return absl::CancelledError("it was interrupted");
    const settle::FindingResult* finding = wanted_.In(failing_.result);
    if (finding == nullptr) {
      return absl::NotFoundError(absl::StrCat("this run does not break ", wanted_.check));
    }
    settle::Explanation explanation;
    explanation.set_scenario(failing_.result.scenario());
    explanation.set_seed(run_.seed);
    explanation.set_build(failing_.result.build());
    explanation.set_check(wanted_.check);
    explanation.set_key(wanted_.key);
    explanation.set_what(finding->what());
    for (const settle::CheckResult& check : failing_.result.check()) {
      if (check.name() == wanted_.check) explanation.set_claim(check.claim());
    }
    *explanation.mutable_only() = ToProto(run_);
    Tell(*finding, explanation);
    if (absl::Status left_out = LeaveOut(explanation); !left_out.ok()) return left_out;
    return explanation;
  }

 private:
  void Tell(const settle::FindingResult& finding, settle::Explanation& explanation) const {
    settle::StoryEvent violation;
    violation.set_kind(settle::StoryEvent::VIOLATION);
    violation.set_at_nanos(finding.at_nanos());
    violation.set_text(absl::StrCat(wanted_.check, ": ", finding.what()));
    std::vector<settle::StoryEvent> events = failing_.events;
    const auto after = absl::c_find_if(events, [&finding](const settle::StoryEvent& event) {
      return event.at_nanos() > finding.at_nanos();
    });
    events.insert(after, violation);
    for (const settle::StoryEvent& event : events) {
      if (explanation.event_size() < kMostEvents) {
        *explanation.add_event() = event;
      } else {
        explanation.set_left_out(explanation.left_out() + 1);
      }
    }
  }

  absl::Status LeaveOut(settle::Explanation& explanation) const {
    const Rows failing_end = AtTheEnd(failing_.versions);
    size_t nearest = 0;
    for (const Without& without : LeftOut(run_, WorldOf(runner_))) {
      const Watched other = Watch(runner_, without.run, keys_);
      if (other.result.stopped()) return absl::CancelledError("it was interrupted");
      settle::Counterfactual& counterfactual = *explanation.add_without();
      counterfactual.set_without(without.what);
      counterfactual.set_outcome(without.outcome);
      counterfactual.set_verdict(other.result.verdict());
      counterfactual.set_still_broken(wanted_.In(other.result) != nullptr);
      for (const settle::CheckResult& check : other.result.check()) {
        if (check.name() == wanted_.check) counterfactual.set_exercised(check.exercised() > 0);
      }
      if (!other.result.finding().empty()) {
        const settle::FindingResult& found = other.result.finding(0);
        counterfactual.set_instead(absl::StrCat(found.check(), ": ", found.what()));
      }
      for (settle::Difference& ending : Endings(failing_end, AtTheEnd(other.versions))) {
        *counterfactual.add_ends() = std::move(ending);
      }

      if (!other.result.finding().empty()) continue;
      const size_t common = CommonVersions(failing_.versions, other.versions);
      if (!explanation.nearest().empty() && common <= nearest) continue;
      const auto parting = WhereTheyPart(failing_.versions, other.versions);
      if (!parting.has_value()) continue;
      nearest = common;
      explanation.set_nearest(counterfactual.without());
      *explanation.mutable_first() = *parting;
    }
    return absl::OkStatus();
  }

  Runner& runner_;
  const RunOptions& run_;
  const Wanted& wanted_;
  const std::set<std::string> keys_;
  Watched failing_;
};

}  // namespace

absl::StatusOr<settle::Explanation> Explain(Runner& runner, const RunOptions& run,
                                            const Wanted& wanted) {
  SIM_CHECK(run.pins.has_value()) << "a run by its rules has no faults to leave out";
  return Explainer(runner, run, wanted).Explain();
}

}  // namespace scenarios
