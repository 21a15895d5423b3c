// `settle bench`: how well each way of searching finds bugs that were planted.

#include <algorithm>
#include <ctime>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/workers.h"
#include "scenarios/search/score.h"

namespace scenarios {
namespace {

using absl::StrCat;

// Seeds under which a quirk without its trigger is watched.
constexpr uint64_t kSilentSeeds = 20;

struct Request {
  std::vector<std::string> paths = {"scenarios"};
  uint64_t runs = 1000;
  uint64_t repeat = 20;
  int jobs = 0;
};

int64_t CpuNanos() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// An attempt travels from a worker as what it can send.
settle::RunResult ToResult(const Attempt& attempt) {
  settle::RunResult result;
  result.set_verdict(attempt.found ? settle::VIOLATED : settle::HELD);
  result.set_events(attempt.runs);
  if (attempt.found) result.add_finding()->set_check(attempt.check);
  const auto add = [&result](const char* name, int64_t value) {
    settle::Metric& metric = *result.add_metric();
    metric.set_name(name);
    metric.set_value(value);
  };
  add("faults", attempt.faults);
  add("operations", attempt.operations);
  add("shrink_runs", attempt.shrink_runs);
  add("shrink_nanos", attempt.shrink_nanos);
  return result;
}

Attempt FromResult(const settle::RunResult& result) {
  Attempt attempt;
  attempt.found = result.verdict() == settle::VIOLATED;
  attempt.runs = result.events();
  if (attempt.found) attempt.check = result.finding(0).check();
  attempt.faults = static_cast<int>(result.metric(0).value());
  attempt.operations = static_cast<int>(result.metric(1).value());
  attempt.shrink_runs = static_cast<int>(result.metric(2).value());
  attempt.shrink_nanos = result.metric(3).value();
  return attempt;
}

bool HasQuirk(const LoadedScenario& scenario) {
  for (const settle::Organisation& organisation : scenario.text().organisation()) {
    for (const settle::Node& node : organisation.node()) {
      if (!node.quirk().empty()) return true;
    }
  }
  return false;
}

class Scoring {
 public:
  Scoring(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    if (request_.runs == 0 || request_.repeat == 0) {
      session_.console.Complain("nothing ran: no run was asked for");
      return kExitNothingRan;
    }
    std::vector<std::unique_ptr<LoadedScenario>> scenarios;
    if (const ExitCode code = Find(scenarios); code != kExitOk) return code;
    KeepResultsWhenInterrupted();
    session_.console.Print(absl::StrFormat("%-44s %-8s %9s %12s %8s   %s\n", "quirk", "search",
                                           "found", "runs (median)", "largest", "objected"));
    for (const auto& scenario : scenarios) {
      if (absl::Status status = ScoreOne(*scenario); !status.ok()) {
        return absl::IsCancelled(status) ? Interrupted() : session_.Refuse(status);
      }
    }
    Summarise(scenarios.size());
    return kExitOk;
  }

 private:
  // Scenarios that plant a quirk and expect that it breaks a promise.
  ExitCode Find(std::vector<std::unique_ptr<LoadedScenario>>& scenarios) {
    const absl::StatusOr<std::vector<std::string>> files = FindScenarios(request_.paths);
    if (!files.ok()) return session_.Refuse(files.status());
    for (const std::string& file : *files) {
      auto scenario = LoadWith(file, {}, session_.catalogue);
      if (!scenario.ok()) return session_.Refuse(scenario.status());
      if ((*scenario)->text().expect() != settle::VIOLATED || !HasQuirk(**scenario)) continue;
      if ((*scenario)->text().violated().empty()) continue;
      scenarios.push_back(*std::move(scenario));
    }
    if (!scenarios.empty()) return kExitOk;
    session_.console.Complain("nothing ran: no scenario there plants a quirk");
    return kExitNothingRan;
  }

  absl::Status ScoreOne(const LoadedScenario& scenario) {
    const std::unique_ptr<Runner> runner = NewRunner(scenario);
    constexpr size_t kMany = std::size(kSearches);
    std::vector<std::vector<Attempt>> attempts(kMany);
    {
      const int jobs = request_.jobs == 0 ? Processors() : request_.jobs;
      Workers workers(
          jobs, Seeds{0, kMany * request_.repeat - 1, 1},
          [&](uint64_t index) {
            return ToResult(Try(scenario, *runner, kSearches[index % kMany], index / kMany,
                                request_.runs, CpuNanos));
          },
          [] { return Interrupted() != kExitOk; });
      for (uint64_t index = 0; index < kMany * request_.repeat; ++index) {
        const absl::StatusOr<settle::RunResult> result = workers.Next();
        if (!result.ok()) return result.status();
        attempts[index % kMany].push_back(FromResult(*result));
      }
    }
    for (size_t i = 0; i < kMany; ++i) Print(scenario, kSearches[i], attempts[i]);
    const Silence silence = WithoutTrigger(scenario, *runner, kSilentSeeds);
    if (!silence.silent) {
      session_.console.Print(absl::StrFormat(
          "%-44s without faults and with one client it still breaks %s\n", "", silence.broken));
      ++blunt_;
    }
    return absl::OkStatus();
  }

  void Print(const LoadedScenario& scenario, Search search, const std::vector<Attempt>& attempts) {
    const Score score = ScoreOf(attempts);
    const std::string largest =
        score.found == 0 ? "-" : StrCat(score.worst_faults, " f ", score.worst_operations, " o");
    session_.console.Print(absl::StrFormat(
        "%-44s %-8s %4d of %2d %12d %8s   %s\n", scenario.name(), NameOf(search), score.found,
        score.attempts, score.median_runs, largest, absl::StrJoin(score.checks, ", ")));
    session_.console.PrintJson(
        reports::JsonLine("score", {{"scenario", scenario.name()},
                                    {"search", NameOf(search)},
                                    {"found", score.found},
                                    {"attempts", score.attempts},
                                    {"median_runs", score.median_runs},
                                    {"worst_faults", score.worst_faults},
                                    {"worst_operations", score.worst_operations},
                                    {"small", score.small},
                                    {"checks", score.checks}}));
    Sum& sum = sums_[static_cast<size_t>(search)];
    sum.runs += score.median_runs;
    if (score.found == score.attempts) ++sum.always;
    if (score.found > 0) ++sum.found;
    for (const Attempt& attempt : attempts) {
      if (!attempt.found) continue;
      ++detections_;
      if (attempt.faults <= 3 && attempt.operations <= 2) ++small_;
      longest_shrink_ = std::max(longest_shrink_, attempt.shrink_nanos);
      most_shrink_runs_ = std::max(most_shrink_runs_, attempt.shrink_runs);
    }
  }

  void Summarise(size_t quirks) {
    Console& console = session_.console;
    console.Print("\n");
    for (const Search search : kSearches) {
      const Sum& sum = sums_[static_cast<size_t>(search)];
      console.Print(absl::StrFormat(
          "%-8s found %d of %d quirks, %d of them in every attempt; %d runs (sum of medians)\n",
          NameOf(search), sum.found, quirks, sum.always, sum.runs));
    }
    if (detections_ > 0) {
      console.Print(absl::StrFormat(
          "shrunk to at most 3 faults and 2 operations: %d of %d detections (%.1f %%), in at most "
          "%d runs and %s of CPU\n",
          small_, detections_, 100.0 * small_ / detections_, most_shrink_runs_,
          reports::Elapsed(longest_shrink_)));
    }
    console.Print(StrCat(reports::Counted(request_.repeat, "attempt"), " of at most ",
                         reports::Counted(request_.runs, "run"), "; without their trigger ", blunt_,
                         " of ", quirks, " break a promise all the same\n"));
  }

  struct Sum {
    uint64_t runs = 0;
    int found = 0;
    int always = 0;
  };

  Session& session_;
  const Request& request_;
  Sum sums_[std::size(kSearches)];
  int detections_ = 0;
  int small_ = 0;
  int blunt_ = 0;
  int most_shrink_runs_ = 0;
  int64_t longest_shrink_ = 0;
};

}  // namespace

void AddBench(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("bench", "Measure the searches by planted bugs");
  auto request = std::make_shared<Request>();
  CLI::App* quirks = command->add_subcommand("quirks", "How soon each search finds each quirk");
  command->require_subcommand(1);
  quirks->add_option("SCENARIO", request->paths,
                     "Scenarios that plant a quirk, or folders of them (default: scenarios)");
  quirks->add_option("--runs", request->runs, "Runs of each attempt (default: 1000)")
      ->type_name("N");
  quirks->add_option("--repeat", request->repeat, "Attempts of each search (default: 20)")
      ->type_name("N");
  quirks->add_option("--jobs", request->jobs, "Processes (default: one for each processor)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  quirks->callback([&session, request] {
    session.chosen = [&session, request] { return Scoring(session, *request).Run(); };
  });
}

}  // namespace scenarios
