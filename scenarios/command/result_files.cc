#include "scenarios/command/result_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace scenarios {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSignatureSize = 6;

bool AllOf(absl::string_view text, bool (*is)(unsigned char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [is](char c) { return is(static_cast<unsigned char>(c)); });
}

// "CHECK-3f9c1a"
bool IsFailure(absl::string_view stem) {
  const size_t dash = stem.rfind('-');
  if (dash == absl::string_view::npos || dash == 0) return false;
  const absl::string_view signature = stem.substr(dash + 1);
  return signature.size() == kSignatureSize && AllOf(signature, absl::ascii_isxdigit);
}

// ".1234.partial": what AtomicFile had not completed.
void StripPartial(absl::string_view& name) {
  absl::string_view whole = name;
  if (!absl::ConsumeSuffix(&whole, ".partial")) return;
  const size_t dot = whole.rfind('.');
  if (dot == absl::string_view::npos || !AllOf(whole.substr(dot + 1), absl::ascii_isdigit)) return;
  name = whole.substr(0, dot);
}

}  // namespace

std::string FailureFile(const settle::Failure& failure) {
  return absl::StrCat(failure.finding().check(), "-", failure.signature());
}

std::string SeedTraceFile(uint64_t seed) { return absl::StrCat("seed-", seed, kTraceEnding); }

bool IsResultFile(absl::string_view name) {
  StripPartial(name);
  if (name == kResultFile || name == kReportFile) return true;
  if (absl::ConsumeSuffix(&name, kReproEnding)) return IsFailure(name);
  if (!absl::ConsumeSuffix(&name, kTraceEnding)) return false;
  if (IsFailure(name)) return true;
  return absl::ConsumePrefix(&name, "seed-") && AllOf(name, absl::ascii_isdigit);
}

absl::Status RemoveOlderResults(const std::string& directory) {
  std::error_code error;
  std::vector<fs::path> older;
  for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (IsResultFile(entry->path().filename().string())) older.push_back(entry->path());
  }
  if (error) return absl::UnavailableError(absl::StrCat(directory, ": ", error.message()));
  for (const fs::path& file : older) {
    fs::remove(file, error);
    if (error) return absl::UnavailableError(absl::StrCat(file.string(), ": ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace scenarios
