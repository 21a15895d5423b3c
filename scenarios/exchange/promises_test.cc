// Goal: the promises that are written in SQL find what they are about, for each
// party, and nothing else; and count what they were asked about.
//
// Method: the texts of a scenario, on books that are written by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/checks/sql_check.h"
#include "scenarios/checks/sqlite.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class PromisesTest : public ::testing::Test {
 protected:
  PromisesTest() {
    AddExchange(catalogue_);
    faults::Diagnostics problems;
    scenario_ = Load("scenarios/exchange/query_and_collapse.textproto", catalogue_, problems);
    for (const auto& [node, system] :
         {std::pair("a", "exchange.Initiator"), std::pair("b", "exchange.Provider")}) {
      const sim::SystemSpec& spec = catalogue_.systems.at(system);
      schemas_[node] = spec.schema(spec.Defaults());
      databases_[node] = OpenInMemory();
      Execute(node, schemas_[node]);
    }
  }

  void Execute(const std::string& node, const std::string& sql) {
    ASSERT_TRUE(ExecuteSql(databases_.at(node).get(), sql).ok()) << sql;
  }

  // An order of 100 from customer-1 to merchant-1.
  void Order(const std::string& order, const std::string& status) {
    Execute("a",
            absl::StrCat("INSERT INTO trade_order VALUES('", order,
                         "', 'customer-1', 'merchant-1', 100, 'CNY', '", status, "', 0, 0, 0, 0)"));
  }

  void Trade(const std::string& number, const std::string& status) {
    Execute("b", absl::StrCat("INSERT INTO trade(order_id, merchant, payer, payee, amount,"
                              "  currency, status, settled, accepted_at) VALUES('",
                              number, "', 'a', 'customer-1', 'merchant-1', 100, 'CNY', '", status,
                              "', 1, 0)"));
  }

  void Post(const std::string& number, const std::string& leg, const std::string& account,
            int amount) {
    Execute("b", absl::StrCat("INSERT OR IGNORE INTO journal(biz_id, leg, currency) VALUES('",
                              number, "', '", leg, "', 'CNY')"));
    Execute("b", absl::StrCat("INSERT INTO posting(journal_id, account_id, amount, currency)"
                              " SELECT journal_id, '",
                              account, "', ", amount, ", 'CNY' FROM journal WHERE biz_id = '",
                              number, "' AND leg = '", leg, "'"));
  }

  void Pay(const std::string& number) {
    Post(number, "PAYMENT", "customer-1", -100);
    Post(number, "PAYMENT", "merchant-1", 100);
  }

  void Notice(const std::string& number, const std::string& status) {
    Execute("b", absl::StrCat("INSERT INTO notification VALUES('", number, "/RESULT', '", number,
                              "', 'RESULT', '", status, "', 5, 5, 0)"));
  }

  // The business keys at fault.
  std::vector<std::string> Judge(const std::string& name) {
    std::vector<std::string> keys;
    const auto mirror = Mirror::Build(schemas_);
    std::map<std::string, Mirror::Source> sources;
    for (const auto& [node, connection] : databases_) sources[node] = {connection.get(), false};
    for (const PlannedCheck& planned : scenario_->checks()) {
      if (planned.name != name) continue;
      const auto query = (*mirror)->Prepare(planned.text.sql());
      SqlCheck check(planned.text.sql(), query->columns, planned.text.exercised_sql());
      const auto books = (*mirror)->Open(sources, 1, nullptr);
      check.Judge(*books);
      for (const Finding& finding : check.findings()) keys.push_back(finding.key);
      exercised_ = check.exercised();
    }
    return keys;
  }

  Catalogue catalogue_;
  std::unique_ptr<LoadedScenario> scenario_;
  std::map<std::string, std::string> schemas_;
  std::map<std::string, Connection> databases_;
  uint64_t exercised_ = 0;
};

TEST_F(PromisesTest, StatusAgreesWithTheEffectOnBothSides) {
  Order("paid", "SUCCESS");
  Pay("paid");
  Order("again", "SUCCESS");
  Pay("again#2");
  Order("failed", "FAILED");
  Order("open", "PROCESSING");
  Pay("open");  // A does not know yet
  Order("reversed", "REVERSED");
  Pay("reversed");
  Post("reversed", "REVERSAL", "merchant-1", -100);
  Post("reversed", "REVERSAL", "customer-1", 100);

  EXPECT_THAT(Judge("status_agrees_with_effect"), IsEmpty());
  EXPECT_EQ(exercised_, 4u);
}

TEST_F(PromisesTest, AAndBAgree) {
  Order("paid", "SUCCESS");
  Trade("paid", "SUCCESS");
  Order("again", "SUCCESS");
  Trade("again#2", "SUCCESS");
  Order("refused", "FAILED");

  EXPECT_THAT(Judge("a_and_b_agree"), IsEmpty());
  EXPECT_EQ(exercised_, 2u);
}

TEST_F(PromisesTest, AAndBDisagree) {
  Order("failed at a", "FAILED");
  Trade("failed at a", "SUCCESS");
  Order("twice", "SUCCESS");
  Trade("twice", "FAILED");
  Trade("twice#2", "SUCCESS");
  Order("unknown at b", "SUCCESS");
  Trade("unknown at a", "SUCCESS");

  EXPECT_THAT(Judge("a_and_b_agree"),
              UnorderedElementsAre("failed at a", "twice", "unknown at b", "unknown at a"));
}

TEST_F(PromisesTest, ExhaustedNoticesAreAnswerable) {
  Order("told", "PROCESSING");  // acknowledged is acknowledged
  Trade("told", "SUCCESS");
  Notice("told", "SUCCESS");
  Order("asked", "SUCCESS");
  Trade("asked#2", "SUCCESS");
  Notice("asked#2", "EXHAUSTED");
  Order("seen", "SUBMITTED");
  Trade("seen", "FAILED");
  Notice("seen", "EXHAUSTED");
  Execute("a", "INSERT INTO manual_queue VALUES('seen', 'test', 0)");
  EXPECT_THAT(Judge("every_notice_ends"), IsEmpty());
  EXPECT_EQ(exercised_, 3u);

  Order("pending", "SUCCESS");
  Trade("pending", "SUCCESS");
  Notice("pending", "PENDING");
  Order("open at b", "SUCCESS");
  Trade("open at b", "ACCEPTED");
  Notice("open at b", "EXHAUSTED");
  Order("open at a", "SUBMITTED");
  Trade("open at a", "SUCCESS");
  Notice("open at a", "EXHAUSTED");
  Notice("of nothing", "EXHAUSTED");
  EXPECT_THAT(Judge("every_notice_ends"),
              UnorderedElementsAre("pending", "open at b", "open at a", "of nothing"));
}

TEST_F(PromisesTest, StatusDisagreesWithTheEffectOnThePayerAlone) {
  Order("paid", "SUCCESS");
  Post("paid", "PAYMENT", "customer-2", -100);
  Post("paid", "PAYMENT", "merchant-1", 100);
  Order("reversed", "REVERSED");
  Pay("reversed");
  Post("reversed", "REVERSAL", "merchant-1", -100);
  Post("reversed", "REVERSAL", "customer-2", 100);

  EXPECT_THAT(Judge("status_agrees_with_effect"), ElementsAre("paid", "reversed"));
}

TEST_F(PromisesTest, StatusDisagreesWithTheEffectOnThePayeeAlone) {
  Order("paid", "SUCCESS");
  Post("paid", "PAYMENT", "customer-1", -100);
  Order("failed", "FAILED");
  Post("failed", "PAYMENT", "merchant-1", 100);

  EXPECT_THAT(Judge("status_agrees_with_effect"), ElementsAre("failed", "paid"));
}

// Each shard of a test judges by its own seeds: one is never enough where faults are drawn.
TEST_F(PromisesTest, EveryScenarioSaysHowManySeedsItNeeds) {
  int scenarios = 0;
  for (const auto& file : std::filesystem::directory_iterator("scenarios/exchange")) {
    const std::string path = file.path().string();
    if (!absl::EndsWith(path, ".textproto") || absl::EndsWith(path, "_promises.textproto"))
      continue;
    faults::Diagnostics problems;
    const auto scenario = Load(path, catalogue_, problems);
    ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems).ToString();
    if (scenario->plan().rules.empty()) continue;  // a story, the same in each seed
    ++scenarios;
    EXPECT_GT(scenario->text().budget().min_seeds(), 1u) << path;
  }
  EXPECT_GT(scenarios, 20);
}

}  // namespace
}  // namespace scenarios
