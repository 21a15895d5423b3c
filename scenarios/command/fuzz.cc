// `settle fuzz`: scenarios under seeds that nobody has asked for, for a time.

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "faults/durations.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/command/command.h"
#include "scenarios/command/fuzz_text.h"
#include "scenarios/command/fuzzing.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/word_option.h"
#include "scenarios/command/workers.h"

namespace scenarios {
namespace {

using absl::StrCat;

// For whoever gives no budget.
constexpr char kUsualTime[] = "10m";

struct Request {
  std::vector<std::string> paths;
  std::string time;
  std::string patience = "1m";
  std::string out = "out/fuzz";
  int jobs = 0;  // 0: as many as there are processors
  bool seeds_given = false;
  FuzzOptions options;
};

class Fuzz {
 public:
  Fuzz(Session& session, const Request& request)
      : session_(session), request_(request), options_(request.options) {}

  ExitCode Perform() {
    ExitCode code = ReadBudget();
    if (code == kExitOk) code = LoadScenarios();
    if (code == kExitOk) code = MakeFolders();
    if (code != kExitOk) return code;
    KeepResultsWhenInterrupted();
    Fuzzing fuzzing(session_, options_, prospects_);
    code = fuzzing.Open();
    if (code != kExitOk) {
      RemoveFolders();
      return code;
    }
    const auto begun = std::chrono::steady_clock::now();
    code = fuzzing.Run();
    return Summarise(fuzzing, code, std::chrono::steady_clock::now() - begun);
  }

 private:
  ExitCode ReadBudget() {
    const std::string time = !request_.time.empty() ? request_.time
                             : request_.seeds_given ? ""
                                                    : kUsualTime;
    for (const auto& [flag, text, into] :
         {std::tuple{"--time", time, &options_.time},
          std::tuple{"--patience", request_.patience, &options_.patience}}) {
      if (text.empty()) continue;
      const absl::StatusOr<sim::Nanos> nanos = faults::ParseNanos(text);
      if (!nanos.ok()) {
        return session_.Refuse(
            absl::InvalidArgumentError(StrCat(flag, " ", text, ": ", nanos.status().message())));
      }
      *into = absl::Nanoseconds(*nanos);
    }
    if (options_.patience == absl::ZeroDuration()) {
      return session_.Refuse(absl::InvalidArgumentError(
          "--patience 0 is none for any seed; write how long one may take, such as 1m"));
    }
    if (options_.time == absl::ZeroDuration() || options_.seeds == 0) {
      session_.console.Complain(StrCat("nothing to run: the budget is empty, ",
                                       options_.seeds == 0 ? "--seeds=0" : "--time=0s"));
      return kExitNothingRan;
    }
    if (options_.guided() && options_.ties == settle::PRIORITIES) {
      return session_.Refuse(absl::InvalidArgumentError(
          "--ties=priorities goes with --search=random or swarm: what a guided search knows is "
          "about ties that are drawn"));
    }
    if (options_.resume && !options_.plain() && !options_.guided()) {
      return session_.Refuse(absl::InvalidArgumentError(
          options_.swarm() ? "--resume goes with --ties=drawn: a corpus keeps the seeds of those"
                           : "--resume goes with --search=swarm or guided: a corpus keeps the "
                             "seeds of those"));
    }
    options_.seeds = std::min(options_.seeds, kMostSeed - options_.base_seed + 1);
    options_.jobs = request_.jobs > 0 ? request_.jobs : Processors();
    return kExitOk;
  }

  ExitCode LoadScenarios() {
    const auto files = FindScenarios(request_.paths);
    if (!files.ok()) return session_.Refuse(files.status());
    ExitCode code = kExitOk;
    std::set<uint64_t> hashes;
    std::set<std::string> folders;
    for (const std::string& file : *files) {
      auto scenario = LoadWith(file, {}, session_.catalogue);
      if (!scenario.ok()) {
        code = Worse(code, session_.Refuse(scenario.status()));
        continue;
      }
      const uint64_t hash = (*scenario)->hash();
      if (!hashes.insert(hash).second) continue;  // The same runs, by another name.
      std::string folder = StrCat(request_.out, "/", (*scenario)->name());
      if (!folders.insert(folder).second) {
        absl::StrAppend(&folder, "-", absl::StrFormat("%08x", hash >> 32));
      }
      Overrides overrides;
      overrides.ties = options_.ties;
      prospects_.emplace_back(*std::move(scenario), folder, overrides);
    }
    if (code == kExitOk && prospects_.empty()) {
      session_.console.Complain("nothing to run: no scenario there");
      return kExitNothingRan;
    }
    return code;
  }

  ExitCode MakeFolders() {
    if (options_.corpus.empty()) options_.corpus = StrCat(request_.out, "/corpus.db");
    for (std::filesystem::path folder = request_.out;
         !folder.empty() && !std::filesystem::exists(folder); folder = folder.parent_path()) {
      made_.push_back(folder);
    }
    const absl::Status status = reports::MakeWritableDirectory(request_.out);
    if (status.ok()) return kExitOk;
    session_.console.Complain(StrCat("nothing was run: results cannot be kept in ",
                                     status.message(), "; choose another folder by --out=DIR"));
    return kExitEnvironment;
  }

  // Those that were made and in which nothing is kept after all.
  void RemoveFolders() const {
    std::error_code not_empty;
    for (const std::filesystem::path& folder : made_) std::filesystem::remove(folder, not_empty);
  }

  ExitCode Summarise(const Fuzzing& fuzzing, ExitCode code, std::chrono::nanoseconds took) {
    uint64_t ran = 0, kinds = 0, fresh = 0;
    for (const Prospect& prospect : prospects_) {
      code = Worse(code, SayProspect(prospect, session_));
      ran += prospect.ran();
      for (const FailureKind& shape : prospect.Shapes()) {
        ++kinds;
        if (!shape.known) ++fresh;
      }
    }
    if (ran == 0) code = Worse(code, kExitNothingRan);
    const double seconds = std::chrono::duration<double>(took).count();
    session_.console.Print(absl::StrFormat(
        "%s of %s in %.1f s (%.3g/s), %s repeated in fresh processes; %s of failures, %d new; "
        "kept in %s   exit %d\n",
        reports::Counted(ran, "seed"), reports::Counted(prospects_.size(), "scenario"), seconds,
        static_cast<double>(ran) / seconds, reports::Counted(fuzzing.repeated(), "run"),
        reports::Counted(kinds, "kind"), fresh, options_.corpus, code));
    session_.console.PrintJson(
        reports::JsonLine("summary", {{"scenarios", prospects_.size()},
                                      {"seeds", std::to_string(ran)},
                                      {"kinds", kinds},
                                      {"new", fresh},
                                      {"repeated", std::to_string(fuzzing.repeated())},
                                      {"corpus", options_.corpus},
                                      {"exit", int{code}}}));
    if (Interrupted() != kExitOk) {
      session_.console.Complain(StrCat("interrupted; what has ended is kept in ", options_.corpus,
                                       "; go on by --resume"));
    }
    return code;
  }

  Session& session_;
  const Request& request_;
  FuzzOptions options_;
  std::deque<Prospect> prospects_;
  std::vector<std::filesystem::path> made_;  // inner ones first
};

}  // namespace

void AddFuzz(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("fuzz", "Run scenarios under ever new seeds, and keep what fails");
  auto request = std::make_shared<Request>();
  FuzzOptions& options = request->options;
  command->add_option("SCENARIO", request->paths, "Scenarios, or folders of them")->required();
  command
      ->add_option("--time", request->time,
                   "For how long, such as 90s or 8h (default: 10m, without --seeds)")
      ->type_name("TIME");
  auto* seeds =
      command->add_option("--seeds", options.seeds, "At most so many seeds of each scenario")
          ->check(CLI::Range(uint64_t{0}, kMostSeed))
          ->type_name("N");
  command->add_option("--base-seed", options.base_seed, "The first of them (default: 1)")
      ->check(CLI::Range(uint64_t{0}, kMostSeed))
      ->type_name("N");
  command->add_option("--jobs", request->jobs, "Processes (default: one for each processor)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command->add_option("--corpus", options.corpus, "Where all is kept (default: DIR/corpus.db)")
      ->type_name("FILE");
  command->add_option("--out", request->out, "Where repro files are kept (default: out/fuzz)")
      ->type_name("DIR");
  using Search = FuzzOptions::Search;
  const std::map<std::string, Search> searches = {
      {"random", Search::kRandom}, {"swarm", Search::kSwarm}, {"guided", Search::kGuided}};
  AddWordOption(*command, "--search", options.search, searches,
                "random: the rules as they are; swarm: families of faults on and off by seed; "
                "guided: besides, faults that were seldom tried (default: swarm)");
  AddTies(*command, options.ties);
  command->add_flag("--resume", options.resume,
                    "Leave out the seeds that the corpus has of this build");
  command
      ->add_option("--stop-after", options.stop_after, "Stop after so many new kinds of failures")
      ->check(CLI::Range(uint64_t{1}, kMostSeed))
      ->type_name("K");
  command
      ->add_option("--guard", options.guard,
                   "Run one seed in N again in a fresh process (default: 256; 0: none)")
      ->type_name("N");
  command
      ->add_option("--patience", request->patience,
                   "A seed that takes longer is a failure, and is ended (default: 1m)")
      ->type_name("TIME");
  command->callback([&session, request, seeds] {
    request->seeds_given = seeds->count() > 0;
    session.chosen = [&session, request] { return Fuzz(session, *request).Perform(); };
  });
}

}  // namespace scenarios
