// Goal: what A has not heard, a statement tells it; what differs is found, called by
// its name, and repaired once or shown to people; what only stands in another day's
// file is no mistake; and a file that cannot be believed is refused and waited for.
//
// Method: A with a scripted provider whose files are written by hand, day after day.
// A story is run with a crash at each of its suspension points, one after the other.

#include <cstdint>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/initiator_fixture.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {
namespace {

using filedrop::Statement;
using filedrop::StatementLine;
using sim::ChoiceKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

StatementLine Line(const std::string& order_id, const std::string& status, int64_t amount = 100,
                   int64_t fee = FeeOf(100)) {
  StatementLine line;
  line.set_order_id(order_id);
  line.set_amount(amount);
  line.set_fee(fee);
  line.set_status(status);
  return line;
}

Statement File(const std::string& day, const std::vector<StatementLine>& lines) {
  Statement statement;
  statement.set_bill_date(day);
  statement.set_issue(1);
  statement.set_currency("CNY");
  for (const StatementLine& line : lines) {
    *statement.add_line() = line;
    statement.mutable_line()->rbegin()->set_serial(statement.line_size());
  }
  filedrop::Seal(statement);
  return statement;
}

class ReconciliationTest : public InitiatorTest {
 protected:
  // The provider has a file of every day, also of that before the first order.
  static constexpr char kDayBefore[] = "2026-01-04";

  ReconciliationTest() {
    Set("reconcile", "on");
    provider_.query = QueryReply::PROCESSING;
    Give(File(kDayBefore, {}));
  }

  void Give(const Statement& statement) {
    provider_.statements[statement.bill_date()].push_back(statement);
  }
  // Files of the 5th and of the days after it, the first of these lines.
  void GiveDays(const std::vector<StatementLine>& first, int more_days = 0) {
    Give(File("2026-01-05", first));
    for (int day = 6; day < 6 + more_days; ++day) Give(File(absl::StrCat("2026-01-0", day), {}));
  }
  // Until shortly after the pull of the next morning, so many days later.
  void RunToPull(int days = 1) { RunFor(absl::Hours(24 * days + 3)); }

  std::vector<std::string> Texts(const std::string& sql) {
    std::vector<std::string> texts;
    const sim::Result rows = world_.database("a")->Peek(sql).value();
    for (const sim::Row& row : rows) {
      texts.push_back(sim::ToText(row[0]));
    }
    return texts;
  }
  std::vector<std::string> Mistakes() {
    return Texts("SELECT order_no || ' ' || err_type || ' ' || handle_status FROM recon_mistake");
  }
  std::vector<std::string> Refusals() {
    return Texts("SELECT bill_date || ' ' || reason FROM recon_refusal ORDER BY refusal_id");
  }
  std::vector<std::string> Days() {
    return Texts(
        absl::StrCat("SELECT bill_date || ' ' || status FROM recon_batch WHERE bill_date > '",
                     kDayBefore, "' ORDER BY bill_date"));
  }
};

TEST_F(ReconciliationTest, DoesNothingUnlessItIsOn) {
  settings_.Set("reconcile", "off");
  Boot();
  Pay("order-1").IgnoreError();
  GiveDays({Line("order-1", "SUCCESS")});
  RunToPull();
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(ReconciliationTest, BooksWhatItHasNotHeard) {
  Boot();
  for (const char* order : {"order-1", "order-2", "order-3"}) Pay(order).IgnoreError();
  GiveDays({Line("order-1", "SUCCESS"), Line("order-2", "REVERSED"), Line("order-3", "FAILED")});
  RunToPull();
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_EQ(Status("order-2"), "REVERSED");
  EXPECT_EQ(Status("order-3"), "FAILED");
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED",
                                      "order-2 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED",
                                      "order-3 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED"));
  EXPECT_THAT(Days(), ElementsAre("2026-01-05 CHECKED"));
}

TEST_F(ReconciliationTest, FindsNothingWhereBothAgree) {
  Boot();
  Pay("order-1").IgnoreError();
  NotifyResult("order-1", true);
  GiveDays({Line("order-1", "SUCCESS")}, 4);
  RunToPull(5);
  EXPECT_THAT(Mistakes(), IsEmpty());
  EXPECT_THAT(Days(), testing::SizeIs(5));
}

TEST_F(ReconciliationTest, ReversesWhatItOnlyKnowsAsASuccess) {
  Boot();
  Pay("order-1").IgnoreError();
  NotifyResult("order-1", true);
  GiveDays({Line("order-1", "REVERSED")});
  RunToPull();
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_OVER_STATUS_MISMATCH REPAIRED"));
}

TEST_F(ReconciliationTest, LeavesToPeopleWhatNoMoveMends) {
  Boot();
  for (const char* order : {"order-1", "order-2", "order-3"}) Pay(order).IgnoreError();
  NotifyResult("order-1", true);
  NotifyResult("order-2", false);
  NotifyResult("order-3", true);
  NotifyReversal("order-3");
  GiveDays({Line("order-1", "FAILED"), Line("order-2", "SUCCESS"), Line("order-3", "SUCCESS")});
  RunToPull();
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_EQ(Status("order-2"), "FAILED");
  EXPECT_EQ(Status("order-3"), "REVERSED");
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_OVER_STATUS_MISMATCH MANUAL",
                                      "order-2 PLATFORM_SHORT_STATUS_MISMATCH MANUAL",
                                      "order-3 PLATFORM_SHORT_STATUS_MISMATCH MANUAL"));
}

TEST_F(ReconciliationTest, BooksNoStatusOfAnotherAmount) {
  Boot();
  for (const char* order : {"order-1", "order-2", "order-3"}) Pay(order).IgnoreError();
  NotifyResult("order-1", true);
  NotifyResult("order-2", true);
  GiveDays({Line("order-1", "SUCCESS", 99), Line("order-2", "SUCCESS", 100, 5),
            Line("order-3", "SUCCESS", 101)});
  RunToPull();
  EXPECT_EQ(Status("order-3"), "SUBMITTED");
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_OVER_CASH_MISMATCH MANUAL",
                                      "order-2 FEE_MISMATCH MANUAL",
                                      "order-3 PLATFORM_SHORT_STATUS_MISMATCH MANUAL",
                                      "order-3 PLATFORM_SHORT_CASH_MISMATCH MANUAL"));
}

TEST_F(ReconciliationTest, MissesWhatIsNotItsOwn) {
  Boot();
  Pay("order-1").IgnoreError();
  GiveDays({Line("order-1", "SUCCESS"), Line("order-1", "SUCCESS"), Line("order-9", "SUCCESS")});
  RunToPull();
  EXPECT_THAT(Mistakes(),
              UnorderedElementsAre("order-1 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED",
                                   "order-1 PLATFORM_MISS MANUAL", "order-9 PLATFORM_MISS MANUAL"));
}

TEST_F(ReconciliationTest, WaitsThreeDaysForALine) {
  Boot();
  Pay("order-1").IgnoreError();
  NotifyResult("order-1", true);
  GiveDays({}, 3);
  RunToPull(3);
  EXPECT_THAT(Mistakes(), IsEmpty());
  EXPECT_THAT(Texts("SELECT order_no FROM recon_buffer"), ElementsAre("order-1"));
  RunFor(absl::Hours(24));
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 BANK_MISS MANUAL"));
  EXPECT_THAT(Texts("SELECT order_no FROM recon_buffer"), IsEmpty());
}

TEST_F(ReconciliationTest, FindsALineInTheNextDaysFile) {
  Boot();
  Pay("order-1").IgnoreError();
  NotifyResult("order-1", true);
  Give(File("2026-01-05", {}));
  Give(File("2026-01-06", {Line("order-1", "SUCCESS")}));
  for (const char* day : {"2026-01-07", "2026-01-08", "2026-01-09"}) Give(File(day, {}));
  RunToPull(5);
  EXPECT_THAT(Mistakes(), IsEmpty());
}

TEST_F(ReconciliationTest, FindsALineInTheFileOfTheDayBeforeTheFirstOrder) {
  Boot();
  Pay("order-1").IgnoreError();
  NotifyResult("order-1", true);
  provider_.statements[kDayBefore] = {File(kDayBefore, {Line("order-1", "SUCCESS")})};
  GiveDays({}, 4);  // the provider's clock was slow
  RunToPull(5);
  EXPECT_THAT(Mistakes(), IsEmpty());
  EXPECT_THAT(Days(), testing::SizeIs(5));
}

TEST_F(ReconciliationTest, ExpectsNoSecondLineOfWhatItBooksAfterTheCutOff) {
  Boot();
  Pay("order-1").IgnoreError();
  GiveDays({Line("order-1", "SUCCESS")}, 4);
  RunFor(absl::Hours(25));
  NotifyResult("order-1", true);  // the day has ended, its file is not fetched yet
  RunToPull(4);
  EXPECT_THAT(Mistakes(), IsEmpty());
}

TEST_F(ReconciliationTest, QuirkMissesOrdersOverTheCutOff) {
  Quirk("orders_of_the_day_only");
  Boot();
  Pay("order-1").IgnoreError();
  Give(File("2026-01-05", {}));
  RunFor(absl::Hours(27));
  NotifyResult("order-1", true);
  Give(File("2026-01-06", {Line("order-1", "SUCCESS")}));
  RunFor(absl::Hours(24));
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_MISS MANUAL"));
}

TEST_F(ReconciliationTest, QuirkSaysNothingOfALineFromNowhere) {
  Quirk("unknown_lines_skipped");
  Boot();
  Pay("order-1").IgnoreError();
  GiveDays({Line("order-1", "SUCCESS"), Line("order-2", "SUCCESS")});
  RunToPull();
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED"));
}

TEST_F(ReconciliationTest, ProcessesADayOnce) {
  Boot();
  Pay("order-1").IgnoreError();
  GiveDays({Line("order-1", "SUCCESS")}, 1);
  Give(File("2026-01-05", {Line("order-1", "SUCCESS")}));
  RunToPull();
  Give(File("2026-01-05", {Line("order-1", "SUCCESS"), Line("order-2", "SUCCESS")}));
  RunToPull();
  EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED"));
  EXPECT_THAT(Refusals(), ElementsAre("2026-01-05 issued again, after another file was processed"));
  EXPECT_THAT(Days(), ElementsAre("2026-01-05 CHECKED", "2026-01-06 CHECKED"));
}

TEST_F(ReconciliationTest, RefusesWhatItCannotBelieveAndWaits) {
  Boot();
  Pay("order-1").IgnoreError();
  Statement torn = File("2026-01-05", {Line("order-1", "SUCCESS")});
  torn.clear_line();
  Statement replayed = File("2026-01-04", {Line("order-1", "SUCCESS")});
  Statement foreign = File("2026-01-05", {Line("order-1", "SUCCESS")});
  foreign.set_currency("USD");
  filedrop::Seal(foreign);
  const Statement future = File("2026-01-06", {Line("order-1", "SUCCESS")});
  const Statement negative = File("2026-01-05", {Line("order-1", "SUCCESS", -100)});
  constexpr int64_t kAll = std::numeric_limits<int64_t>::max();
  const Statement endless =
      File("2026-01-05", {Line("order-1", "SUCCESS", kAll), Line("order-2", "SUCCESS", kAll)});
  provider_.statements["2026-01-05"] = {torn, replayed, foreign, future, negative, endless};
  Give(File("2026-01-06", {}));
  RunToPull();
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
  EXPECT_THAT(Refusals(), ElementsAre("2026-01-05 the header counts 1 lines, and there are 0",
                                      "2026-01-05 replayed: it is of 2026-01-04",
                                      "2026-01-05 in a foreign currency: USD",
                                      "2026-01-05 from the future: it is of 2026-01-06",
                                      "2026-01-05 a line states the amount -100",
                                      "2026-01-05 the total is more money than there is"));
  EXPECT_THAT(Days(), IsEmpty());

  Give(File("2026-01-05", {Line("order-1", "SUCCESS")}));
  RunFor(absl::Hours(24));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_THAT(Days(), ElementsAre("2026-01-05 CHECKED", "2026-01-06 CHECKED"));
}

TEST_F(ReconciliationTest, AStatementThatDoesNotComeIsToldOnce) {
  Boot();
  Pay("order-1").IgnoreError();
  RunFor(absl::Hours(49));
  EXPECT_THAT(Refusals(), IsEmpty());
  RunFor(absl::Hours(24));
  EXPECT_THAT(Refusals(), ElementsAre("2026-01-05 no statement of 2026-01-05"));
  Give(File("2026-01-05", {Line("order-1", "SUCCESS")}));
  RunFor(absl::Hours(1));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_THAT(Days(), ElementsAre("2026-01-05 CHECKED"));
}

// The story of BooksWhatItHasNotHeard with a crash at the n-th suspension of the
// reconciliation. False if there are not so many.
class CrashStory : public ReconciliationTest {
 public:
  bool Survives(uint64_t n) {
    Boot();
    Pay("order-1").IgnoreError();
    Pay("order-2").IgnoreError();
    NotifyResult("order-2", true);
    GiveDays({Line("order-1", "REVERSED"), Line("order-2", "SUCCESS", 99)});
    RunFor(absl::Hours(25) + absl::Minutes(55));
    world_.adversary().Add(
        sim::MakePin("crash a reconcile", Passed() + n, ChoiceKind::kCrash, sim::Seconds(1)));
    RunFor(absl::Minutes(30));
    EXPECT_EQ(Status("order-1"), "REVERSED") << n;
    EXPECT_THAT(Mistakes(), ElementsAre("order-1 PLATFORM_SHORT_STATUS_MISMATCH REPAIRED",
                                        "order-2 PLATFORM_OVER_CASH_MISMATCH MANUAL"))
        << n;
    EXPECT_THAT(Texts("SELECT event_id FROM trade_flow WHERE cause = 'recon'"),
                UnorderedElementsAre("recon/SUCCESS", "recon/REVERSED"))
        << n;
    return world_.adversary().left() == 0;
  }

 private:
  void TestBody() override {}
  // How many suspensions there were so far.
  uint64_t Passed() {
    uint64_t times = 0;
    for (const std::string& asked : world_.adversary().asked()) {
      if (absl::StartsWith(asked, "crash a reconcile #")) ++times;
    }
    return times;
  }
};

TEST(ReconciliationCrash, AtEverySuspension) {
  uint64_t n = 1;
  while (CrashStory().Survives(n)) ++n;
  EXPECT_GT(n, 15u);
}

}  // namespace
}  // namespace exchange
