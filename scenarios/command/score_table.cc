#include "scenarios/command/score_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/words.h"

namespace scenarios {
namespace {

using absl::StrCat;

// Over many quirks.
struct Sum {
  int quirks = 0;
  uint64_t runs = 0;  // medians
  int found = 0;
  int always = 0;

  void Add(const Score& score) {
    ++quirks;
    runs += score.median_runs;
    if (score.found == score.attempts) ++always;
    if (score.found > 0) ++found;
  }
};

// How small failures became.
struct Sizes {
  int detections = 0;
  int small = 0;
  int most_runs = 0;
  int64_t longest_nanos = 0;

  void Add(const Attempt& attempt) {
    if (!attempt.found) return;
    ++detections;
    if (attempt.faults <= 3 && attempt.operations <= 2) ++small;
    longest_nanos = std::max(longest_nanos, attempt.shrink_nanos);
    most_runs = std::max(most_runs, attempt.shrink_runs);
  }
};

class Table {
 public:
  Table(bool shrunk, Console& console) : shrunk_(shrunk), console_(console) {}

  void Say(const std::vector<QuirkAttempts>& quirks) {
    console_.Print(absl::StrFormat("%-44s %-8s %9s %12s %8s   %s\n", "quirk", "search", "found",
                                   "runs (median)", "largest", "objected"));
    for (const QuirkAttempts& quirk : quirks) SayQuirk(quirk);
    console_.Print("\n");
    SaySums(all_, "");
    if (shrunk_) {
      console_.Print(StrCat(reports::Counted(two_[0].quirks, "quirk"), " of ", quirks.size(),
                            two_[0].quirks == 1 ? " needs" : " need", " two faults or more",
                            two_names_.empty() ? "" : ": ", absl::StrJoin(two_names_, ", "), "\n"));
      if (two_[0].quirks > 0) SaySums(two_, "  of these ");
    }
    SaySizes();
    console_.Print(absl::StrFormat(
        "without their trigger, with all other faults on, %d of %d break a promise all the same; "
        "%d need none\n",
        blunt_, quirks.size() - no_trigger_, no_trigger_));
  }

 private:
  void SayQuirk(const QuirkAttempts& quirk) {
    std::vector<Score> scores;
    for (const auto& attempts : quirk.of) scores.push_back(ScoreOf(attempts));
    int fewest = -1;
    for (const Score& score : scores) {
      if (score.found == 0) continue;
      fewest = fewest < 0 ? score.fewest_faults : std::min(fewest, score.fewest_faults);
    }
    const bool needs_two = shrunk_ && fewest > 1;
    if (needs_two) two_names_.push_back(quirk.quirk);
    for (const Search search : kSearches) {
      const auto index = static_cast<size_t>(search);
      SayOne(quirk, search, scores[index], needs_two);
      all_[index].Add(scores[index]);
      if (needs_two) two_[index].Add(scores[index]);
      for (const Attempt& attempt : quirk.of[index]) sizes_.Add(attempt);
    }
    SaySilence(quirk);
  }

  void SaySilence(const QuirkAttempts& quirk) {
    const Silence& silence = quirk.silence;
    const auto say = [this](absl::string_view what, absl::string_view words) {
      console_.Print(absl::StrFormat("%-44s %s: %s\n", "", what, words));
    };
    const bool blunt = !silence.needs_nothing && !silence.broken.empty();
    console_.PrintJson(reports::JsonLine("trigger", {{"scenario", quirk.quirk},
                                                     {"trigger", silence.trigger},
                                                     {"without", silence.without},
                                                     {"broken", silence.broken},
                                                     {"alone", silence.alone},
                                                     {"not_alone", silence.not_alone}}));
    say("trigger", silence.trigger);
    if (silence.needs_nothing) {
      ++no_trigger_;
      return;
    }
    if (blunt) ++blunt_;
    say(blunt ? "still breaks without it" : "silent without it, with",
        blunt ? silence.broken : absl::StrJoin(silence.without, "; and with "));
    if (!silence.alone.empty()) say("found alone", absl::StrJoin(silence.alone, ", "));
    if (!silence.not_alone.empty()) say("not found alone", absl::StrJoin(silence.not_alone, ", "));
  }

  void SayOne(const QuirkAttempts& quirk, Search search, const Score& score, bool needs_two) {
    const std::string largest =
        score.found == 0 ? "-" : StrCat(score.worst_faults, " f ", score.worst_operations, " o");
    console_.Print(absl::StrFormat("%-44s %-8s %4d of %2d %12d %8s   %s\n", quirk.quirk,
                                   NameOf(search), score.found, score.attempts, score.median_runs,
                                   largest, absl::StrJoin(score.checks, ", ")));
    std::vector<uint64_t> runs;
    for (const Attempt& attempt : quirk.of[static_cast<size_t>(search)]) {
      runs.push_back(attempt.runs);
    }
    console_.PrintJson(reports::JsonLine("score", {{"scenario", quirk.quirk},
                                                   {"search", NameOf(search)},
                                                   {"found", score.found},
                                                   {"attempts", score.attempts},
                                                   {"runs", runs},
                                                   {"median_runs", score.median_runs},
                                                   {"fewest_faults", score.fewest_faults},
                                                   {"worst_faults", score.worst_faults},
                                                   {"worst_operations", score.worst_operations},
                                                   {"small", score.small},
                                                   {"needs_two", needs_two},
                                                   {"checks", score.checks}}));
  }

  void SaySums(const Sum (&sums)[std::size(kSearches)], absl::string_view before) {
    for (const Search search : kSearches) {
      const Sum& sum = sums[static_cast<size_t>(search)];
      console_.Print(absl::StrFormat(
          "%s%-8s found %d of %d quirks, %d of them in every attempt; %d runs (sum of medians)\n",
          before, NameOf(search), sum.found, sum.quirks, sum.always, sum.runs));
    }
  }

  void SaySizes() {
    if (!shrunk_ || sizes_.detections == 0) return;
    console_.Print(absl::StrFormat(
        "shrunk to at most 3 faults and 2 operations: %d of %d detections (%.1f %%), in at most "
        "%d runs and %s of CPU\n",
        sizes_.small, sizes_.detections, 100.0 * sizes_.small / sizes_.detections, sizes_.most_runs,
        reports::Elapsed(sizes_.longest_nanos)));
  }

  const bool shrunk_;
  Console& console_;
  Sum all_[std::size(kSearches)];
  Sum two_[std::size(kSearches)];
  std::vector<std::string> two_names_;
  Sizes sizes_;
  int blunt_ = 0;
  int no_trigger_ = 0;
};

}  // namespace

void SayScore(const std::vector<QuirkAttempts>& quirks, bool shrunk, Console& console) {
  Table(shrunk, console).Say(quirks);
}

}  // namespace scenarios
