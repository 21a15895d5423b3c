// Goal: a failure is taken for another one neither by its check nor by its key alone.
// Method: runs with a few findings, beside one repro.

#include "scenarios/command/sighting.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "reports/result.pb.h"

namespace scenarios {
namespace {

settle::Repro ReproOf(const std::string& check, const std::string& key) {
  settle::Repro repro;
  repro.set_check(check);
  repro.set_key(key);
  return repro;
}

settle::RunResult RunWith(const std::vector<std::pair<std::string, std::string>>& findings) {
  settle::RunResult run;
  for (const auto& [check, key] : findings) {
    settle::FindingResult& finding = *run.add_finding();
    finding.set_check(check);
    finding.set_key(key);
  }
  return run;
}

TEST(SightingTest, NeedsCheckAndKey) {
  const settle::RunResult run = RunWith({{"once", "pay1-5"}, {"once", "pay9-9"}});
  const Sighting seen = SightingOf(ReproOf("once", "pay9-9"), run);
  EXPECT_EQ(seen.finding, &run.finding(1));
  EXPECT_EQ(seen.elsewhere, "");
}

TEST(SightingTest, SaysForWhomElseItIsBroken) {
  const settle::RunResult run =
      RunWith({{"total", "pay9-9"}, {"once", "pay1-5"}, {"once", "pay1-6"}});
  const Sighting seen = SightingOf(ReproOf("once", "pay9-9"), run);
  EXPECT_EQ(seen.finding, nullptr);
  EXPECT_EQ(seen.elsewhere, "broken, but for pay1-5, not pay9-9");
  EXPECT_EQ(SightingOf(ReproOf("total", "pay1-5"), RunWith({{"total", ""}})).elsewhere,
            "broken, but for no key, not pay1-5");
}

TEST(SightingTest, OfNoKeyIsOfAny) {
  const settle::RunResult run = RunWith({{"once", "pay1-5"}, {"once", ""}, {"twice", "pay1-6"}});
  EXPECT_EQ(SightingOf(ReproOf("once", ""), run).finding, &run.finding(1));
  EXPECT_EQ(SightingOf(ReproOf("twice", ""), run).finding, &run.finding(2));
}

TEST(SightingTest, OfACheckThatHoldsIsNone) {
  const Sighting seen = SightingOf(ReproOf("once", "pay1-5"), RunWith({{"total", "pay1-5"}}));
  EXPECT_EQ(seen.finding, nullptr);
  EXPECT_EQ(seen.elsewhere, "");
}

}  // namespace
}  // namespace scenarios
