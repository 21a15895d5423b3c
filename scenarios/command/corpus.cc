// `settle corpus`: what searches have found, to look at, to pass on and to try again.

#include "scenarios/search/corpus.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/words.h"
#include "scenarios/build_id.h"
#include "scenarios/command/command.h"
#include "scenarios/command/corpus_text.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/prospect.h"
#include "scenarios/command/result_files.h"
#include "scenarios/command/retest.h"
#include "scenarios/command/seal.h"
#include "scenarios/command/sighting.h"
#include "scenarios/command/user_path.h"
#include "scenarios/repro.h"
#include "scenarios/search/signature.h"

namespace scenarios {
namespace {

using absl::StrCat;

// A run of a failure may hang: that was one reason to keep it.
constexpr absl::Duration kPatience = absl::Minutes(1);

struct Request {
  std::string file;
  std::vector<std::string> others;  // to merge, to import, these in folders, too
  std::string folder;               // to export to
};

// One command on one file.
class OnCorpus {
 public:
  OnCorpus(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Show() {
    if (const ExitCode code = Open(IfMissing::kRefuse); code != kExitOk) return code;
    const auto scenarios = corpus_->Scenarios();
    const auto totals = corpus_->Totals();
    const auto failures = corpus_->Failures();
    for (const absl::Status& status : {scenarios.status(), totals.status(), failures.status()}) {
      if (!status.ok()) return session_.Refuse(status);
    }
    SayCorpus(*scenarios, *totals, *failures, session_.console);
    ExitCode code = kExitOk;
    for (const CorpusFailure& failure : *failures) code = Worse(code, Unreadable(failure));
    return code;
  }

  ExitCode Collect() {
    if (const ExitCode code = Open(IfMissing::kRefuse); code != kExitOk) return code;
    const auto dropped = corpus_->Drop(BuildId());
    if (!dropped.ok()) return session_.Refuse(dropped.status());
    session_.console.Print(StrCat("dropped ", reports::Counted(dropped->failures, "failure"),
                                  " that are fixed, and ", reports::Counted(dropped->runs, "run"),
                                  " of other builds than ", BuildId(), "\n"));
    session_.console.PrintJson(
        reports::JsonLine("dropped", {{"failures", std::to_string(dropped->failures)},
                                      {"runs", std::to_string(dropped->runs)}}));
    return kExitOk;
  }

  ExitCode Export() {
    if (const ExitCode code = Open(IfMissing::kRefuse); code != kExitOk) return code;
    const auto failures = corpus_->Failures();
    if (!failures.ok()) return session_.Refuse(failures.status());
    uint64_t without = 0;
    ExitCode code = kExitOk;
    for (const CorpusFailure& failure : *failures) {
      if (const ExitCode unreadable = Unreadable(failure); unreadable != kExitOk) {
        code = unreadable;
        continue;
      }
      if (failure.repro.digest() == 0) {
        ++without;
        continue;
      }
      // Versions of one scenario have folders of their own.
      const std::string folder = absl::StrFormat(
          "%s/%s-%08x", request_.folder,
          std::filesystem::path(failure.repro.scenario()).stem().string(), failure.scenario >> 32);
      const std::string file = StrCat(folder, "/", KindName(failure), kReproEnding);
      absl::Status status = reports::MakeWritableDirectory(folder);
      if (status.ok()) status = reports::WriteAtomically(file, ReproTextOf(failure));
      if (!status.ok()) {
        session_.console.Complain(status.message());
        return kExitEnvironment;
      }
      session_.console.Print(file + "\n");
      session_.console.PrintJson(reports::JsonLine("exported", {{"file", file}}));
    }
    if (without > 0) {
      session_.console.Complain(StrCat(reports::Counted(without, "failure"),
                                       " ended the process and is known by its seed only: see "
                                       "settle corpus show ",
                                       request_.file));
    }
    return code;
  }

  // What a repro file says of its failure is one check; what it finds must be seen.
  ExitCode Import() {
    std::vector<std::string> files;
    for (const std::string& path : request_.others) {
      const bool folder = std::filesystem::is_directory(path);
      const std::vector<std::string> found = folder ? FindRepros(path) : std::vector{path};
      if (found.empty()) {
        session_.console.Complain(
            StrCat("nothing to import: ", path, " has no repro files, *", kReproEnding));
        return kExitNothingRan;
      }
      files.insert(files.end(), found.begin(), found.end());
    }
    if (const ExitCode code = OpenFor(files); code != kExitOk) return code;
    KeepResultsWhenInterrupted();
    ExitCode code = kExitOk;
    for (const std::string& file : files) {
      if (Interrupted() != kExitOk) break;
      code = Worse(code, ImportOne(file));
    }
    return Worse(code, Interrupted());
  }

  ExitCode Merge() {
    // What cannot be read makes no new corpus.
    for (const std::string& file : request_.others) {
      std::error_code unknown;
      if (std::filesystem::equivalent(file, request_.file, unknown)) continue;
      const auto other = Corpus::Open(file, IfMissing::kRefuse);
      if (!other.ok()) return session_.Refuse(other.status());
    }
    if (const ExitCode code = OpenFor(request_.others); code != kExitOk) return code;
    for (const std::string& file : request_.others) {
      if (const ExitCode code = MergeOne(file); code != kExitOk) return code;
    }
    return kExitOk;
  }

  ExitCode RetestAll() {
    if (const ExitCode code = Open(IfMissing::kRefuse); code != kExitOk) return code;
    const auto failures = corpus_->Failures();
    if (!failures.ok()) return session_.Refuse(failures.status());
    if (failures->empty()) {
      session_.console.Complain(StrCat("nothing to run: ", request_.file, " has no failures"));
      return kExitNothingRan;
    }
    KeepResultsWhenInterrupted();
    ExitCode code = kExitOk;
    for (const CorpusFailure& failure : *failures) {
      if (Interrupted() != kExitOk) break;
      code = Worse(code, RetestOne(failure));
    }
    return Worse(code, Interrupted());
  }

 private:
  // Names what this build cannot read. It stays where it is, for one that can.
  ExitCode Unreadable(const CorpusFailure& failure) {
    if (failure.unreadable.empty()) return kExitOk;
    return session_.Refuse(absl::UnavailableError(failure.unreadable));
  }

  // Of a file that is not there nothing can be kept, so that no corpus is made for it.
  ExitCode OpenFor(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      if (std::filesystem::exists(file)) continue;
      return session_.Refuse(absl::NotFoundError(StrCat(file, ": No such file or directory")));
    }
    return Open(IfMissing::kCreate);
  }

  ExitCode Open(IfMissing missing) {
    auto corpus = Corpus::Open(request_.file, missing);
    if (!corpus.ok()) return session_.Refuse(corpus.status());
    corpus_ = *std::move(corpus);
    return kExitOk;
  }

  ExitCode ImportOne(const std::string& file) {
    const auto target = LoadTarget(file, Overrides(), session_.catalogue);
    if (!target.ok()) return session_.Refuse(target.status());
    session_.SayLeftOut(*target);
    if (!target->from_repro) {
      return session_.Refuse(absl::InvalidArgumentError(StrCat(file, ": is no repro file")));
    }
    const auto run = InFreshProcess({file}, Addresses::kAsConfigured, kPatience)("");
    if (absl::IsCancelled(run.status())) return kExitOk;
    if (!run.ok()) return session_.Refuse(run.status());
    settle::Repro repro = target->repro;
    const auto [finding, elsewhere] = SightingOf(repro, *run);
    if (finding == nullptr) {
      const std::string instead =
          elsewhere.empty() ? "not violated by it in this build" : elsewhere;
      session_.console.Complain(
          StrCat(file, ": ", repro.check(), " is ", instead, "; not imported"));
      return kExitInconclusive;
    }
    repro.set_key(finding->key());
    repro.set_scenario_hash(run->scenario_hash());
    repro.set_build(run->build());
    repro.set_digest(run->digest());
    Seal(repro);
    const bool small = IsSmall(repro);
    CorpusFailure failure{run->scenario_hash(),
                          small ? ShapeSignature(repro) : Signature(*finding),
                          finding->check(),
                          finding->what(),
                          run->build(),
                          run->seed(),
                          repro,
                          FailureStatus::kFailing};
    if (small) failure.preliminary.insert(Signature(*finding));
    absl::Status kept = corpus_->Keep(ForCorpus(*target->scenario));
    if (kept.ok() && small) kept = corpus_->Refile(failure);
    if (kept.ok() && !small) {
      kept = corpus_->Keep(CorpusBatch{run->scenario_hash(), run->build(), {}, {failure}}).status();
    }
    if (!kept.ok()) return session_.Refuse(kept);
    SayFailureLine("imported", failure, session_.console);
    return kExitOk;
  }

  ExitCode MergeOne(const std::string& file) {
    std::error_code unknown;
    if (std::filesystem::equivalent(file, request_.file, unknown)) {
      return session_.Refuse(
          absl::InvalidArgumentError(StrCat(file, ": is to be merged into itself")));
    }
    auto other = Corpus::Open(file, IfMissing::kRefuse);
    if (!other.ok()) return session_.Refuse(other.status());
    const auto runs = corpus_->CountRuns();
    const auto failures = corpus_->Failures();
    const auto differ = corpus_->Merge(**other);
    const auto runs_after = corpus_->CountRuns();
    const auto failures_after = corpus_->Failures();
    for (const absl::Status& status : {runs.status(), failures.status(), differ.status(),
                                       runs_after.status(), failures_after.status()}) {
      if (!status.ok()) return session_.Refuse(status);
    }
    const uint64_t new_runs = *runs_after - *runs;
    const uint64_t new_failures = failures_after->size() - failures->size();
    session_.console.Print(StrCat(file, ": ", reports::Counted(new_runs, "new run"), ", ",
                                  reports::Counted(new_failures, "new failure"), "\n"));
    session_.console.PrintJson(
        reports::JsonLine("merged", {{"file", file},
                                     {"runs", std::to_string(new_runs)},
                                     {"failures", std::to_string(new_failures)},
                                     {"differ", *differ}}));
    if (differ->empty()) return kExitOk;
    session_.console.Print(StrCat("NONDETERMINISM  ", differ->front(), " had one trace in ",
                                  request_.file, " and another in ", file,
                                  ", with the same build; ",
                                  reports::Counted(differ->size(), "run"),
                                  " differ. No result of this build can be relied on.\n"));
    return kExitNondeterminism;
  }

  ExitCode RetestOne(CorpusFailure failure) {
    if (!failure.unreadable.empty()) {
      SayFailureLine(kCannotBeRead, failure, session_.console);
      return Unreadable(failure);
    }
    const auto retested = Retest(failure, session_.catalogue, kPatience);
    if (absl::IsCancelled(retested.status())) return kExitOk;
    if (!retested.ok()) {
      SayFailureLine("cannot be run", failure, session_.console);
      session_.console.Complain(retested.status().message());
      return kExitInconclusive;
    }
    failure.status = retested->status;
    if (absl::Status kept = corpus_->Replace(failure); !kept.ok()) return session_.Refuse(kept);
    const bool failing = failure.status == FailureStatus::kFailing;
    SayFailureLine(failing ? "still failing" : StatusWords(failure.status), failure,
                   session_.console);
    if (!retested->note.empty()) {
      const std::string note = StrCat(failure.check, " is ", retested->note);
      session_.console.Print(StrCat("    ", note, "\n"));
      session_.console.PrintJson(reports::JsonLine("note", {{"text", note}}));
    }
    if (failing) return kExitUnexpected;
    return failure.status == FailureStatus::kFixed ? kExitOk : kExitInconclusive;
  }

  Session& session_;
  const Request& request_;
  std::unique_ptr<Corpus> corpus_;
};

using Verb = ExitCode (OnCorpus::*)();

CLI::App* AddVerb(CLI::App& corpus, const char* name, const char* about, Verb verb,
                  const std::shared_ptr<Request>& request, Session& session) {
  CLI::App* command = corpus.add_subcommand(name, about);
  command->add_option("FILE", request->file, "The corpus")->required();
  command->callback([&session, request, verb] {
    session.chosen = [&session, request, verb] { return (OnCorpus(session, *request).*verb)(); };
  });
  return command;
}

}  // namespace

void AddCorpus(CLI::App& app, Session& session) {
  CLI::App* corpus =
      app.add_subcommand("corpus", "What searches have found, and what became of it");
  corpus->require_subcommand(1);
  auto request = std::make_shared<Request>();
  const auto add = [&](const char* name, const char* about, Verb verb) {
    return AddVerb(*corpus, name, about, verb, request, session);
  };
  add("show", "Scenarios, builds, seeds that ran, and failures by the check that they violate",
      &OnCorpus::Show);
  add("gc", "Drop failures that are fixed, and runs of other builds", &OnCorpus::Collect);
  add("export", "Write each failure to a repro file", &OnCorpus::Export)
      ->add_option("DIR", request->folder, "Where to")
      ->required();
  add("import", "Run repro files, and add what still fails", &OnCorpus::Import)
      ->add_option("REPRO", request->others, "Repro files, or folders that have them")
      ->required();
  add("merge", "Add what other corpora have; without effect if done again", &OnCorpus::Merge)
      ->add_option("FROM", request->others, "Corpora, of other machines too")
      ->required();
  add("retest", "Run each failure in this build: fixed, still failing or drifted",
      &OnCorpus::RetestAll);
}

}  // namespace scenarios
