// Goal: each fault of this folder does something, and its check notices it.
// Method: the scenario of the fault, unchanged but for the quirk that is planted in
// its components. Without the quirk the scenario's own test says that it holds.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "scenarios/time/catalogue.h"

namespace scenarios {
namespace {

constexpr char kFolder[] = "scenarios/time/";
constexpr int kSeeds = 10;

std::string TextOf(const std::string& scenario) {
  const auto text = faults::ReadFile(absl::StrCat(kFolder, scenario, ".textproto"));
  EXPECT_TRUE(text.ok()) << text.status();
  return text.ok() ? *text : "";
}

// The same without its rule about clocks: what else it has, crashes, is not noticed.
std::string WithoutClocks(const std::string& scenario) {
  std::vector<std::string> lines = absl::StrSplit(TextOf(scenario), '\n');
  const size_t all = lines.size();
  std::erase_if(lines, [](const std::string& line) { return absl::StrContains(line, "{ clock"); });
  EXPECT_LT(lines.size(), all) << scenario;
  return absl::StrJoin(lines, "\n");
}

// How many of the seeds violate the one check of the scenario `text`, when `quirk` is
// planted in all nodes of `system`.
int Noticed(const std::string& text, const std::string& system, const std::string& quirk) {
  const std::string node = absl::StrCat("system: \"", system, "\"");
  const std::string planted =
      absl::StrReplaceAll(text, {{node, absl::StrCat(node, " quirk: \"", quirk, "\"")}});
  EXPECT_NE(planted, text) << "no " << system;
  Catalogue catalogue;
  AddTime(catalogue);
  faults::Diagnostics problems;
  const auto loaded =
      LoadText(absl::StrCat(kFolder, "planted.textproto"), planted, catalogue, problems);
  EXPECT_NE(loaded, nullptr) << faults::ToStatus(problems);
  if (loaded == nullptr) return 0;
  const auto runner = NewRunner(*loaded);
  int noticed = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    RunOptions options;
    options.seed = static_cast<uint64_t>(seed);
    const settle::RunResult result = runner->Run(options);
    EXPECT_NE(result.verdict(), settle::INCONCLUSIVE) << "seed " << seed;
    if (result.verdict() == settle::VIOLATED) ++noticed;
  }
  return noticed;
}

int NoticedByWorkers(const std::string& text) {
  return Noticed(text, "time.Worker", "believes_its_lease");
}
int NoticedByNumbers(const std::string& text) {
  return Noticed(text, "time.Numbers", "trusts_its_clock");
}

TEST(FaultsAreNoticedTest, Skew) { EXPECT_GT(NoticedByWorkers(TextOf("skew")), 0); }
TEST(FaultsAreNoticedTest, Pause) { EXPECT_GT(NoticedByWorkers(TextOf("pause")), 0); }
TEST(FaultsAreNoticedTest, SlowCpu) { EXPECT_GT(NoticedByWorkers(TextOf("slow_cpu")), 0); }
TEST(FaultsAreNoticedTest, Jump) { EXPECT_GT(NoticedByNumbers(TextOf("jump")), 0); }

TEST(FaultsAreNoticedTest, Drift) {
  EXPECT_GT(NoticedByWorkers(TextOf("drift")), 0);
  EXPECT_EQ(NoticedByWorkers(WithoutClocks("drift")), 0);
}

TEST(FaultsAreNoticedTest, Slew) {
  EXPECT_GT(NoticedByWorkers(TextOf("slew")), 0);
  EXPECT_EQ(NoticedByWorkers(WithoutClocks("slew")), 0);
}

TEST(FaultsAreNoticedTest, EarlierClock) {
  EXPECT_GT(NoticedByNumbers(TextOf("earlier_clock")), 0);
  EXPECT_EQ(NoticedByNumbers(WithoutClocks("earlier_clock")), 0);
}

// Why operators of Snowflake are told to keep NTP from stepping.
TEST(FaultsAreNoticedTest, NtpMakesClocksGoBackOnlyIfItSteps) {
  EXPECT_GT(NoticedByNumbers(TextOf("ntp_step")), 0);
  EXPECT_EQ(NoticedByNumbers(TextOf("ntp_slew")), 0);
  EXPECT_EQ(NoticedByNumbers(TextOf("ntp_off")), 0);
}

TEST(FaultsAreNoticedTest, NightsThatAreMissedOrComeTwice) {
  EXPECT_GT(Noticed(TextOf("eight_months"), "time.Nightly", "trusts_its_timer"), 0);
}

}  // namespace
}  // namespace scenarios
