// Goal: of a text that a newer build has written all is read that this one knows, and what it
// does not know is named where it stands. Method: small plans with fields, values and
// messages that there are not.

#include "faults/known_part.h"

#include <string>
#include <vector>

#include "faults/fault.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace faults {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

KnownPart Of(const std::string& text) {
  return KnownPartOf("f", text, *settle::FaultPlan::descriptor());
}

// "2:9 pin.weight"
std::vector<std::string> LeftOut(const KnownPart& known) {
  std::vector<std::string> all;
  for (const Diagnostic& one : known.left_out) {
    all.push_back(std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.message);
  }
  return all;
}

settle::FaultPlan Parsed(const std::string& text) {
  Diagnostics problems;
  settle::FaultPlan plan;
  ParseText("f", text, plan, problems);
  EXPECT_TRUE(problems.empty()) << ToStatus(problems).ToString() << "\n" << text;
  return plan;
}

TEST(KnownPart, OfAKnownTextIsAllOfIt) {
  const std::string text =
      "about: \"x\" 'y'  # weight: 3\nrule { message { leg: REPLY } drop {} one_in: 30 };\n"
      "include: [\"a\", \"b\"] pin < point: \"boot b\" choice: CRASH ppm: -2 choice: 6 >\n";
  const KnownPart known = Of(text);
  EXPECT_EQ(known.text, text);
  EXPECT_THAT(known.left_out, IsEmpty());
}

TEST(KnownPart, LeavesOutFieldsAndValues) {
  const KnownPart known = Of("pin { weight: 3 point: \"boot b\" choice: TELEPORT }\n");
  EXPECT_EQ(known.text, "pin {           point: \"boot b\"                  }\n");
  EXPECT_THAT(LeftOut(known), ElementsAre("1:7 pin.weight", "1:33 pin.choice: TELEPORT"));
  EXPECT_EQ(Parsed(known.text).pin(0).point(), "boot b");
}

TEST(KnownPart, LeavesOutWholeMessagesAndLists) {
  const KnownPart known =
      Of("moods [{ a: { b: \"}\" } c: -1.5e3f }, < d: [1, 2] >];\n"
         "pin { where {\n\t deep: \"x\"\n\t} point: \"boot b\" }\n"
         "about: \"kept\"");
  EXPECT_THAT(LeftOut(known), ElementsAre("1:1 moods", "2:7 pin.where"));
  const settle::FaultPlan plan = Parsed(known.text);
  EXPECT_EQ(plan.pin(0).point(), "boot b");
  EXPECT_EQ(plan.about(), "kept");
}

// An open enum: protobuf itself would take any number.
TEST(KnownPart, LeavesOutNumbersThatHaveNoName) {
  EXPECT_THAT(LeftOut(Of("pin { choice: 9999 } pin { choice: -1 } pin { choice: 1 }")),
              ElementsAre("1:7 pin.choice: 9999", "1:28 pin.choice: -1"));
}

TEST(KnownPart, KeepsThePlaceOfWhatIsLeft) {
  const std::string text = "\tmood: 1\tabout: \"x\"\n  mood { }  pin { point: 7 }";
  Diagnostics whole, known;
  settle::FaultPlan plan;
  ParseText("f", "\t       \tabout: \"x\"\n            pin { point: 7 }", plan, whole);
  ParseText("f", Of(text).text, plan, known);
  ASSERT_EQ(known.size(), 1u);
  EXPECT_EQ(known[0].ToString(), whole[0].ToString());
  EXPECT_EQ(known[0].line, 2);
}

TEST(KnownPart, OfWhatIsNoTextIsAllOfIt) {
  for (const std::string text :
       {"mood: 1 pin {", "mood: 1 }", "mood", "mood: ", "mood: \"x", "mood: [1", "mood: 1 { }",
        ": 1", "mood { 1 }", "mood: - ", "\x01"}) {
    EXPECT_EQ(Of(text).text, text);
    EXPECT_THAT(Of(text).left_out, IsEmpty()) << text;
  }
  std::string deep = "mood: 1 ";
  for (int i = 0; i < 100'000; ++i) deep += "mood {";
  EXPECT_EQ(Of(deep).text, deep);
}

}  // namespace
}  // namespace faults
