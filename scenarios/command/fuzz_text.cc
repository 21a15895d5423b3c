#include "scenarios/command/fuzz_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "faults/pins.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/passages.h"
#include "reports/text.h"
#include "reports/words.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/tally.h"
#include "scenarios/command/user_path.h"

namespace scenarios {
namespace {

using absl::StrCat;

reports::TextStyle StyleOf(const Prospect& prospect, const Session& session) {
  reports::TextStyle style;
  const std::string command = ThisCommand(session.program);
  style.color = session.console.Colored();
  if (session.console.verbose) style.max_faults = style.max_pins = 1000;
  style.again = StrCat(command, " replay ");
  style.shrink = StrCat(command, " shrink ");
  style.by_seed = StrCat(command, " replay ", FromRoot(prospect.scenario().path()), "@");
  style.directory = FromRoot(prospect.folder()) + "/";
  return style;
}

// For programs: with the path of its file.
void PrintJson(const Prospect& prospect, const FailureKind& kind, Console& console) {
  settle::Failure line = kind.failure;
  if (!line.repro_file().empty()) {
    line.set_repro_file(StrCat(FromRoot(prospect.folder()), "/", line.repro_file()));
  }
  console.PrintJson(reports::JsonLine("failure", line));
}

// What repeats a run in which a process died. Nobody knows which faults led there, beyond
// those that a search had added to the rules.
std::string Again(const FailureKind& kind, const reports::TextStyle& style) {
  const settle::Failure& failure = kind.failure;
  if (kind.by_seed) return StrCat("    by seed: ", style.by_seed, failure.repro().seed());
  return StrCat("    again:   ", style.again, style.directory, failure.repro_file());
}

std::string DeathText(const Prospect& prospect, const FailureKind& kind,
                      const reports::TextStyle& style) {
  const settle::Failure& failure = kind.failure;
  return StrCat("\n  ", reports::Paint("DIED", reports::Color::kRed, style), "  seed ",
                failure.repro().seed(), " of ", prospect.scenario().path(), ": ",
                failure.finding().what(), "\n", Again(kind, style), "     (build ",
                failure.repro().build(), ", scenario ",
                absl::StrFormat("%016x", prospect.scenario().hash()), ")\n");
}

// One line at the end for what was told in full, or is known for long.
std::string KindText(const Prospect& prospect, const FailureKind& kind,
                     const reports::TextStyle& style) {
  const settle::Failure& failure = kind.failure;
  const bool expected = prospect.IsExpected(kind);
  std::string text =
      StrCat("  ",
             reports::Paint(expected             ? "violated"
                            : kind.ended_process ? "DIED"
                                                 : "VIOLATED",
                            expected ? reports::Color::kGreen : reports::Color::kRed, style),
             "  ", failure.finding().check(), "-", failure.signature(), "  ",
             kind.known ? "known" : "new", ", in ", reports::Counted(failure.seeds(), "seed"),
             ", seed ", failure.first_seed(), " first: ", failure.finding().what(), "\n");
  if (kind.ended_process) {
    absl::StrAppend(&text, Again(kind, style), "\n");
  } else {
    absl::StrAppend(&text, "    again:   ", style.again, style.directory, failure.repro_file(),
                    "     (",
                    reports::Counted(
                        static_cast<uint64_t>(faults::CountFaults(failure.repro().pin())), "fault"),
                    ")\n");
  }
  return text;
}

// "150 held, 3 violated, 1 died"
std::string Outcomes(const settle::CampaignResult& told, uint64_t died) {
  if (died == 0) return reports::VerdictCounts(told);
  const std::string deaths = StrCat(reports::Grouped(died), " died");
  return told.ran() == died ? deaths : StrCat(reports::VerdictCounts(told), ", ", deaths);
}

}  // namespace

void SayFailure(const Prospect& prospect, const FailureKind& kind, Session& session) {
  PrintJson(prospect, kind, session.console);
  reports::TextStyle style = StyleOf(prospect, session);
  if (kind.ended_process) return session.console.Print(DeathText(prospect, kind, style) + "\n");
  if (!kind.by_seed) style.by_seed.clear();
  settle::CampaignResult told = prospect.Told();
  told.clear_failure();
  *told.add_failure() = kind.failure;
  AddSentences(*told.mutable_failure(0));
  session.console.Print(
      StrCat(prospect.scenario().path(), ":", reports::FailureText(told, 0, style), "\n"));
}

ExitCode SayProspect(const Prospect& prospect, Session& session) {
  const settle::CampaignResult told = prospect.Told();
  const reports::TextStyle style = StyleOf(prospect, session);
  std::string word(reports::VerdictWords(told.verdict()));
  reports::Color color = reports::ColorOf(told.verdict());
  if (told.as_expected()) {
    color = reports::Color::kGreen;
    if (told.expect() != settle::HELD) word += ", as expected";
  }
  uint64_t died = 0;
  for (const auto& [signature, kind] : prospect.kinds()) {
    if (kind.ended_process) died += kind.failure.seeds();
  }
  std::string text = StrCat(reports::Paint(word, color, style), "  ", told.scenario(), "   ",
                            reports::Counted(told.ran(), "seed"), "   ", Outcomes(told, died),
                            "   ", reports::Elapsed(told.simulated_nanos()), " simulated, ",
                            reports::Counted(told.events(), "event"), "\n");
  if (told.ran() > 0) {
    for (const std::string& reason : told.because()) {
      absl::StrAppend(&text, "  ", reports::Paint(reason, reports::Color::kYellow, style), "\n");
    }
  }
  for (const FailureKind& kind : prospect.Shapes()) {
    absl::StrAppend(&text, KindText(prospect, kind, style));
  }
  session.console.Print(text);
  settle::CampaignResult line = told;
  for (settle::Failure& failure : *line.mutable_failure()) {
    if (failure.repro_file().empty()) continue;
    failure.set_repro_file(StrCat(FromRoot(prospect.folder()), "/", failure.repro_file()));
  }
  session.console.PrintJson(reports::JsonLine("prospect", line));
  if (told.ran() == 0) return kExitOk;  // Its turn has not come.
  const bool missed = told.expect() == settle::VIOLATED && told.verdict() != settle::VIOLATED;
  if (missed && !told.as_expected()) return kExitInconclusive;  // More seeds may show it.
  return ExitCodeOf(told);
}

}  // namespace scenarios
