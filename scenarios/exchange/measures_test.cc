// Goal: what is measured of the exchange is what its name says, for whom it says.
// Method: commits and messages by hand; and a whole scenario, calm and not, for what
// a result takes of it.

#include "scenarios/exchange/measures.h"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/exchange/message_by_hand.h"
#include "scenarios/exchange/recon_measures.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using sim::TrafficKind;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};
const sim::TableInfo kTrade{"trade", {"trade_no", "order_id", "status"}, {0}};
const sim::TableInfo kSettlement{"settlement", {"serial", "order_id", "bill_date"}, {0}};
const sim::TableInfo kMistake{
    "recon_mistake", {"id", "order_no", "err_type", "handle_status"}, {0}};

const sim::TableInfo kRefusal{"recon_refusal", {"refusal_id", "bill_date"}, {0}};
const sim::TableInfo kQueue{"manual_queue", {"order_id"}, {0}};

class MeasureTest : public ::testing::Test {
 protected:
  void Take(const std::string& name) {
    Catalogue catalogue;
    AddExchangeMeasures(catalogue);
    AddReconMeasures(catalogue);
    CheckContext context;
    context.nodes = {{"initiator", "a"}, {"provider", "b"}};
    context.databases = {{"a2", "a"}};
    measure_ = catalogue.measures.at(name).make(context);
  }

  void AtA(const char* from, const char* to, sim::Nanos at) {
    measure_->OnCommit(CommitByHand("a", at).Update(kOrder, {"order-1", from}, {"order-1", to}));
  }
  void AtB(const char* from, const char* to, sim::Nanos at) {
    measure_->OnCommit(
        CommitByHand("b", at).Update(kTrade, {1, "order-1", from}, {1, "order-1", to}));
  }
  void See(TrafficKind kind, const char* method, sim::Nanos at, uint64_t call = 1) {
    const bool to_b = method == std::string("exchange.Query");
    sim::Traffic traffic = MessageByHand(kind, method, to_b ? "a" : "x", to_b ? "b" : "a", call);
    traffic.at = at;
    measure_->OnTraffic(traffic);
  }
  void Rest() { measure_->OnPhase(sim::Phase::kJudge, 1000); }

  std::unique_ptr<Measure> measure_;
};

TEST_F(MeasureTest, LagIsAllTheTimeInWhichOutcomesDiffer) {
  Take("consistency_lag");
  AtB("ACCEPTED", "SUCCESS", 100);
  See(TrafficKind::kSent, "exchange.Query", 110);
  AtA("SUBMITTED", "SUCCESS", 130);
  AtB("SUCCESS", "REVERSED", 200);
  AtA("SUCCESS", "REVERSED", 250);
  Rest();

  EXPECT_THAT(measure_->samples(),
              UnorderedElementsAre(Pair("", ElementsAre(80)), Pair("queries: 1", ElementsAre(80))));
}

TEST_F(MeasureTest, WhoeverIsFirstLagIsNotNegative) {
  Take("consistency_lag");
  AtB("", "ACCEPTED", 50);
  AtA("SUBMITTED", "FAILED", 100);
  AtB("ACCEPTED", "FAILED", 170);
  Rest();

  EXPECT_THAT(measure_->samples(),
              UnorderedElementsAre(Pair("", ElementsAre(70)), Pair("queries: 0", ElementsAre(70))));
}

TEST_F(MeasureTest, WithoutAnyOutcomeThereIsNoLag) {
  Take("consistency_lag");
  AtB("", "ACCEPTED", 50);
  AtA("PROCESSING", "SUBMITTED", 100);
  Rest();

  EXPECT_TRUE(measure_->samples().empty());
}

TEST_F(MeasureTest, WithoutAgreementLagLastsToTheEndAndIsTakenApart) {
  Take("consistency_lag");
  AtB("ACCEPTED", "SUCCESS", 100);
  AtA("PROCESSING", "SUBMITTED", 130);
  Rest();

  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("never agreed", ElementsAre(900))));
}

TEST_F(MeasureTest, InconsistenciesAreCountedAtTheEnd) {
  Take("final_inconsistencies");
  AtB("ACCEPTED", "SUCCESS", 100);
  AtA("SUBMITTED", "SUCCESS", 130);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(0))));

  Take("final_inconsistencies");
  AtB("SUCCESS", "REVERSED", 100);
  AtA("SUBMITTED", "SUCCESS", 130);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(1))));
}

TEST_F(MeasureTest, WhatHasNeverReachedBIsAFailure) {
  Take("final_inconsistencies");
  AtA("PROCESSING", "FAILED", 130);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(0))));

  Take("final_inconsistencies");
  AtA("PROCESSING", "SUBMITTED", 130);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(1))));
}

// An order that A has lost counts; one that somebody else has placed at B does not.
TEST_F(MeasureTest, WhatOthersSubmitIsNothingForAToAgreeAbout) {
  Take("final_inconsistencies");
  AtB("", "SUCCESS", 100);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(1))));

  Take("final_inconsistencies");
  measure_->OnTraffic(MessageByHand(TrafficKind::kSent, "exchange.Submit", "x", "b", 1));
  AtB("", "SUCCESS", 100);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(0))));
}

TEST_F(MeasureTest, CountsWhatWaitsForAPersonAtTheEnd) {
  Take("manual_queue");
  measure_->OnCommit(CommitByHand("a").Insert(kQueue, {"order-1"}));
  measure_->OnCommit(CommitByHand("a").Insert(kQueue, {"order-2"}));
  measure_->OnCommit(CommitByHand("a").Delete(kQueue, {"order-1"}));
  measure_->OnCommit(CommitByHand("a").Insert(kMistake, {1, "order-3", "X", "MANUAL"}));
  measure_->OnCommit(CommitByHand("a").Insert(kMistake, {2, "order-4", "X", "OPEN"}));
  measure_->OnCommit(CommitByHand("a").Insert(kRefusal, {1, "2026-01-05"}));
  measure_->OnCommit(CommitByHand("a").Insert(kRefusal, {2, "2026-01-06"}));
  Rest();

  EXPECT_THAT(measure_->samples(),
              UnorderedElementsAre(Pair("", ElementsAre(4)), Pair("orders", ElementsAre(1)),
                                   Pair("discrepancies", ElementsAre(1)),
                                   Pair("statements", ElementsAre(2))));
}

TEST_F(MeasureTest, NobodyWaitsIsASample) {
  Take("manual_queue");
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(0))));
}

TEST_F(MeasureTest, InstancesOfOneServiceAreOne) {
  Take("queries_per_order");
  sim::Traffic query = MessageByHand(TrafficKind::kSent, "exchange.Query", "a2", "b", 1);
  measure_->OnTraffic(query);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(1))));
}

TEST_F(MeasureTest, QueriesAreCountedForEveryOrder) {
  Take("queries_per_order");
  AtA("INIT", "PROCESSING", 10);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(0))));

  Take("queries_per_order");
  See(TrafficKind::kSent, "exchange.Query", 20);
  See(TrafficKind::kDelivered, "exchange.Query", 21);
  See(TrafficKind::kSent, "exchange.Query", 30, 2);
  Rest();
  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(2))));
}

TEST_F(MeasureTest, NoticesAreTimedToTheirFirstCopy) {
  Take("notice_latency");
  See(TrafficKind::kSent, "exchange.NotifyResult", 100);
  See(TrafficKind::kDelivered, "exchange.NotifyResult", 140);
  See(TrafficKind::kDelivered, "exchange.NotifyResult", 190);

  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(40))));
}

TEST_F(MeasureTest, WaitsInVainAreTakenApart) {
  Take("response_time");
  See(TrafficKind::kSent, "exchange.Pay", 100, 1);
  See(TrafficKind::kSent, "exchange.Pay", 105, 2);
  See(TrafficKind::kReturned, "exchange.Pay", 108, 1);
  See(TrafficKind::kTimedOut, "exchange.Pay", 205, 2);

  EXPECT_THAT(measure_->samples(),
              UnorderedElementsAre(Pair("", ElementsAre(8)), Pair("no answer", ElementsAre(100))));
}

TEST_F(MeasureTest, WhoSubmitsHimselfIsAnsweredByB) {
  Take("response_time");
  for (const char* caller : {"flood1", "a", "a2"}) {
    const uint64_t call = caller == std::string("flood1") ? 1 : 2;
    for (const auto& [kind, at] :
         {std::pair(TrafficKind::kSent, 100), std::pair(TrafficKind::kReturned, 130)}) {
      sim::Traffic traffic = MessageByHand(kind, "exchange.Submit", caller, "b", call);
      traffic.at = at;
      measure_->OnTraffic(traffic);
    }
  }

  EXPECT_THAT(measure_->samples(), UnorderedElementsAre(Pair("", ElementsAre(30))));
}

TEST_F(MeasureTest, DiscrepanciesAreCountedByClass) {
  Take("discrepancies");
  for (const char* mistake : {"BANK_MISS", "FEE_MISMATCH", "BANK_MISS"}) {
    measure_->OnCommit(CommitByHand("a").Insert(kMistake, {1, "order-1", mistake, "MANUAL"}));
  }
  Rest();

  EXPECT_THAT(measure_->samples(), UnorderedElementsAre(Pair("BANK_MISS", ElementsAre(2)),
                                                        Pair("FEE_MISMATCH", ElementsAre(1))));
}

TEST_F(MeasureTest, RepairsAreTimedFromTheSettlement) {
  Take("time_to_repair");
  measure_->OnCommit(CommitByHand("b", 100).Insert(kSettlement, {1, "order-1", ""}));
  measure_->OnCommit(
      CommitByHand("b", 150).Update(kSettlement, {1, "order-1", ""}, {1, "order-1", "2026-01-05"}));
  measure_->OnCommit(CommitByHand("a", 170).Insert(kMistake, {1, "order-1", "X", "OPEN"}));
  measure_->OnCommit(CommitByHand("a", 180).Update(kMistake, {1, "order-1", "X", "OPEN"},
                                                   {1, "order-1", "X", "REPAIRED"}));

  EXPECT_THAT(measure_->samples(), ElementsAre(Pair("", ElementsAre(80))));
}

// The names of what the result of one run has samples of.
std::set<std::string> Measured(bool chaos) {
  Catalogue catalogue;
  AddExchange(catalogue);
  faults::Diagnostics problems;
  const auto scenario = Load("scenarios/exchange/reject_and_resend.textproto", catalogue, problems);
  EXPECT_NE(scenario, nullptr) << faults::ToStatus(problems);
  RunOptions options;
  options.chaos = chaos;
  const settle::RunResult run = NewRunner(*scenario)->Run(options);
  std::set<std::string> names;
  for (const settle::Samples& samples : run.samples()) {
    EXPECT_THAT(samples.value_size(), Gt(0));
    names.insert(samples.name());
  }
  return names;
}

TEST(MeasuresOfARun, AreInItsResult) {
  EXPECT_THAT(Measured(/*chaos=*/false),
              UnorderedElementsAre("consistency_lag", "final_inconsistencies", "manual_queue",
                                   "notice_latency", "queries_per_order", "response_time"));
}

TEST(MeasuresOfARun, AreTakenInEveryScenario) {
  Catalogue catalogue;
  AddExchange(catalogue);
  int scenarios = 0;
  for (const auto& file : std::filesystem::directory_iterator("scenarios/exchange")) {
    const std::string path = file.path().string();
    if (!absl::EndsWith(path, ".textproto") || absl::EndsWith(path, "_promises.textproto")) {
      continue;
    }
    faults::Diagnostics problems;
    const auto scenario = Load(path, catalogue, problems);
    ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems);
    std::set<std::string> names;
    for (const PlannedMeasure& measure : scenario->measures()) names.insert(measure.spec->name);
    EXPECT_THAT(names, IsSupersetOf({"consistency_lag", "final_inconsistencies", "manual_queue",
                                     "queries_per_order", "response_time"}))
        << path;
    ++scenarios;
  }
  EXPECT_GT(scenarios, 50);
}

TEST(MeasuresOfARun, DoNotTimeNoticesUnderFaults) {
  EXPECT_THAT(Measured(/*chaos=*/true), Not(Contains("notice_latency")));
}

}  // namespace
}  // namespace scenarios
