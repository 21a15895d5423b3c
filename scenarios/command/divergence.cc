#include "scenarios/command/divergence.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "faults/source_text.h"
#include "reports/atomic_file.h"
#include "reports/words.h"
#include "scenarios/command/temporary_folder.h"

namespace scenarios {
namespace {

// Two runs that differ once in a while may agree when they are looked at.
constexpr int kAttempts = 3;

constexpr char kGone[] =
    "the traces agree now that they are recorded whole: the difference comes and goes";

std::string Ended(uint64_t records) {
  return absl::StrCat("the run has ended, after ", reports::Counted(records, "record"));
}

// `words` are a target and its overrides.
absl::StatusOr<settle::RunResult> RunAfresh(const std::vector<std::string>& words,
                                            Addresses addresses, absl::Duration patience,
                                            const std::string& trace_file) {
  absl::StatusOr<TemporaryFolder> folder = TemporaryFolder::Make();
  if (!folder.ok()) return folder.status();
  const std::string result_file = folder->path() + "/result";
  std::vector<std::string> arguments = {"rerun", absl::StrCat("--result=", result_file)};
  if (!trace_file.empty()) arguments.push_back(absl::StrCat("--trace-file=", trace_file));
  arguments.insert(arguments.end(), words.begin(), words.end());

  const absl::StatusOr<int> code = RunChild(arguments, addresses, patience);
  if (!code.ok()) return code.status();
  if (*code != 0) {
    return absl::UnavailableError(
        absl::StrCat("a fresh process could not repeat ", words.front(), ": exit ", *code));
  }
  const absl::StatusOr<std::string> bytes = faults::ReadFile(result_file);
  if (!bytes.ok()) return bytes.status();
  settle::RunResult result;
  if (!result.ParseFromString(*bytes)) {
    return absl::UnavailableError(absl::StrCat(result_file, ": is not what a run writes"));
  }
  return result;
}

}  // namespace

absl::Status WriteTrace(const sim::Trace& trace, const std::string& path) {
  reports::AtomicFile file(path);
  for (sim::RecordId id = trace.first_kept(); id <= trace.size(); ++id) {
    // Times are printed in microseconds; the rest belongs to the digest too.
    const int64_t rest = trace.record(id).at % 1000;
    file.Append(absl::StrFormat("%7d  %s", id, trace.Line(id)));
    if (rest != 0) file.Append(absl::StrCat("  +", rest, "ns"));
    file.Append("\n");
  }
  return file.Commit();
}

Repeat InFreshProcess(std::vector<std::string> words, Addresses addresses,
                      absl::Duration patience) {
  return [words = std::move(words), addresses, patience](const std::string& trace_file) {
    return RunAfresh(words, addresses, patience, trace_file);
  };
}

Repeat InThisProcess(Runner& runner, RunOptions options) {
  return [&runner, options](const std::string& trace_file) -> absl::StatusOr<settle::RunResult> {
    RunOptions recorded = options;
    absl::Status written;
    if (!trace_file.empty()) {
      recorded.depth = sim::TraceDepth::kWhole;
      recorded.with_trace = [&](const sim::Trace& trace) {
        written = WriteTrace(trace, trace_file);
      };
    }
    settle::RunResult result = runner.Run(recorded);
    if (result.stopped()) return absl::CancelledError("interrupted");
    if (!written.ok()) return written;
    return result;
  };
}

absl::Status SameText(const settle::RunResult& one, const settle::RunResult& other,
                      absl::string_view path) {
  if (one.scenario_hash() == other.scenario_hash()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(path, ", or a file that it includes, has changed while it ran; run it again"));
}

std::string Divergence::ToString() const {
  return absl::StrFormat("  digests:  %016x\n            %016x\n%s", one, other, first);
}

absl::StatusOr<std::string> FirstDifference(const std::string& one, const std::string& other) {
  std::ifstream a(one), b(other);
  if (!a || !b) return absl::NotFoundError(absl::StrCat(a ? other : one, ": cannot be read"));
  std::string left, right;
  for (uint64_t record = 1;; ++record) {
    const bool more_left = static_cast<bool>(std::getline(a, left));
    const bool more_right = static_cast<bool>(std::getline(b, right));
    if (!more_left && !more_right) return std::string();
    if (more_left && more_right && left == right) continue;
    return absl::StrCat("  the first event that differs is record ", record,
                        ":\n    one:    ", more_left ? left : Ended(record - 1),
                        "\n    other:  ", more_right ? right : Ended(record - 1), "\n");
  }
}

absl::StatusOr<Divergence> Locate(const Repeat& one, const Repeat& other) {
  absl::StatusOr<TemporaryFolder> folder = TemporaryFolder::Make();
  if (!folder.ok()) return folder.status();
  const std::string one_file = folder->path() + "/one", other_file = folder->path() + "/other";
  Divergence found;
  for (int attempt = 0; attempt < kAttempts && found.first.empty(); ++attempt) {
    const absl::StatusOr<settle::RunResult> a = one(one_file);
    if (!a.ok()) return a.status();
    const absl::StatusOr<settle::RunResult> b = other(other_file);
    if (!b.ok()) return b.status();
    absl::StatusOr<std::string> first = FirstDifference(one_file, other_file);
    if (!first.ok()) return first.status();
    found = {a->digest(), b->digest(), *std::move(first)};
  }
  if (found.first.empty()) found.first = absl::StrCat("  ", kGone, "\n");
  return found;
}

}  // namespace scenarios
