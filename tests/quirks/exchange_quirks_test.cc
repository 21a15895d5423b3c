// Do the checks bite, and for the right reason? Every quirk of the exchange has a
// scenario, every promise is broken by some quirk, no quirk has faults of its own,
// and without its trigger (no chaos, one client) a quirk is harmless. That each is
// found is what the scenario tests say. Method: the texts, and calm runs of them.

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace {

constexpr uint64_t kSeeds = 10;

// Quirks that break a promise by what they are, without a fault or a race.
const std::map<std::string, std::string> kNeedNoTrigger = {
    {"quirk_orders_of_the_day_only", "the trigger is the cut-off, which comes every day"},
    {"quirk_statement_processed_again", "the trigger is A's own second look"},
    {"quirk_notify_status_no_cas", "its statement does not compare the status, changed or not"},
    {"quirk_parameters_not_compared_at_b", "the trigger is the forger's own attempt"},
    {"quirk_retry_parameters_not_compared", "the trigger is the customer's own mistake"},
    {"quirk_reversal_in_place", "a reversal is no fault, and each is a correction in place"},
    {"quirk_two_transaction_posting", "between its two commits the journal is unbalanced"},
    {"quirk_unconditional_update", "its statements do not compare the status, changed or not"},
};

// Checks that a calm run cannot put to the test: what they are about is a fault.
const std::map<std::string, std::string> kNeedFaults = {
    {"every_discrepancy_is_found", "A hears all, and B's statements are right"},
    {"repairs_make_both_equal", "A hears all, so nothing is to be repaired"},
    {"no_early_attempt", "a notice that arrives is acknowledged, so none is sent again"},
    {"keys_outlive_retries", "every submission is answered, so none comes again"},
    {"taken_back_is_never_paid", "every order is confirmed in time, so none is taken back"},
    {"queries_have_no_effect", "A asks only about orders of which it hears nothing"},
    {"query_answers_committed_truth", "A asks only about orders of which it hears nothing"},
    {"repeated_reversal_same_answer", "a notice that is acknowledged does not come again"},
    {"restart_loses_no_notice", "nobody restarts"},
    {"reversal_first_is_harmless", "messages arrive in their order"},
    {"unknown_is_not_failure", "every submission is answered"},
};

class ExchangeQuirks : public testing::Test {
 protected:
  // How often the checks that `scenario` names were put to the test in `run`.
  static void Count(const scenarios::LoadedScenario& scenario, const settle::RunResult& run,
                    std::map<std::string, uint64_t>& exercised) {
    for (const std::string& name : scenario.text().violated()) exercised[name];
    for (const settle::CheckResult& check : run.check()) {
      const auto named = exercised.find(check.name());
      if (named != exercised.end() && check.judged()) named->second += check.exercised();
    }
  }

  ExchangeQuirks() {
    scenarios::AddExchange(catalogue_);
    std::vector<std::string> paths;
    for (const auto& file : std::filesystem::directory_iterator("scenarios/exchange")) {
      paths.push_back(file.path().string());
    }
    std::stable_sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      if (path.find("_promises") != std::string::npos) continue;
      if (path.find(".textproto") == std::string::npos) continue;
      faults::Diagnostics problems;
      auto scenario = scenarios::Load(path, catalogue_, problems);
      EXPECT_NE(scenario, nullptr) << faults::ToStatus(problems);
      if (scenario != nullptr) all_.push_back(std::move(scenario));
    }
  }

  static std::set<std::string> QuirksOf(const scenarios::LoadedScenario& scenario) {
    std::set<std::string> quirks;
    for (const auto& organisation : scenario.text().organisation()) {
      for (const auto& node : organisation.node()) {
        quirks.insert(node.quirk().begin(), node.quirk().end());
      }
    }
    return quirks;
  }

  static bool Reconciles(const scenarios::LoadedScenario& scenario) {
    for (const auto& organisation : scenario.text().organisation()) {
      for (const auto& node : organisation.node()) {
        if (std::count(node.set().begin(), node.set().end(), "reconcile=on") > 0) return true;
      }
    }
    return false;
  }

  scenarios::Catalogue catalogue_;
  std::vector<std::unique_ptr<scenarios::LoadedScenario>> all_;
};

TEST_F(ExchangeQuirks, EachHaveAScenario) {
  std::set<std::string> shown;
  for (const auto& scenario : all_) {
    const std::set<std::string> quirks = QuirksOf(*scenario);
    EXPECT_LE(quirks.size(), 1u) << scenario->name() << " mixes quirks";
    shown.insert(quirks.begin(), quirks.end());
  }
  for (const auto& [name, system] : catalogue_.systems) {
    for (const sim::QuirkSpec& quirk : system.quirks) {
      EXPECT_EQ(shown.count(quirk.name), 1u) << name << " " << quirk.name;
    }
  }
}

// What a protocol cannot keep as it is published is broken without a planted bug: refusing
// a reversal that comes first, for ever if the success never comes.
const std::map<std::string, std::string> kBrokenByProtocol = {
    {"reversals_get_through", "story_stuck_reversal"},
};

TEST_F(ExchangeQuirks, BreakEveryPromise) {
  std::set<std::string> promised;
  std::set<std::string> broken;
  for (const auto& scenario : all_) {
    for (const auto& check : scenario->checks()) promised.insert(check.name);
    for (const std::string& check : scenario->text().violated()) {
      const auto known = kBrokenByProtocol.find(check);
      if (known != kBrokenByProtocol.end() && known->second == scenario->name()) {
        broken.insert(check);
      }
    }
    if (QuirksOf(*scenario).empty()) continue;
    EXPECT_EQ(scenario->text().expect(), settle::VIOLATED) << scenario->name();
    broken.insert(scenario->text().violated().begin(), scenario->text().violated().end());
  }
  EXPECT_GE(promised.size(), 26u);
  EXPECT_EQ(broken, promised);
}

TEST_F(ExchangeQuirks, ShareOnePlanAndHaveNoFaultsOfTheirOwn) {
  for (const auto& scenario : all_) {
    if (QuirksOf(*scenario).empty()) continue;
    const settle::Chaos& chaos = scenario->text().chaos();
    ASSERT_EQ(chaos.include_size(), 1) << scenario->name();
    // The second includes the first: where A reconciles, statements are unreliable, too.
    EXPECT_EQ(chaos.include(0), Reconciles(*scenario)
                                    ? "../../faults/plans/wrong_statements.textproto"
                                    : "../../faults/plans/unreliable_network.textproto")
        << scenario->name();
    EXPECT_EQ(chaos.rule_size(), 0) << scenario->name();
    EXPECT_EQ(chaos.pin_size(), 0) << scenario->name();
    EXPECT_FALSE(chaos.no_swarm()) << scenario->name();
  }
}

// Harmless is more than silent: each check that a scenario names was put to the
// test and has held, unless only a fault can do that.
TEST_F(ExchangeQuirks, AreHarmlessWithoutTheirTrigger) {
  for (const auto& scenario : all_) {
    if (QuirksOf(*scenario).empty()) continue;
    const bool needs_no_trigger = kNeedNoTrigger.count(scenario->name()) > 0;
    const auto runner = scenarios::NewRunner(*scenario);
    uint64_t violated = 0;
    std::map<std::string, uint64_t> exercised;
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      scenarios::RunOptions options;
      options.seed = seed;
      options.chaos = false;
      options.clients = 1;
      const settle::RunResult run = runner->Run(options);
      EXPECT_NE(run.verdict(), settle::INCONCLUSIVE) << scenario->name() << " seed " << seed;
      Count(*scenario, run, exercised);
      if (run.verdict() != settle::VIOLATED) continue;
      ++violated;
      EXPECT_TRUE(needs_no_trigger)
          << scenario->name() << " seed " << seed << ": " << run.finding(0).what();
    }
    if (needs_no_trigger) {
      EXPECT_GT(violated, 0u) << scenario->name() << " is no exception any more";
      continue;
    }
    for (const auto& [check, times] : exercised) {
      EXPECT_EQ(times == 0, kNeedFaults.count(check) > 0)
          << scenario->name() << ": " << check << " was put to the test " << times << " times";
    }
  }
}

}  // namespace
