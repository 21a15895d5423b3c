// Goal: the tables of README.md here and of docs/exchange.md are true: what they name
// exists, a check is watched in a scenario beside it, verdicts are those expected, and
// nothing that should have a row lacks one.
// Method: read the tables as text, and the scenarios as text with the checks that they
// include; nothing runs.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "faults/fault.pb.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/testing/document_table.h"

namespace scenarios {
namespace {

constexpr char kClaims[] = "scenarios/hypotheses/README.md";
constexpr char kGuide[] = "docs/exchange.md";

std::string Read(const std::string& path) {
  const auto text = faults::ReadFile(path);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.ok() ? *text : "";
}

std::string PathOf(const std::string& scenario) {
  return absl::StrCat("scenarios/", scenario, ".textproto");
}

// A text, and all that it includes: checks and plans.
std::string WithIncluded(const std::string& path) {
  std::string whole = Read(path);
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  for (const char* field : {"include_checks: \"", " include: \"", "\ninclude: \""}) {
    const std::vector<std::string> parts = absl::StrSplit(Read(path), field);
    for (size_t i = 1; i < parts.size(); ++i) {
      const std::string included = parts[i].substr(0, parts[i].find('"'));
      whole += WithIncluded(absl::StrCat(folder, included));
    }
  }
  return whole;
}

std::string WholeText(const std::string& scenario) { return WithIncluded(PathOf(scenario)); }

// Whether a rule of `text` has the fault, or a pin, which writes it in capitals.
bool HasFault(const std::string& text, const std::string& fault) {
  return absl::StrContains(text, absl::StrCat(fault, " {")) ||
         absl::StrContains(text, absl::StrCat("choice: ", absl::AsciiStrToUpper(fault)));
}

bool Watches(const std::string& scenario, const std::string& check) {
  return absl::StrContains(WholeText(scenario), absl::StrCat("name: \"", check, "\""));
}

std::string Verdict(const std::string& scenario) {
  return absl::StrContains(Read(PathOf(scenario)), "expect: VIOLATED") ? "VIOLATED" : "HELD";
}

std::set<std::string> Measures() {
  Catalogue catalogue;
  AddExchange(catalogue);
  std::set<std::string> names;
  for (const auto& [name, spec] : catalogue.measures) names.insert(name);
  return names;
}

TEST(Claims, HaveScenariosThatEndAsTheTableSays) {
  const std::vector<TableRow> rows =
      TableBelow(kClaims, "# Claims about two companies that exchange payments");
  ASSERT_GT(rows.size(), 40u);
  for (const TableRow& row : rows) {
    ASSERT_EQ(row.size(), 4u) << row[1];
    const std::vector<std::string> scenarios = NamesIn(row[2]);
    ASSERT_EQ(scenarios.size(), 1u) << row[1];
    EXPECT_EQ(row[3], absl::StrCat(" ", Verdict(scenarios[0]), " ")) << scenarios[0];
  }
}

TEST(Claims, NameEveryScenarioOfTheirFolder) {
  const std::string table = Read(kClaims);
  int scenarios = 0;
  for (const auto& file : std::filesystem::directory_iterator("scenarios/hypotheses")) {
    if (file.path().extension() != ".textproto") continue;
    ++scenarios;
    EXPECT_TRUE(
        absl::StrContains(table, absl::StrCat("`hypotheses/", file.path().stem().string(), "`")))
        << file.path();
  }
  EXPECT_GT(scenarios, 20);
}

TEST(Guide, ShowsEachClaimAndWatchesIt) {
  const std::set<std::string> measures = Measures();
  std::set<std::string> numbers;
  for (const TableRow& row : TableBelow(kGuide, "## Claims")) {
    ASSERT_EQ(row.size(), 4u) << row[0];
    numbers.insert(row[0]);
    const std::vector<std::string> scenarios = NamesIn(row[2]);
    const std::vector<std::string> watched = NamesIn(row[3]);
    EXPECT_FALSE(scenarios.empty()) << row[0];
    EXPECT_FALSE(watched.empty()) << row[0];
    for (const std::string& name : watched) {
      const bool is_watched = measures.contains(name) ||
                              absl::c_any_of(scenarios, [&name](const std::string& scenario) {
                                return Watches(scenario, name);
                              });
      EXPECT_TRUE(is_watched) << name << " in row" << row[0];
    }
  }
  for (int i = 1; i <= 34; ++i) {
    EXPECT_TRUE(numbers.contains(absl::StrCat(" S3-", i, " "))) << i;
  }
}

TEST(Guide, ShowsEachFault) {
  std::set<std::string> shown;
  for (const TableRow& row : TableBelow(kGuide, "## Faults")) {
    ASSERT_EQ(row.size(), 3u) << row[0];
    const std::string scenario = NamesIn(row[1]).at(0);
    const std::string check = NamesIn(row[2]).at(0);
    shown.insert(NamesIn(row[0]).at(0));
    EXPECT_TRUE(Watches(scenario, check)) << check << " in " << scenario;
    const std::string text = WholeText(scenario);
    EXPECT_TRUE(HasFault(text, NamesIn(row[0])[0])) << row[0] << " in " << scenario;
    if (!absl::StrContains(text, "expect: VIOLATED")) continue;
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat("violated: \"", check, "\"")))
        << check << " in " << scenario;
  }
  for (const TableRow& row : TableBelow(kGuide, "### Written elsewhere than as rules")) {
    ASSERT_EQ(row.size(), 4u) << row[0];
    EXPECT_TRUE(Watches(NamesIn(row[2]).at(0), NamesIn(row[3]).at(0))) << row[0];
  }
  const auto& kinds = *settle::Rule::descriptor()->FindOneofByName("fault");
  ASSERT_GT(kinds.field_count(), 40);
  for (int i = 0; i < kinds.field_count(); ++i) {
    EXPECT_TRUE(shown.contains(kinds.field(i)->name())) << kinds.field(i)->name();
  }
}

}  // namespace
}  // namespace scenarios
