// Exploring tries every single fault once and says what it tried; the pairs that it leaves
// out break nothing. Method: toy scenarios whose bugs need one fault or two.

#include "scenarios/search/explore.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"
#include "scenarios/testing/toy.pb.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using settle::toy::Answer;
using settle::toy::Payment;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// The ledger books again for each request, if it has the bug; a teller asks as often as it
// is told to.
constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" set: "attempts=$1" }
    node { name: "ledger" system: "toy.Ledger" $0 }
  }
  workload { name: "pay" clients: 2 operations: 1 }
  chaos {
    rule { message { to: "ledger" } drop {} one_in: 1000 }
    rule { message { to: "ledger" leg: REQUEST } duplicate { max: "300ms" } one_in: 1000 }
    heal_after: "2m" quiet_for: "2m"
  }
  check { name: "booked_once" }
  budget { seeds: 8 $2 }
)text";
constexpr char kBug[] = R"(quirk: "books_again")";

// Books each payment once. Of each that it is asked for again, it makes one note in its own
// row, at which all payments meet.
class Till final : public sim::Component {
 public:
  explicit Till(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override {
    env_.Serve(sim::Method<Payment, Answer>{"toy.Book"}, this, &Till::Book);
    const auto opened = co_await db_.Execute("INSERT OR IGNORE INTO till VALUES('till-1', 0)");
    co_return opened.status();
  }

 private:
  sim::Task<absl::StatusOr<Answer>> Book(Payment payment) {
    const auto booked = co_await db_.Execute("INSERT INTO booked VALUES(?, 0)", payment.id());
    if (booked.ok()) co_return Answer();
    if (!absl::IsAlreadyExists(booked.status())) co_return booked.status();
    const auto again = co_await db_.Execute(
        "UPDATE booked SET again = 1 WHERE payment = ? AND again = 0", payment.id());
    if (!again.ok()) co_return again.status();
    if (again->affected() == 0) co_return Answer();
    const auto noted =
        co_await db_.Execute("UPDATE till SET notes = notes + 1 WHERE name = 'till-1'");
    if (!noted.ok()) co_return noted.status();
    co_return Answer();
  }

  sim::Env& env_;
  sim::Database db_;
};

// Nobody has to read two notes.
class OneNote final : public Check {
 public:
  void OnCommit(const sim::Commit& commit) override {
    for (const sim::RowChange& change : commit.changes) {
      Exercise();
      if (change.table->name != "till" || sim::ToText(change.new_row[1]) != "2") continue;
      Violate("till-1", "two notes", commit.at, commit.cause);
    }
  }
};

class NeverAsked final : public Check {};

CheckSpec SpecOf(const std::string& name, const std::string& system,
                 std::unique_ptr<Check> (*make)(const CheckContext&)) {
  CheckSpec spec;
  spec.name = name;
  spec.catalogue = "M4";
  spec.claim = "For tests.";
  spec.counts = "rows";
  spec.roles = {{"ledger", system, {}}};
  spec.make = make;
  return spec;
}

Catalogue CatalogueWithTill() {
  Catalogue catalogue = ToyCatalogue();
  sim::SystemSpec till;
  till.name = "toy.Till";
  till.methods = {"toy.Book"};
  till.schema = [](const sim::Settings&) -> std::string {
    return "CREATE TABLE booked(payment TEXT NOT NULL PRIMARY KEY, again INTEGER NOT NULL)"
           " WITHOUT ROWID;"
           "CREATE TABLE till(name TEXT NOT NULL PRIMARY KEY, notes INTEGER NOT NULL)"
           " WITHOUT ROWID;";
  };
  till.make = [](sim::Env& env) -> std::unique_ptr<sim::Component> {
    return std::make_unique<Till>(env);
  };
  catalogue.AddSystem(till);
  catalogue.systems.at("toy.Teller").roles.front().system = "toy.Book";
  catalogue.AddCheck(SpecOf(
      "one_note", "toy.Till",
      [](const CheckContext&) -> std::unique_ptr<Check> { return std::make_unique<OneNote>(); }));
  catalogue.AddCheck(
      SpecOf("never_asked", "toy.Ledger", [](const CheckContext&) -> std::unique_ptr<Check> {
        return std::make_unique<NeverAsked>();
      }));
  return catalogue;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class ExploreTest : public testing::Test {
 protected:
  void Load(const std::string& ledger, int attempts, const std::string& budget = "") {
    LoadIt(absl::Substitute(kScenario, ledger, attempts, budget));
  }

  void LoadIt(const std::string& text) {
    faults::Diagnostics problems;
    scenario_ = LoadText("toys/pay.textproto", text, catalogue_, problems);
    ASSERT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
    runner_ = NewRunner(*scenario_);
  }

  Explored ExploreIt() {
    options_.broken = [this](const settle::RunResult& run) {
      EXPECT_FALSE(run.finding().empty());
      faults_.insert(run.fired_size());
      return true;
    };
    Explored explored = Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
    EXPECT_TRUE(explored.ended.ok()) << explored.ended;
    return explored;
  }

  const Catalogue catalogue_ = CatalogueWithTill();
  std::unique_ptr<LoadedScenario> scenario_;
  std::unique_ptr<Runner> runner_;
  ExploreOptions options_;
  std::set<int> faults_;  // how many each broken run had
};

TEST_F(ExploreTest, TriesEachAlternativeOfEachPointOnce) {
  Load("", 3);
  const Explored explored = ExploreIt();
  // Two payments, a request and an answer each: both can be lost, a request can be doubled,
  // soon or late.
  EXPECT_EQ(explored.points, 4u);
  EXPECT_EQ(explored.choices.at("drop"), 4u);
  EXPECT_EQ(explored.singles, 4u + explored.choices.at("duplicate"));
  EXPECT_EQ(explored.singles_tried.run, explored.singles);
  EXPECT_EQ(explored.runs, explored.singles);
  EXPECT_TRUE(explored.whole);
  EXPECT_EQ(explored.singles_tried.broken, 0u);
  EXPECT_THAT(Statement(explored, options_),
              HasSubstr("seed 1, calm: all 4 points x {drop, duplicate}, "));
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" single faults: held"));
}

TEST_F(ExploreTest, FindsTheFaultsThatBreakAPromise) {
  Load(kBug, 3);
  const Explored explored = ExploreIt();
  // A lost answer, and a request that comes twice; not a request that is lost.
  EXPECT_EQ(explored.singles_tried.broken, 2u + explored.choices.at("duplicate"));
  EXPECT_EQ(faults_, std::set<int>{1});
}

TEST_F(ExploreTest, PairsWhatMeets) {
  Load("", 3);
  options_.depth = 2;
  const Explored explored = ExploreIt();
  EXPECT_GT(explored.relevant, 0u);
  EXPECT_LT(explored.relevant, explored.pairs);  // Two payments have nothing to do with each other.
  EXPECT_EQ(explored.pairs_tried.run, explored.relevant);
  EXPECT_EQ(explored.pairs_tried.broken, 0u);
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" pairs relevant, "));
}

// All pairs are run, and of those that break something none is among those left out. They
// need the first fault to come to the place of the second: a request that is sent again
// because the first was lost, and comes twice.
TEST_F(ExploreTest, LosesNothingByItsLimit) {
  for (const char* ledger : {"", kBug}) {
    Load(ledger, 3);
    options_.depth = 2;
    options_.audit = true;
    const Explored explored = ExploreIt();
    EXPECT_EQ(explored.pairs_tried.run, explored.pairs);
    EXPECT_EQ(explored.lost, 0u) << ledger;
    EXPECT_EQ(explored.pairs_tried.broken > 0, ledger == std::string(kBug));
    EXPECT_THAT(Statement(explored, options_),
                HasSubstr("; 0 VIOLATED among those that lineage leaves out"));
  }
}

// Two payments meet at one row only, and a promise breaks only if each of them has a fault.
// The limit sees those pairs; one that lets nothing meet loses them, and the audit says so.
TEST_F(ExploreTest, SeesWhereTwoPaymentsMeet) {
  std::string text = absl::Substitute(kScenario, "", 3, "");
  text = Replaced(text, "toy.Ledger", "toy.Till");
  LoadIt(Replaced(text, "booked_once", "one_note"));
  options_.depth = 2;
  options_.audit = true;
  const Explored explored = ExploreIt();
  EXPECT_EQ(explored.singles_tried.broken, 0u);
  EXPECT_EQ(explored.pairs_tried.run, explored.pairs);
  EXPECT_LT(explored.relevant, explored.pairs);
  EXPECT_GT(explored.pairs_tried.broken, 0u);
  EXPECT_EQ(explored.lost, 0u);

  options_.meet = [](const auto&, const auto&) { return false; };
  const Explored never = ExploreIt();
  EXPECT_EQ(never.pairs_tried.broken, explored.pairs_tried.broken);
  EXPECT_GT(never.lost, 0u);
  EXPECT_THAT(Statement(never, options_),
              HasSubstr(absl::StrCat("; ", never.lost, " VIOLATED among those that")));
}

// More events than the calm run has are too many here, and a lost message means more.
TEST_F(ExploreTest, DoesNotCallHeldWhatNobodyJudged) {
  Load("", 3);
  const uint64_t events = ExploreIt().calm.events();
  Load("", 3, absl::StrCat("max_events: ", events));
  const Explored explored = ExploreIt();
  EXPECT_GT(explored.singles_tried.inconclusive, 0u);
  EXPECT_EQ(explored.singles_tried.run, explored.singles);
  EXPECT_EQ(VerdictOf(explored), settle::INCONCLUSIVE);
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" inconclusive"));
  EXPECT_THAT(Statement(explored, options_), Not(HasSubstr("held")));
}

TEST_F(ExploreTest, TriesNothingIfTheCalmRunIsInconclusive) {
  Load("", 3, "max_events: 5");
  const Explored explored = Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
  EXPECT_TRUE(absl::IsFailedPrecondition(explored.ended)) << explored.ended;
  EXPECT_THAT(std::string(explored.ended.message()),
              HasSubstr("the calm run is inconclusive: stopped after 5 events"));
  EXPECT_EQ(explored.runs, 0u);
  EXPECT_EQ(VerdictOf(explored), settle::INCONCLUSIVE);
}

// The only payment is not booked if its only request is lost. The calm run books it.
TEST_F(ExploreTest, DoesNotDoubtARunInWhichAFaultLeavesNothingToCheck) {
  Load("", 1);
  options_.run.clients = 1;
  const Explored explored = ExploreIt();
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" single faults: held"));
  EXPECT_EQ(VerdictOf(explored), settle::HELD);
}

TEST_F(ExploreTest, NamesTheCheckThatNoRunPutToTheTest) {
  LoadIt(Replaced(absl::Substitute(kScenario, "", 3, ""), "check {",
                  "check { name: \"never_asked\" } check {"));
  const Explored explored = ExploreIt();
  EXPECT_THAT(explored.unexercised, ElementsAre("never_asked"));
  EXPECT_EQ(VerdictOf(explored), settle::NOT_EXERCISED);
  EXPECT_THAT(Statement(explored, options_), HasSubstr("; never_asked was never put to the test"));
}

TEST_F(ExploreTest, GoesOnAfterARunOfWhichItsProcessDied) {
  Load("", 3);
  std::vector<size_t> died;
  options_.died = [&died](const std::vector<sim::Pin>& faults, const absl::Status&) {
    died.push_back(faults.size());
    return true;
  };
  const RunMany many = [](uint64_t count, const RunOne& run, const SeeOne& seen) {
    for (uint64_t i = 0; i < count; ++i) {
      if (i == 1 ? !seen(i, absl::InternalError("by signal 9")) : !seen(i, run(i))) break;
    }
    return absl::OkStatus();
  };
  const Explored explored = Explore(*runner_, scenario_->plan(), many, options_);
  EXPECT_THAT(died, ElementsAre(1u));
  EXPECT_EQ(explored.singles_tried.run, explored.singles);
  EXPECT_EQ(explored.singles_tried.died, 1u);
  EXPECT_EQ(VerdictOf(explored), settle::VIOLATED);
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" died"));
}

TEST_F(ExploreTest, KeepsWhatItHadWhenInterrupted) {
  Load(kBug, 3);
  const RunMany many = [](uint64_t count, const RunOne& run, const SeeOne& seen) {
    for (uint64_t i = 0; i + 1 < count; ++i) seen(i, run(i));
    return absl::CancelledError("interrupted");
  };
  const Explored explored = Explore(*runner_, scenario_->plan(), many, options_);
  EXPECT_TRUE(absl::IsCancelled(explored.ended));
  EXPECT_EQ(explored.singles_tried.run, explored.singles - 1);
  EXPECT_GT(explored.singles_tried.broken, 0u);
  EXPECT_FALSE(explored.whole);
  EXPECT_THAT(Statement(explored, options_), HasSubstr("not all of 4 points"));
}

class StoppedRunner final : public Runner {
 public:
  settle::RunResult Run(const RunOptions&) override {
    settle::RunResult result;
    result.set_stopped(true);
    return result;
  }
};

TEST_F(ExploreTest, SaysThatItDidNotComeToFaults) {
  Load("", 3);
  StoppedRunner stopped;
  const Explored explored = Explore(stopped, scenario_->plan(), RunOneByOne, options_);
  EXPECT_TRUE(absl::IsCancelled(explored.ended)) << explored.ended;
  EXPECT_EQ(VerdictOf(explored), settle::INCONCLUSIVE);
  EXPECT_EQ(Statement(explored, options_),
            "seed 1: the calm run did not end, and no fault was tried");
}

TEST_F(ExploreTest, SaysWhatItLeftOut) {
  Load("", 3);
  options_.most_runs = 2;
  const Explored explored = ExploreIt();
  EXPECT_FALSE(explored.whole);
  EXPECT_EQ(explored.runs, 2u);
  EXPECT_THAT(Statement(explored, options_), HasSubstr("not all of 4 points"));
}

TEST_F(ExploreTest, EndsWhenOneIsEnough) {
  Load(kBug, 3);
  int broken = 0;
  options_.broken = [&broken](const settle::RunResult&) { return ++broken < 2; };
  const Explored explored = Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
  EXPECT_EQ(broken, 2);
  EXPECT_EQ(explored.singles_tried.broken, 2u);
  EXPECT_FALSE(explored.whole);
}

TEST_F(ExploreTest, SaysThatItDidNotComeToPairs) {
  Load(kBug, 3);
  options_.depth = 2;
  options_.broken = [](const settle::RunResult&) { return false; };
  const Explored explored = Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
  EXPECT_THAT(Statement(explored, options_), HasSubstr("; pairs were not tried"));
}

// Being asked changes nothing.
TEST_F(ExploreTest, LeavesTheCalmRunAsItIs) {
  Load("", 3);
  RunOptions options;
  options.pins.emplace();
  const uint64_t digest = runner_->Run(options).digest();
  EXPECT_EQ(ExploreIt().calm.digest(), digest);
}

}  // namespace
}  // namespace scenarios
