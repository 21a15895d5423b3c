// `settle bench`: how well each way of searching finds bugs that were planted.

#include <ctime>
#include <filesystem>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/durations.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/progress_line.h"
#include "scenarios/command/score_table.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/workers.h"
#include "scenarios/search/score.h"
#include "scenarios/search/silence.h"

namespace scenarios {
namespace {

using absl::StrCat;

// Seeds under which a quirk is watched without its trigger, and with one part of it alone.
constexpr uint64_t kSilentSeeds = 20;

struct Request {
  std::vector<std::string> paths = {"scenarios"};
  std::string system;  // empty: all
  std::string time = "60m";
  Effort effort;
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

class Scoring {
 public:
  Scoring(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    if (request_.effort.most_runs == 0 || request_.repeat == 0) {
      session_.console.Complain("nothing ran: no run was asked for");
      return kExitNothingRan;
    }
    const absl::StatusOr<sim::Nanos> time = faults::ParseNanos(request_.time);
    if (!time.ok()) {
      return session_.Refuse(absl::InvalidArgumentError(
          StrCat("--time ", request_.time, ": ", time.status().message())));
    }
    if (const ExitCode code = Find(); code != kExitOk) return code;
    KeepResultsWhenInterrupted();
    const absl::StatusOr<uint64_t> repetitions = Repeat(*time);
    if (!repetitions.ok()) return session_.Refuse(repetitions.status());
    if (*repetitions == 0) {
      session_.console.Complain(
          StrCat("nothing is known: not every search has had its turn within ", request_.time));
      return Worse(kExitInconclusive, Interrupted());
    }
    Say(*repetitions);
    return Interrupted();
  }

 private:
  static constexpr size_t kMany = std::size(kSearches);

  // Scenarios that plant one quirk and expect that it breaks a promise.
  ExitCode Find() {
    const absl::StatusOr<std::vector<std::string>> files = FindScenarios(request_.paths);
    if (!files.ok()) return session_.Refuse(files.status());
    std::set<std::string> systems;
    for (const std::string& file : *files) {
      auto scenario = LoadWith(file, {}, session_.catalogue);
      if (!scenario.ok()) return session_.Refuse(scenario.status());
      if ((*scenario)->text().expect() != settle::VIOLATED || QuirkOf(**scenario) == nullptr)
        continue;
      if ((*scenario)->text().violated().empty()) continue;
      const std::string system = std::filesystem::path(file).parent_path().filename().string();
      systems.insert(system);
      if (request_.system.empty() || request_.system == system) {
        scenarios_.push_back(*std::move(scenario));
      }
    }
    if (!scenarios_.empty()) return kExitOk;
    session_.console.Complain(
        systems.empty() ? "nothing ran: no scenario there plants a quirk"
                        : StrCat("nothing ran: no quirk is planted in a system \"", request_.system,
                                 "\", but in ", absl::StrJoin(systems, ", ")));
    return kExitNothingRan;
  }

  // One repetition of all after the other, so that what the time does not suffice for is
  // missing of every search and quirk alike. Returns how many are whole.
  absl::StatusOr<uint64_t> Repeat(sim::Nanos time) {
    attempts_.resize(scenarios_.size());
    for (size_t i = 0; i < scenarios_.size(); ++i) attempts_[i].quirk = scenarios_[i]->name();
    ProgressLine progress(session_.console);
    const auto over = [&] { return Interrupted() != kExitOk || progress.elapsed_nanos() >= time; };
    const uint64_t each = scenarios_.size() * kMany;
    const uint64_t count = each * request_.repeat;
    std::vector<std::unique_ptr<Runner>> runners(scenarios_.size());
    Workers workers(
        request_.jobs == 0 ? Processors() : request_.jobs, Seeds{0, count - 1, 1},
        [&](uint64_t index) {
          const size_t quirk = index % each / kMany;
          if (runners[quirk] == nullptr) runners[quirk] = NewRunner(*scenarios_[quirk]);
          return ToResult(Try(*scenarios_[quirk], *runners[quirk], kSearches[index % kMany],
                              index / each, request_.effort, CpuNanos));
        },
        over);
    std::vector<Attempt> repetition;
    for (uint64_t index = 0; index < count; ++index) {
      const absl::StatusOr<settle::RunResult> result = workers.Next();
      if (absl::IsCancelled(result.status())) return index / each;
      if (!result.ok()) return result.status();
      repetition.push_back(FromResult(*result));
      progress.Show(index + 1, count, [&] {
        return StrCat("  ", index + 1, " of ", count, " attempts, ", index / each, " of ",
                      request_.repeat, " repetitions");
      });
      if (repetition.size() < each) continue;
      for (size_t i = 0; i < each; ++i) {
        attempts_[i / kMany].of[i % kMany].push_back(std::move(repetition[i]));
      }
      repetition.clear();
    }
    return request_.repeat;
  }

  void Say(uint64_t repetitions) {
    for (size_t i = 0; i < scenarios_.size(); ++i) {
      const std::unique_ptr<Runner> runner = NewRunner(*scenarios_[i]);
      attempts_[i].silence = SilenceOf(*scenarios_[i], *runner, kSilentSeeds);
    }
    SayScore(attempts_, request_.effort.shrink_runs > 0, session_.console);
    session_.console.Print(StrCat(
        reports::Counted(repetitions, "attempt"), " of each search at each quirk",
        repetitions < request_.repeat
            ? StrCat(", of ", request_.repeat, " for which ", request_.time, " did not suffice")
            : "",
        ", of at most ", reports::Counted(request_.effort.most_runs, "run"), "\n"));
  }

  Session& session_;
  const Request& request_;
  std::vector<std::unique_ptr<LoadedScenario>> scenarios_;
  std::vector<QuirkAttempts> attempts_;  // by scenario
};

}  // namespace

void AddBench(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("bench", "Measure the searches by planted bugs");
  auto request = std::make_shared<Request>();
  CLI::App* quirks = command->add_subcommand("quirks", "How soon each search finds each quirk");
  command->require_subcommand(1);
  quirks->add_option("SCENARIO", request->paths,
                     "Scenarios that plant a quirk, or folders of them (default: scenarios)");
  quirks
      ->add_option("--system", request->system,
                   "Only the quirks in the folder of that name, such as exchange")
      ->type_name("NAME");
  quirks->add_option("--runs", request->effort.most_runs, "Runs of each attempt (default: 1000)")
      ->type_name("N");
  quirks
      ->add_option("--shrink", request->effort.shrink_runs,
                   "Runs to shrink each failure (default: 300; 0: none, and sizes are not known)")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N");
  quirks
      ->add_option("--time", request->time,
                   "When it is over, the repetitions that are whole count (default: 60m)")
      ->type_name("TIME");
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
