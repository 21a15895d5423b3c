// Goal: docs/scenarios.md is true and complete. Method: load its example, with each of
// its parts added in turn, look for the name of every field that a scenario has, and make
// the tables that it says are refused.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "faults/source_text.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "scenarios/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/scenario.h"
#include "scenarios/scenario.pb.h"
#include "sim/storage/schema_cache.h"

namespace scenarios {
namespace {

std::string Guide() { return *faults::ReadFile("docs/scenarios.md"); }

// What stands between "```", `language`, and "```".
std::vector<std::string> Examples(absl::string_view language) {
  std::vector<std::string> examples;
  const std::vector<std::string> parts = absl::StrSplit(Guide(), "```");
  for (const std::string& part : parts) {
    absl::string_view text = part;
    if (absl::ConsumePrefix(&text, absl::StrCat(language, "\n"))) examples.emplace_back(text);
  }
  return examples;
}

TEST(Guide, ShowsTextsThatLoad) {
  Catalogue catalogue;
  AddExchange(catalogue);
  const std::vector<std::string> examples = Examples("textproto");
  ASSERT_EQ(examples.size(), 3u);
  std::string with_pin = examples[0];
  with_pin.insert(with_pin.find("  heal_after:"), examples[1]);
  for (const std::string& text : {examples[0], with_pin, examples[0] + examples[2]}) {
    faults::Diagnostics problems;
    EXPECT_NE(LoadText("docs/example.textproto", text, catalogue, problems), nullptr)
        << faults::ToStatus(problems).message();
  }
}

// A line of SQL, and a comment with the error.
TEST(Guide, SaysHowTablesAreRefused) {
  const std::vector<std::string> examples = Examples("sql");
  ASSERT_EQ(examples.size(), 1u);
  const std::vector<std::string> lines = absl::StrSplit(examples[0], '\n', absl::SkipEmpty());
  ASSERT_GT(lines.size(), 20u);
  for (size_t i = 0; i + 1 < lines.size(); i += 2) {
    EXPECT_EQ(absl::StrCat("-- ", sim::SchemaCache().Find(lines[i]).status().message()),
              lines[i + 1])
        << lines[i];
  }
}

TEST(Guide, NamesEveryField) {
  const std::string guide = Guide();
  const google::protobuf::FileDescriptor& file = *settle::Scenario::descriptor()->file();
  ASSERT_GT(file.message_type_count(), 10);
  for (int i = 0; i < file.message_type_count(); ++i) {
    const google::protobuf::Descriptor& message = *file.message_type(i);
    for (int j = 0; j < message.field_count(); ++j) {
      const std::string& name = message.field(j)->name();
      EXPECT_TRUE(absl::StrContains(guide, name)) << message.name() << "." << name;
    }
  }
}

}  // namespace
}  // namespace scenarios
