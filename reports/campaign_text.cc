#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "faults/pins.h"
#include "reports/measured.h"
#include "reports/passages.h"
#include "reports/text.h"
#include "reports/words.h"

namespace reports {
namespace {

using absl::StrAppend;
using absl::StrCat;

// One run may break several promises; its faults are told once.
bool IsSameRun(const settle::Failure& a, const settle::Failure& b) {
  return a.repro().seed() == b.repro().seed();
}

std::string ChecksTable(const settle::CampaignResult& campaign, const TextStyle& style) {
  size_t names = 0, ids = 0;
  for (const settle::CheckTotal& check : campaign.check()) {
    names = std::max(names, check.name().size());
    ids = std::max(ids, check.catalogue().size());
  }
  std::string text;
  for (const settle::CheckTotal& check : campaign.check()) {
    // Not exercised is the fault of the scenario; this is not.
    const bool unknown = check.exercised() == 0 && check.seeds_not_judged() > 0;
    const bool unproven = check.verdict() == settle::NOT_EXERCISED && !unknown;
    const std::string verdict =
        absl::StrFormat("%-13s", unknown ? "not judged" : VerdictWords(check.verdict()));
    StrAppend(&text, "  ", Paint(verdict, unproven ? Color::kRed : ColorOf(check.verdict()), style),
              "  ",
              absl::StrFormat("%-*s  %-*s  ", static_cast<int>(names), check.name(),
                              static_cast<int>(ids), check.catalogue()));
    StrAppend(&text, "exercised ", Counted(check.exercised(), "time"));
    if (check.exercised() > 0) {
      StrAppend(&text, " in ", Counted(check.seeds_exercised(), "seed"));
    }
    if (check.seeds_violated() > 0) {
      StrAppend(&text, "; violated in ", Grouped(check.seeds_violated()), ", first in seed ",
                check.first_violated_seed());
    }
    if (check.seeds_not_judged() > 0) {
      StrAppend(&text, "; not judged in ", Grouped(check.seeds_not_judged()),
                ", stopped at max_events or with a damaged disk");
    }
    if (check.seeds_unknown() > 0) {
      StrAppend(&text, "; could not be judged in ", Grouped(check.seeds_unknown()), ": ",
                check.unknown());
    }
    StrAppend(&text, "\n");
  }
  return text.empty() ? text : StrCat("\n", text);
}

// Only what the reader should worry about, or has no reason to expect.
std::string RulesText(const settle::CampaignResult& campaign, const TextStyle& style) {
  uint64_t applied = 0, fired = 0;
  std::string unmatched, elsewhere;
  for (const settle::RuleTotal& rule : campaign.rule()) {
    if (!rule.does_not_apply().empty()) {
      StrAppend(&elsewhere, "    does not apply here: ", rule.where(), ": ", rule.sentence(), " (",
                rule.does_not_apply(), ")\n");
      continue;
    }
    if (!rule.outcome()) {
      ++applied;
      fired += rule.fired();
    }
    if (rule.matched() > 0) continue;
    StrAppend(
        &unmatched, "    ",
        Paint(StrCat("matched 0 times: ", rule.where(), ": ", rule.sentence()), Color::kRed, style),
        "\n");
  }
  if (campaign.rule().empty()) return "";
  return StrCat("\n  ", Counted(applied, "fault rule"), ", ", Counted(fired, "fault"), " fired\n",
                unmatched, elsewhere);
}

// Only those that nobody has tested.
std::string StepsText(const settle::CampaignResult& campaign, const TextStyle& style) {
  std::string unreached;
  for (const settle::StepCount& step : campaign.step()) {
    if (step.reached() > 0) continue;
    StrAppend(&unreached, "    ",
              Paint(StrCat("reached 0 times: step ", step.name(), " of ", step.node()), Color::kRed,
                    style),
              "\n");
  }
  const bool below = !campaign.rule().empty();  // the rules, which are about faults, too
  return unreached.empty() || below ? unreached : StrCat("\n", unreached);
}

std::string Header(const settle::CampaignResult& campaign, const TextStyle& style) {
  std::string word(VerdictWords(campaign.verdict()));
  Color color = ColorOf(campaign.verdict());
  if (campaign.as_expected()) {
    color = Color::kGreen;
    if (campaign.expect() != settle::HELD) word = StrCat(word, ", as expected");
  } else if (campaign.verdict() == settle::VIOLATED || campaign.expect() == settle::VIOLATED) {
    const bool decided =
        campaign.verdict() == settle::VIOLATED || campaign.verdict() == settle::HELD;
    if (decided) word = "FAILED", color = Color::kRed;
  }
  std::string text = StrCat(Paint(word, color, style), "  ", campaign.scenario(), "   ",
                            Counted(campaign.ran(), "seed"), " (", SeedsText(campaign), ")");
  StrAppend(&text, "   ", VerdictCounts(campaign));
  StrAppend(&text, "   ", Elapsed(campaign.simulated_nanos()), " simulated, ",
            Counted(campaign.events(), "event"));
  if (style.wall_nanos > 0) {
    const double seconds = static_cast<double>(style.wall_nanos) / 1e9;
    StrAppend(&text, absl::StrFormat("   %.1f s (%.3g seeds/s)", seconds,
                                     static_cast<double>(campaign.ran()) / seconds));
  }
  return text + "\n";
}

// A campaign that ended as expected, for a reader of many: which check is the
// least proven, and the expected failures with the line that repeats each.
std::string Summary(const settle::CampaignResult& campaign, const TextStyle& style) {
  std::string text;
  if (campaign.expect() == settle::HELD && !campaign.check().empty()) {
    const auto& least = *std::min_element(
        campaign.check().begin(), campaign.check().end(),
        [](const auto& a, const auto& b) { return a.exercised() < b.exercised(); });
    StrAppend(&text, "  ", Counted(static_cast<uint64_t>(campaign.check_size()), "check"),
              " held; the least exercised: ", least.name(), ", ",
              Counted(least.exercised(), "time"), "\n");
  }
  for (const std::string& name : campaign.expect_violated()) {
    const auto failure =
        std::find_if(campaign.failure().begin(), campaign.failure().end(),
                     [&name](const settle::Failure& one) { return one.finding().check() == name; });
    if (failure == campaign.failure().end()) continue;
    StrAppend(&text, "  ", Paint("violated", Color::kGreen, style), "  ", name, ": ",
              failure->finding().what(), "\n");
    if (failure->repro_file().empty()) continue;
    StrAppend(&text, "    again:   ", style.again, style.directory, failure->repro_file(), "\n");
  }
  return text;
}

// What kept the first inconclusive run from coming to rest.
std::string GoingOnText(const settle::CampaignResult& campaign) {
  if (campaign.inconclusive() == 0 || campaign.going_on().empty()) return "";
  constexpr int kMost = 10;
  const int count = campaign.going_on_size();
  // One more line is no longer than "and 1 more".
  const int shown = count <= kMost + 1 ? count : kMost;
  std::string text = StrCat("  still going on in seed ", campaign.first_inconclusive_seed(), ":\n");
  for (int i = 0; i < shown; ++i) StrAppend(&text, "    ", campaign.going_on(i), "\n");
  if (shown < count) StrAppend(&text, "    and ", Grouped(count - shown), " more\n");
  return text;
}

// Failures without a file, if others have one.
std::string NotKeptText(const settle::CampaignResult& campaign) {
  const auto kept =
      std::count_if(campaign.failure().begin(), campaign.failure().end(),
                    [](const settle::Failure& failure) { return !failure.repro_file().empty(); });
  const auto others = campaign.failure_size() - kept;
  if (kept == 0 || others == 0) return "";
  return StrCat("\n  ", Counted(others, "more failure"), others == 1 ? " is" : " are",
                " of other kinds; repro files are kept of the first ", kept, " only\n");
}

}  // namespace

std::string VerdictCounts(const settle::CampaignResult& campaign) {
  std::vector<std::string> counts;
  for (const auto& [count, words] :
       {std::pair{campaign.held(), "held"}, std::pair{campaign.not_exercised(), "held in part"},
        std::pair{campaign.violated(), "violated"},
        std::pair{campaign.inconclusive(), "inconclusive"}}) {
    if (count > 0) counts.push_back(StrCat(Grouped(count), " ", words));
  }
  return counts.empty() ? "none ran" : absl::StrJoin(counts, ", ");
}

std::string FailureText(const settle::CampaignResult& campaign, int index, const TextStyle& style) {
  const settle::Failure& failure = campaign.failure(index);
  const settle::FindingResult& finding = failure.finding();
  absl::string_view catalogue, claim;
  for (const settle::CheckTotal& check : campaign.check()) {
    if (check.name() != finding.check()) continue;
    catalogue = check.catalogue();
    claim = check.claim();
  }
  std::string text =
      StrCat("\n", CheckTitle("VIOLATED", Color::kRed, finding.check(), catalogue, claim, style));
  StrAppend(&text, "    ", finding.what(), "\n");
  StrAppend(&text, "    at ", Elapsed(finding.at_nanos()), " of seed ", failure.repro().seed(),
            ", after ", Counted(failure.events(), "event"), " in all; ");
  if (failure.seeds() > 1) {
    StrAppend(&text, Counted(failure.seeds(), "seed"), " fail like this, seed ",
              failure.first_seed(), " first\n");
  } else {
    StrAppend(&text, "1 seed fails like this\n");
  }
  const std::string file =
      failure.repro_file().empty() ? "" : StrCat(style.directory, failure.repro_file());
  const bool told = std::any_of(
      campaign.failure().begin(), campaign.failure().begin() + index,
      [&failure](const settle::Failure& earlier) { return IsSameRun(earlier, failure); });
  if (told) {
    StrAppend(&text, "\n    in the same run as above, by the same ",
              Counted(static_cast<uint64_t>(faults::CountFaults(failure.repro().pin())), "fault"),
              "\n");
  } else {
    StrAppend(&text, "\n",
              FaultsText({failure.fault().begin(), failure.fault().end()}, failure.repro().pin(),
                         file, style));
  }
  if (!failure.trace_file().empty()) {
    StrAppend(&text, "    trace:   ", style.directory, failure.trace_file(), "\n");
  }
  if (!style.kept_in.empty() && !file.empty()) {
    StrAppend(&text, "    kept in: ", style.kept_in, "\n");
  }
  if (!file.empty()) StrAppend(&text, "    again:   ", style.again, file, "\n");
  if (!file.empty() && !style.shrink.empty()) {
    StrAppend(&text, "    shrink:  ", style.shrink, file, "\n");
  }
  if (!style.by_seed.empty()) {
    StrAppend(&text, "    by seed: ", style.by_seed, failure.repro().seed(), style.flags,
              "     (build ", campaign.build(), ", scenario ",
              absl::StrFormat("%016x", campaign.scenario_hash()), ")\n");
  }
  return text;
}

std::string CampaignText(const settle::CampaignResult& campaign, const TextStyle& style) {
  std::string text = Header(campaign, style);
  if (!campaign.as_expected()) {
    StrAppend(&text, "  ", Paint(Expectation(campaign), Color::kRed, style), "\n");
  }
  for (const std::string& reason : campaign.because()) {
    StrAppend(&text, "  ", Paint(reason, Color::kYellow, style), "\n");
  }
  StrAppend(&text, GoingOnText(campaign));
  if (campaign.as_expected()) {
    if (style.detail == Detail::kHeader) return text;
    if (style.detail == Detail::kBrief) return text + Summary(campaign, style);
  }
  StrAppend(&text, ChecksTable(campaign, style), RulesText(campaign, style),
            StepsText(campaign, style), MeasuredText(campaign));
  for (int i = 0; i < campaign.failure_size(); ++i) {
    StrAppend(&text, FailureText(campaign, i, style));
  }
  return text + NotKeptText(campaign) + "\n";
}

}  // namespace reports
