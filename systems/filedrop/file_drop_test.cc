// Goal: what a reader finds is what the bank has written, but for the mistakes that
// the plan asks for; a file's header and lines agree unless it is truncated; and a file
// stays as it was first found.
// Method: a drop on a node, statements by hand, and a script of mistakes.

#include "systems/filedrop/file_drop.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace filedrop {
namespace {

using sim::ChoiceKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kHour = 3'600'000;

class Keeper final : public sim::Component {
 public:
  explicit Keeper(sim::Env& env) : drop(env) {}
  sim::Task<absl::Status> Start() override { co_return absl::OkStatus(); }

  FileDrop drop;
};

class FileDropTest : public testing::Test {
 protected:
  FileDropTest() {
    sim::SystemSpec system;
    system.make = [this](sim::Env& env) {
      auto keeper = std::make_unique<Keeper>(env);
      keeper_ = keeper.get();
      return keeper;
    };
    world_.Start("b", system);
  }

  // The bank's books: yesterday "order-1", today "order-2" and "order-3".
  static std::vector<Statement> Written() {
    std::vector<Statement> written;
    written.push_back(Of("2026-01-04", {"order-1"}));
    written.push_back(Of("2026-01-05", {"order-2", "order-3"}));
    return written;
  }
  static Statement Of(const std::string& day, const std::vector<std::string>& orders) {
    Statement statement;
    statement.set_bill_date(day);
    statement.set_issue(1);
    statement.set_currency("CNY");
    for (const std::string& order : orders) {
      StatementLine& line = *statement.add_line();
      line.set_serial(statement.line_size());
      line.set_order_id(order);
      line.set_amount(1000);
      line.set_fee(6);
      line.set_status("SUCCESS");
    }
    Seal(statement);
    return statement;
  }

  void Fault(const std::string& point, ChoiceKind kind, int64_t amount = 0) {
    world_.adversary().AddNext(point, kind, amount);
  }
  std::vector<Statement> Today(int64_t age_ms = 0) {
    return keeper_->drop.Listed(Written(), age_ms);
  }
  // "order-2 1000 6 SUCCESS" of each line of the only file.
  std::vector<std::string> Lines() {
    const std::vector<Statement> files = Today();
    EXPECT_THAT(files, SizeIs(1));
    EXPECT_TRUE(IsSealed(files[0]));
    std::vector<std::string> lines;
    for (const StatementLine& line : files[0].line()) {
      lines.push_back(
          absl::StrCat(line.order_id(), " ", line.amount(), " ", line.fee(), " ", line.status()));
    }
    return lines;
  }
  static bool IsSealed(const Statement& statement) {
    return statement.count() == statement.line_size() &&
           statement.total() == TotalText(statement) && statement.digest() == DigestOf(statement);
  }

  Keeper* keeper_ = nullptr;
  sim::TestWorld world_;
};

TEST_F(FileDropTest, GivesWhatWasWritten) {
  EXPECT_THAT(Lines(), ElementsAre("order-2 1000 6 SUCCESS", "order-3 1000 6 SUCCESS"));
}

TEST_F(FileDropTest, LosesALine) {
  Fault("line b statement order-2", ChoiceKind::kDrop);
  EXPECT_THAT(Lines(), ElementsAre("order-3 1000 6 SUCCESS"));
}

TEST_F(FileDropTest, MisstatesEachField) {
  const std::pair<Misstated, const char*> kCases[] = {
      {Misstated::kAmountMore, "order-2 1001 6 SUCCESS"},
      {Misstated::kAmountLess, "order-2 999 6 SUCCESS"},
      {Misstated::kFee, "order-2 1000 7 SUCCESS"},
      {Misstated::kStatus, "order-2 1000 6 FAILED"}};
  for (const auto& [what, stated] : kCases) {
    StatementLine line = Written()[1].line(0);
    Misstate(what, line);
    EXPECT_EQ(
        absl::StrCat(line.order_id(), " ", line.amount(), " ", line.fee(), " ", line.status()),
        stated);
  }
  Fault("line b statement order-2", ChoiceKind::kMisstated, 2);
  EXPECT_THAT(Lines(), ElementsAre("order-2 999 6 SUCCESS", "order-3 1000 6 SUCCESS"));
}

TEST_F(FileDropTest, AddsALineThatNobodyKnows) {
  Fault("line b statement order-2", ChoiceKind::kStray);
  EXPECT_THAT(Lines(), ElementsAre("order-2 1000 6 SUCCESS", "order-2? 1000 6 SUCCESS",
                                   "order-3 1000 6 SUCCESS"));
}

TEST_F(FileDropTest, PutsALineIntoALaterDay) {
  Fault("line b statement order-1", ChoiceKind::kLate, sim::Hours(20));
  Fault("line b statement order-2", ChoiceKind::kLate, sim::Hours(25));
  EXPECT_THAT(Lines(), ElementsAre("order-1 1000 6 SUCCESS", "order-3 1000 6 SUCCESS"));
}

TEST_F(FileDropTest, HasALateFileLater) {
  Fault("file b statement 2026-01-05", ChoiceKind::kLate, sim::Hours(3));
  EXPECT_THAT(Today(2 * kHour), IsEmpty());
  EXPECT_THAT(Today(3 * kHour), SizeIs(1));
}

TEST_F(FileDropTest, HasAFileTwice) {
  Fault("file b statement 2026-01-05", ChoiceKind::kDuplicate, sim::Hours(3));
  EXPECT_THAT(Today(2 * kHour), SizeIs(1));
  const std::vector<Statement> twice = Today(3 * kHour);
  ASSERT_THAT(twice, SizeIs(2));
  EXPECT_EQ(twice[0].digest(), twice[1].digest());
}

TEST_F(FileDropTest, LacksTheEndForAWhile) {
  Fault("file b statement 2026-01-05", ChoiceKind::kTruncated, sim::Hours(3));
  const Statement half = Today(2 * kHour)[0];
  EXPECT_EQ(half.line_size(), 1);
  EXPECT_EQ(half.count(), 2);
  EXPECT_FALSE(IsSealed(half));
  EXPECT_TRUE(IsSealed(Today(3 * kHour)[0]));
}

TEST_F(FileDropTest, IssuesAFileAgainWithoutItsMistakes) {
  Fault("file b statement 2026-01-05", ChoiceKind::kCorrected, sim::Hours(3));
  Fault("line b statement order-2", ChoiceKind::kDrop);
  EXPECT_THAT(Today(2 * kHour), SizeIs(1));
  const std::vector<Statement> issues = Today(3 * kHour);
  ASSERT_THAT(issues, SizeIs(2));
  EXPECT_EQ(issues[0].line_size(), 1);
  EXPECT_EQ(issues[1].line_size(), 2);
  EXPECT_EQ(issues[1].issue(), 2);
  EXPECT_NE(issues[0].digest(), issues[1].digest());
}

TEST_F(FileDropTest, StaysAsItWasFirstFound) {
  Fault("line b statement order-2", ChoiceKind::kDrop);
  const std::string first = Today()[0].digest();
  world_.Crash("b");
  world_.AwaitRestart("b");
  Fault("line b statement order-3", ChoiceKind::kDrop);
  EXPECT_EQ(Today()[0].digest(), first);
}

}  // namespace
}  // namespace filedrop
