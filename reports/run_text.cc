#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/passages.h"
#include "reports/text.h"
#include "reports/words.h"

namespace reports {

using absl::StrAppend;
using absl::StrCat;

std::string RunText(const settle::RunResult& run, const TextStyle& style) {
  std::string text = StrCat(
      Paint(VerdictWords(run.verdict()), ColorOf(run.verdict()), style), "  ", run.scenario(),
      "   seed ", run.seed(), "   ", Elapsed(run.simulated_nanos()), " simulated, ",
      Counted(run.events(), "event"), "   digest ", absl::StrFormat("%016x", run.digest()), "\n");
  StrAppend(&text, DriftText(run.unreached(), style));
  for (const std::string& what : run.going_on()) {
    StrAppend(&text, "  still going on: ", what, "\n");
  }
  for (const settle::CheckResult& check : run.check()) {
    std::string said;
    uint64_t findings = 0;
    for (const settle::FindingResult& finding : run.finding()) {
      if (finding.check() != check.name()) continue;
      if (++findings > 5) continue;
      StrAppend(&said, "    ", finding.what(), "   at ", Elapsed(finding.at_nanos()), "\n");
    }
    if (findings > 5) StrAppend(&said, "    and ", Grouped(findings - 5), " more\n");
    if (findings == 0) continue;
    StrAppend(
        &text, "\n",
        CheckTitle("VIOLATED", Color::kRed, check.name(), check.catalogue(), check.claim(), style),
        said);
  }
  std::vector<std::string> sentences;
  for (const settle::Pin& pin : run.fired()) sentences.push_back(PinText(pin));
  StrAppend(&text, "\n", FaultsText(sentences, run.fired(), "", style));
  StrAppend(&text, "\n");
  for (const settle::CheckResult& check : run.check()) {
    if (check.findings() > 0) continue;
    const absl::string_view verdict = !check.judged()            ? "not judged"
                                      : !check.unknown().empty() ? "unknown"
                                      : check.exercised() > 0    ? "held"
                                                                 : "not exercised";
    StrAppend(&text, "  ", absl::StrFormat("%-13s  ", verdict), check.name(),
              check.judged() ? StrCat("   exercised ", Counted(check.exercised(), "time")) : "",
              check.unknown().empty() ? "" : StrCat("; could not be judged: ", check.unknown()),
              "\n");
  }
  return text;
}

}  // namespace reports
