// Goal: what was written is read back, and what a person has broken by hand is
// said at its place.
// Method: files in a temporary folder.

#include "scenarios/repro.h"

#include <filesystem>
#include <fstream>
#include <tuple>

#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/build_id.h"

namespace scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReproTest : public testing::Test {
 protected:
  ReproTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  static settle::Repro Sample() {
    settle::Repro repro;
    repro.set_scenario("scenarios/exchange/pay.textproto");
    repro.set_scenario_hash(0x0123456789abcdef);
    repro.set_build("unknown");
    repro.set_seed(17);
    repro.set_check("booked_once");
    repro.set_key("order-7");
    repro.set_digest(0xfedcba9876543210);
    repro.set_clients(2);
    settle::Pin& late = *repro.add_pin();
    late.set_point("reply exchange.Submit a<b order-7");
    late.set_occurrence(1);
    late.set_choice(settle::Pin::LATE);
    late.set_by("900ms");
    settle::Pin& crash = *repro.add_pin();
    crash.set_point("fsync b exchange.Submit order-7");
    crash.set_occurrence(3);
    crash.set_choice(settle::Pin::CRASH);
    crash.set_disk(settle::Rule::Crash::KEEP_ALL);
    crash.set_down_for("50ms");
    return repro;
  }

  // Lines as a user sees them, without the file.
  std::vector<std::string> LeftOut() const {
    std::vector<std::string> lines;
    for (faults::Diagnostic one : left_out_) {
      one.file = "";
      lines.push_back(one.ToString("note"));
    }
    return lines;
  }

  const std::string folder_ = testing::TempDir() + "/repro_test";
  const std::string path_ = folder_ + "/pay.repro.textproto";
  faults::Diagnostics left_out_;
};

TEST_F(ReproTest, KeepsWhatMakesARunSmall) {
  RunOptions run;
  run.clients = 2;
  run.operations = 5;
  run.calm = true;
  run.only = {{"pay1", {}}, {"pay2", {3, 5}}};
  run.starts = {{"pay2", {{5, sim::Seconds(9)}}}};
  run.amount = 100;
  run.without = {"a2"};
  settle::Repro repro = Sample();
  KeepSize(run, repro);
  RunOptions read;
  TakeSize(repro, read);
  EXPECT_EQ(read.clients, run.clients);
  EXPECT_EQ(read.operations, run.operations);
  EXPECT_TRUE(read.calm);
  EXPECT_EQ(read.only, (Operations{{"pay2", {3, 5}}}));
  EXPECT_EQ(read.starts.at("pay2").at(5), sim::Seconds(9));
  EXPECT_EQ(read.starts.at("pay2").at(3), 0);  // at its own pace
  EXPECT_EQ(read.amount, 100);
  EXPECT_EQ(read.without, run.without);
}

TEST_F(ReproTest, OfTheWholeRunSaysNothingMore) {
  settle::Repro repro = Sample();
  KeepSize(RunOptions(), repro);
  RunOptions read;
  TakeSize(repro, read);
  EXPECT_FALSE(read.only.has_value());
  EXPECT_FALSE(read.amount.has_value());
  EXPECT_TRUE(read.starts.empty());
}

TEST_F(ReproTest, IsReadAsItWasWritten) {
  ASSERT_TRUE(WriteRepro(path_, Sample()).ok());

  const auto read = ReadRepro(path_, left_out_);

  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(read->DebugString(), Sample().DebugString());
}

TEST_F(ReproTest, SaysWhatKindOfFileItIs) {
  EXPECT_EQ(ReproText(Sample()).substr(0, 66),
            "# proto-file: reports/result.proto\n# proto-message: settle.Repro\n\n");
}

TEST_F(ReproTest, BeginsWithItsSchema) {
  settle::Repro repro = Sample();
  repro.set_schema(kReproSchema);
  EXPECT_THAT(ReproText(repro), HasSubstr("\n\nschema: 1\nscenario: "));
}

TEST_F(ReproTest, HasOnePinALine) {
  EXPECT_THAT(ReproText(Sample()),
              HasSubstr("\npin { point: \"reply exchange.Submit a<b order-7\" occurrence: 1 "
                        "choice: LATE by: \"900ms\" }\n"));
}

TEST_F(ReproTest, LeavesNothingElseBehind) {
  ASSERT_TRUE(WriteRepro(path_, Sample()).ok());
  ASSERT_TRUE(WriteRepro(path_, Sample()).ok());

  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    EXPECT_EQ(entry.path(), path_);
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(ReproTest, SaysWhereItCannotBeWritten) {
  const absl::Status status = WriteRepro(folder_ + "/none/pay.repro.textproto", Sample());

  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("none/pay.repro.textproto"));
}

TEST_F(ReproTest, SaysWhichPinIsWrong) {
  std::ofstream(path_)
      << "scenario: \"pay.textproto\"\nseed: 1\n"
         "pin { point: \"reply exchange.Submit a<b\" choice: LATE by: \"soon\" }\n";

  const auto read = ReadRepro(path_, left_out_);

  ASSERT_FALSE(read.ok());
  EXPECT_THAT(std::string(read.status().message()), HasSubstr(path_ + ":3:"));
}

TEST_F(ReproTest, OfANewerSchemaIsReadAsFarAsItIsKnown) {
  std::ofstream(path_)
      << "schema: 2\nscenario: \"pay.textproto\"\nseed: 1\nrules: RULES_BY_MOOD\n"
         "pin { point: \"reply exchange.Submit a<b\" occurrence: 1 weight: 3 choice: DROP }\n"
         "weather { wind: [1, 2] }\nonly { client: \"pay1\" operation: 3 }\n"
         "pin { point: \"boot b\" occurrence: 1 choice: TELEPORT }\n"
         "pin { point: \"dream b\" occurrence: 1 choice: DROP }\n"
         "pin { point: \"fsync b x k\" occurrence: 2 choice: CRASH down_for: \"1s\" }\n";

  const auto read = ReadRepro(path_, left_out_);

  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(NewerSchema(*read), "schema 2, this build knows 1");
  EXPECT_EQ(read->rules(), settle::RULES_OFF);
  EXPECT_EQ(read->only(0).operation(0), 3);
  ASSERT_EQ(read->pin_size(), 2);
  EXPECT_EQ(read->pin(0).point(), "reply exchange.Submit a<b");
  EXPECT_EQ(read->pin(1).point(), "fsync b x k");
  const std::string why = "note: schema 2, this build knows 1: left out ";
  EXPECT_THAT(
      LeftOut(),
      ElementsAre(":4:1: " + why + "\"rules: RULES_BY_MOOD\"", ":5:56: " + why + "\"pin.weight\"",
                  ":6:1: " + why + "\"weather\"", ":8:1: " + why + "the pin at \"boot b\"",
                  ":8:37: " + why + "\"pin.choice: TELEPORT\"",
                  ":9:1: " + why + "the pin at \"dream b\""));
}

// It could not be told from one of this schema, but for its number.
TEST_F(ReproTest, OfANewerSchemaLeavesOutNothingThatItKnows) {
  settle::Repro newer = Sample();
  newer.set_schema(2);
  ASSERT_TRUE(WriteRepro(path_, newer).ok());

  const auto read = ReadRepro(path_, left_out_);

  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(read->DebugString(), newer.DebugString());
  EXPECT_THAT(left_out_, IsEmpty());
}

TEST_F(ReproTest, OfANewerSchemaMustBeRightWhereItIsKnown) {
  std::ofstream(path_) << "schema: 2\nscenario: \"pay.textproto\"\nmood: 1\nseed: \"one\"\n";

  const auto read = ReadRepro(path_, left_out_);

  ASSERT_FALSE(read.ok());
  EXPECT_THAT(std::string(read.status().message()), HasSubstr(path_ + ":4:7: error: "));
}

// A slip of the pen, also without a number.
TEST_F(ReproTest, OfThisSchemaHasNothingUnknown) {
  for (const std::string schema : {"", "schema: 0 ", "schema: 1 "}) {
    std::ofstream(path_) << schema << "scenario: \"pay.textproto\"\nsede: 1\n";
    EXPECT_THAT(std::string(ReadRepro(path_, left_out_).status().message()),
                HasSubstr("no field named \"sede\"; did you mean \"seed\"?"));

    std::ofstream(path_) << schema << "scenario: \"pay.textproto\"\n"
                         << "pin { point: \"boot b\" occurrence: 1 choice: TELEPORT }\n";
    EXPECT_THAT(std::string(ReadRepro(path_, left_out_).status().message()),
                HasSubstr(path_ + ":2:54: error: "));
    EXPECT_THAT(left_out_, IsEmpty());
  }
}

// Names of points change from build to build: "link" was "partition".
TEST_F(ReproTest, OfAnotherBuildIsReadWithoutPointsThatHaveGone) {
  const std::string pins =
      "pin { point: \"partition a>b\" occurrence: 1 choice: PARTITION for: \"1s\" }\n"
      "pin { point: \"link a>b\" occurrence: 1 choice: PARTITION for: \"1s\" }\n";
  for (const std::string schema : {"", "schema: 1 "}) {
    std::ofstream(path_) << schema << "scenario: \"pay.textproto\" build: \"7f3a\" seed: 1\n"
                         << pins;

    const auto read = ReadRepro(path_, left_out_);

    ASSERT_TRUE(read.ok()) << read.status().ToString();
    ASSERT_EQ(read->pin_size(), 1);
    EXPECT_EQ(read->pin(0).point(), "link a>b");
    EXPECT_THAT(LeftOut(), ElementsAre(":2:1: note: written by another build (7f3a): left out the "
                                       "pin at \"partition a>b\""));
    left_out_.clear();
  }
}

TEST_F(ReproTest, OfAnotherBuildHasNoUnknownFields) {
  std::ofstream(path_) << "scenario: \"pay.textproto\" build: \"7f3a\"\nsede: 1\n";
  EXPECT_THAT(std::string(ReadRepro(path_, left_out_).status().message()),
              HasSubstr("no field named \"sede\"; did you mean \"seed\"?"));
}

// A slip of the pen: also where no build is named.
TEST_F(ReproTest, OfThisBuildHasOnlyPointsThatAre) {
  for (const std::string& build : {std::string(), "build: \"" + BuildId() + "\""}) {
    std::ofstream(path_) << "scenario: \"pay.textproto\" " << build
                         << "\npin { point: \"partition a>b\" occurrence: 1 choice: PARTITION }\n";
    EXPECT_THAT(std::string(ReadRepro(path_, left_out_).status().message()),
                HasSubstr("\"partition a>b\" is not a point"));
    EXPECT_THAT(left_out_, IsEmpty());
  }
}

// An older build must hear that a file has more than it knows.
TEST(ReproSchema, GrowsWithWhatAFileCanSay) {
  const int fields = settle::Repro::descriptor()->field_count() +
                     settle::Operations::descriptor()->field_count() +
                     settle::Pin::descriptor()->field_count();
  const int values = settle::Pin::Choice_descriptor()->value_count() +
                     settle::Rules_descriptor()->value_count() +
                     settle::Ties_descriptor()->value_count();
  EXPECT_EQ(std::tuple(kReproSchema, fields, values), std::tuple(1u, 35, 53))
      << "once another build may have written schema " << kReproSchema << ", raise it";
}

TEST_F(ReproTest, NeedsAScenario) {
  std::ofstream(path_) << "seed: 1\n";

  const auto read = ReadRepro(path_, left_out_);

  ASSERT_FALSE(read.ok());
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("scenario is missing"));
}

TEST_F(ReproTest, NamesTheFileThatIsMissing) {
  const auto read = ReadRepro(path_, left_out_);

  EXPECT_TRUE(absl::IsNotFound(read.status()));
  EXPECT_THAT(std::string(read.status().message()), HasSubstr(path_));
}

TEST_F(ReproTest, GivesPinsToRunWith) {
  const std::vector<sim::Pin> pins = ToPins(Sample().pin());

  ASSERT_EQ(pins.size(), 2);
  EXPECT_EQ(pins[0].kind, sim::ChoiceKind::kLate);
  EXPECT_EQ(pins[0].amount, sim::Millis(900));
  EXPECT_EQ(pins[1].kind, sim::ChoiceKind::kCrash);
  EXPECT_EQ(pins[1].disk, sim::DiskFate::kKeepAll);
}

}  // namespace
}  // namespace scenarios
