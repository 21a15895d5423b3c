#include "scenarios/command/retest.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "reports/atomic_file.h"
#include "scenarios/command/child.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/exit_code.h"
#include "scenarios/command/sighting.h"
#include "scenarios/command/target.h"
#include "scenarios/command/temporary_folder.h"

namespace scenarios {
namespace {

using absl::StrCat;

// One that ended its process, or did not end.
absl::StatusOr<Retested> RetestSeed(const CorpusFailure& failure, const Catalogue& catalogue,
                                    const std::string& folder, absl::Duration patience) {
  const settle::Repro& repro = failure.repro;
  std::string target = StrCat(repro.scenario(), "@", repro.seed());
  if (repro.rules() != settle::RULES_OFF) {  // Its seed alone is another run.
    target = folder + "/failure.repro.textproto";
    const absl::Status written = reports::WriteAtomically(target, ReproTextOf(failure));
    if (!written.ok()) return written;
  }
  const auto loaded = LoadTarget(target, Overrides(), catalogue);
  if (!loaded.ok()) return loaded.status();
  const absl::StatusOr<int> code =
      RunChild({"rerun", StrCat("--result=", folder, "/result"), target}, Addresses::kAsConfigured,
               patience);
  if (absl::IsDeadlineExceeded(code.status())) return Retested();
  if (!code.ok()) return code.status();
  return Retested{*code == kExitOk ? FailureStatus::kFixed : FailureStatus::kFailing, ""};
}

absl::StatusOr<Retested> RetestKnown(const CorpusFailure& failure, const Catalogue& catalogue,
                                     const std::string& folder, absl::Duration patience) {
  if (failure.repro.digest() == 0) return RetestSeed(failure, catalogue, folder, patience);
  const std::string path = folder + "/failure.repro.textproto";
  const absl::Status written = reports::WriteAtomically(path, ReproTextOf(failure));
  if (!written.ok()) return written;
  const auto target = LoadTarget(path, Overrides(), catalogue);
  if (!target.ok()) return target.status();
  const auto run = InFreshProcess({path}, Addresses::kAsConfigured, patience)(/*trace_file=*/"");
  if (!run.ok()) return run.status();
  return Judged(failure.repro, *run);
}

}  // namespace

Retested Judged(const settle::Repro& repro, const settle::RunResult& run) {
  const Sighting seen = SightingOf(repro, run);
  if (seen.finding != nullptr || !seen.elsewhere.empty()) {
    return {FailureStatus::kFailing, seen.elsewhere};
  }
  const bool judged = std::any_of(run.check().begin(), run.check().end(), [&](const auto& check) {
    return check.name() == repro.check() && check.judged() && check.unknown().empty();
  });
  const bool fixed = judged && run.unreached().empty();
  return {fixed ? FailureStatus::kFixed : FailureStatus::kDrifted, ""};
}

absl::StatusOr<Retested> Retest(const CorpusFailure& failure, const Catalogue& catalogue,
                                absl::Duration patience) {
  const absl::StatusOr<TemporaryFolder> folder = TemporaryFolder::Make();
  if (!folder.ok()) return folder.status();
  auto retested = RetestKnown(failure, catalogue, folder->path(), patience);
  const bool whole = failure.verbatim.empty();
  if (retested.ok() && retested->status == FailureStatus::kFixed && !whole) {
    retested->status = FailureStatus::kDrifted;
  }
  return retested;
}

}  // namespace scenarios
