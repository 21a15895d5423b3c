// Goal: every error says where it is, also when the text is fine and only its
// meaning is wrong. Method: parse small plans, look at positions.

#include "faults/source_text.h"

#include <cstdlib>
#include <fstream>

#include "faults/fault.pb.h"
#include "gtest/gtest.h"

namespace faults {
namespace {

constexpr char kText[] = R"(about: "two rules"
rule { message { to: "b" } drop {} one_in: 30 }
rule {
  message { method: "x.Y"
            leg: REPLY }
  delay { max: "1s" }
}
)";

class SourceTextTest : public testing::Test {
 protected:
  std::string At(const Where& where) { return where.Error("here").ToString(); }

  Diagnostics problems_;
  settle::FaultPlan plan_;
};

TEST_F(SourceTextTest, LocatesMessagesAndFields) {
  const Where where = ParseText("p.textproto", kText, plan_, problems_);
  ASSERT_TRUE(problems_.empty());
  const Where second = where.Field("rule", 1);
  EXPECT_EQ(At(where.Field("about")), "p.textproto:1:1: error: here");
  EXPECT_EQ(At(where.Field("rule", 0).Field("one_in")), "p.textproto:2:36: error: here");
  EXPECT_EQ(At(second.Field("message").Field("leg")), "p.textproto:5:13: error: here");
  EXPECT_EQ(second.ToString(), "p.textproto:3");
}

TEST_F(SourceTextTest, PutsWhatIsMissingWhereItsMessageIs) {
  const Where where = ParseText("p.textproto", kText, plan_, problems_);
  const Where second = where.Field("rule", 1);
  EXPECT_EQ(At(second.Field("one_in")), "p.textproto:3:1: error: here");
  EXPECT_EQ(At(second.Field("delay").Field("min")), "p.textproto:6:3: error: here");
  EXPECT_EQ(At(second.Field("during").Field("from")), "p.textproto:3:1: error: here");
  EXPECT_EQ(At(where.Field("rule", 7)), "p.textproto:1:1: error: here");
}

TEST_F(SourceTextTest, OutlivesItsParser) {
  Where delay;
  {
    const Where where = ParseText("p.textproto", kText, plan_, problems_);
    delay = where.Field("rule", 1).Field("delay");
  }
  EXPECT_EQ(At(delay.Field("max")), "p.textproto:6:11: error: here");
}

TEST_F(SourceTextTest, OfAProgramIsNowhere) {
  EXPECT_EQ(At(Where().Field("rule").Field("anything")), "error: here");
}

TEST_F(SourceTextTest, SuggestsTheFieldThatWasMeant) {
  ParseText("p.textproto", "rule {\n  mesage { }\n}", plan_, problems_);
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_EQ(problems_[0].ToString(),
            "p.textproto:2:10: error: Message type \"settle.Rule\" has no field named "
            "\"mesage\"; did you mean \"message\"?");
}

// What a text says is printed, written as JSON, compared: it must be text.
TEST_F(SourceTextTest, MustBeUtf8) {
  const std::pair<std::string, std::string> kTexts[] = {
      {"about: \"caf\xe9\"", "1:12: error: not UTF-8: byte 0xE9"},
      {"# x\n#\xc0\x80", "2:2: error: not UTF-8: byte 0xC0"},     // longer than need be
      {"#\xed\xa0\x80", "1:2: error: not UTF-8: byte 0xED"},      // half a pair
      {"#\xf4\x90\x80\x80", "1:2: error: not UTF-8: byte 0xF4"},  // beyond the last
      {"#\xe2\x82", "1:2: error: not UTF-8: byte 0xE2"},          // cut off
      {std::string("#\n\0", 3), "2:1: error: a NUL byte: this is no text"},
      {"\xef\xbb\xbf#", "1:1: error: a byte order mark; save the text as UTF-8 without one"},
      {"\xff\xfe#", "1:1: error: not UTF-8 but UTF-16; save the text as UTF-8"},
      {"rule {\n message { to: \"\\351\" } }", "2:12: error: to: not UTF-8: byte 0xE9"},
      {"include: \"a\"\ninclude: \"\\000\"", "2:1: error: include: a NUL byte: this is no text"},
  };
  for (const auto& [text, error] : kTexts) {
    problems_.clear();
    ParseText("p.textproto", text, plan_, problems_);
    ASSERT_EQ(problems_.size(), 1u) << text;
    EXPECT_EQ(problems_[0].ToString(), "p.textproto:" + error);
  }
  problems_.clear();
  ParseText("p.textproto", "about: \"caf\u00e9 \u20ac \U0001f4b6\"", plan_, problems_);
  EXPECT_TRUE(problems_.empty());
}

TEST_F(SourceTextTest, ReportsAllErrorsAsOneStatus) {
  problems_.push_back(Where().Error("one"));
  problems_.push_back(Where().Error("two"));
  const absl::Status status = ToStatus(problems_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "error: one\nerror: two");
  EXPECT_TRUE(ToStatus({}).ok());
}

TEST_F(SourceTextTest, ReadsFiles) {
  const std::string path = testing::TempDir() + "/text";
  std::ofstream(path) << "some\ntext";
  EXPECT_EQ(ReadFile(path).value(), "some\ntext");
  std::ofstream(path, std::ios::trunc).flush();
  EXPECT_EQ(ReadFile(path).value(), "");
}

TEST_F(SourceTextTest, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(ReadFile("no/such/file").status().message(),
            "cannot read no/such/file: No such file or directory");
  EXPECT_EQ(ReadFile("faults").status().message(), "cannot read faults: Is a directory");
}

}  // namespace
}  // namespace faults
