// Do the checks bite, and for the right reason? Every quirk of a system has a
// scenario, every promise of its folder is broken by some scenario, no quirk has faults of
// its own, and without its trigger (no chaos, one client) a quirk is harmless. That each is
// found is what the scenario tests say. Method: the texts of each folder that plants
// quirks, and calm runs of them.

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/broker/catalogue.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/lock/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "scenarios/xa/catalogue.h"

namespace {

using Reasons = std::map<std::string, std::string>;

constexpr uint64_t kSeeds = 10;

// Scenarios that plant quirks, and what is known of them.
struct Folder {
  std::string name;
  size_t promises = 0;  // at least so many checks are watched
  // The chaos plan of all its quirks; and the one, which includes that, where A reconciles.
  std::string plan;
  std::string plan_with_statements;
  // Quirks that break a promise by what they are, without a fault or a race, and why.
  Reasons need_no_trigger;
  // Checks that a calm run with one client cannot put to the test, and why.
  Reasons need_faults;
  // Checks that no quirk breaks: the scenario in which a design or a protocol does.
  Reasons broken_by_design;
};

void PrintTo(const Folder& folder, std::ostream* out) { *out << folder.name; }

const std::vector<Folder>& Folders() {
  static const auto* const folders = new std::vector<Folder>{
      {"exchange",
       26,
       "unreliable_network",
       "wrong_statements",
       {{"quirk_orders_of_the_day_only", "the trigger is the cut-off, which comes every day"},
        {"quirk_statement_processed_again", "the trigger is A's own second look"},
        {"quirk_notify_status_no_cas", "its statement does not compare the status, changed or not"},
        {"quirk_parameters_not_compared_at_b", "the trigger is the forger's own attempt"},
        {"quirk_retry_parameters_not_compared", "the trigger is the customer's own mistake"},
        {"quirk_reversal_in_place", "a reversal is no fault, and each is a correction in place"},
        {"quirk_two_transaction_posting", "between its two commits the journal is unbalanced"},
        {"quirk_unconditional_update", "its statements do not compare the status, changed or not"}},
       {{"every_discrepancy_is_found", "A hears all, and B's statements are right"},
        {"repairs_make_both_equal", "A hears all, so nothing is to be repaired"},
        {"no_early_attempt", "a notice that arrives is acknowledged, so none is sent again"},
        {"keys_outlive_retries", "every submission is answered, so none comes again"},
        {"taken_back_is_never_paid", "every order is confirmed in time, so none is taken back"},
        {"queries_have_no_effect", "A asks only about orders of which it hears nothing"},
        {"query_answers_committed_truth", "A asks only about orders of which it hears nothing"},
        {"repeated_reversal_same_answer", "a notice that is acknowledged does not come again"},
        {"restart_loses_no_notice", "nobody restarts"},
        {"reversal_first_is_harmless", "messages arrive in their order"},
        {"unknown_is_not_failure", "every submission is answered"}},
       // Refusing a reversal that comes first, for ever if the success never comes.
       {{"reversals_get_through", "story_stuck_reversal"}}},
      {"lock",
       5,
       "absent_lock_server",
       "",
       {{"quirk_admits_any_token", "the trigger is the forger's own attempt"}},
       {{"dead_holders_lock_is_free", "nobody dies"}},
       {}},
      {"broker",
       7,
       "fallible_infrastructure",
       "",
       {{"quirk_absent_is_rollback", "the trigger is an order that takes longer than six seconds"},
        {"quirk_ack_first", "the trigger is an order that no depot can read"},
        {"quirk_dead_without_alert", "the trigger is an order that no depot can read"}},
       {},
       {{"redelivery_is_harmless", "without_inbox"},
        {"shipped_in_order", "reordered"},
        {"shipped_soon", "unavailable"}}},
      {"xa",
       4,
       "unreliable_network",
       "",
       {{"quirk_reads_committed", "the trigger is the teller, who reads while the client pays"}},
       {{"no_branch_stays", "nobody dies, so no branch is in doubt"}},
       {}},
  };
  return *folders;
}

class Quirks : public testing::TestWithParam<Folder> {
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

  Quirks() {
    scenarios::AddBroker(catalogue_);
    scenarios::AddCache(catalogue_);
    scenarios::AddExchange(catalogue_);
    scenarios::AddLocks(catalogue_);
    scenarios::AddXa(catalogue_);
    std::vector<std::string> paths;
    const std::string folder = absl::StrCat("scenarios/", GetParam().name);
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      paths.push_back(file.path().string());
    }
    std::stable_sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      if (absl::StrContains(path, "_promises")) continue;
      if (!absl::StrContains(path, ".textproto")) continue;
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

  // The systems that the folder's scenarios run.
  std::set<std::string> Systems() const {
    std::set<std::string> systems;
    for (const auto& scenario : all_) {
      for (const auto& organisation : scenario->text().organisation()) {
        for (const auto& node : organisation.node()) systems.insert(node.system());
      }
    }
    return systems;
  }

  scenarios::Catalogue catalogue_;
  std::vector<std::unique_ptr<scenarios::LoadedScenario>> all_;
};

TEST_P(Quirks, EachHaveAScenario) {
  std::set<std::string> shown;
  for (const auto& scenario : all_) {
    const std::set<std::string> quirks = QuirksOf(*scenario);
    EXPECT_LE(quirks.size(), 1u) << scenario->name() << " mixes quirks";
    shown.insert(quirks.begin(), quirks.end());
  }
  const std::set<std::string> systems = Systems();
  for (const auto& [name, system] : catalogue_.systems) {
    if (systems.count(name) == 0) continue;
    for (const sim::QuirkSpec& quirk : system.quirks) {
      EXPECT_EQ(shown.count(quirk.name), 1u) << name << " " << quirk.name;
    }
  }
}

TEST_P(Quirks, BreakEveryPromise) {
  std::set<std::string> promised;
  std::set<std::string> broken;
  for (const auto& scenario : all_) {
    for (const auto& check : scenario->checks()) promised.insert(check.name);
    for (const std::string& check : scenario->text().violated()) {
      const auto known = GetParam().broken_by_design.find(check);
      if (known == GetParam().broken_by_design.end()) continue;
      if (known->second == scenario->name()) broken.insert(check);
    }
    if (QuirksOf(*scenario).empty()) continue;
    EXPECT_EQ(scenario->text().expect(), settle::VIOLATED) << scenario->name();
    broken.insert(scenario->text().violated().begin(), scenario->text().violated().end());
  }
  EXPECT_GE(promised.size(), GetParam().promises);
  EXPECT_EQ(broken, promised);
}

TEST_P(Quirks, ShareOnePlanAndHaveNoFaultsOfTheirOwn) {
  for (const auto& scenario : all_) {
    if (QuirksOf(*scenario).empty()) continue;
    const settle::Chaos& chaos = scenario->text().chaos();
    ASSERT_EQ(chaos.include_size(), 1) << scenario->name();
    const std::string& plan =
        Reconciles(*scenario) ? GetParam().plan_with_statements : GetParam().plan;
    EXPECT_EQ(chaos.include(0), absl::StrCat("../../faults/plans/", plan, ".textproto"))
        << scenario->name();
    EXPECT_EQ(chaos.rule_size(), 0) << scenario->name();
    EXPECT_EQ(chaos.pin_size(), 0) << scenario->name();
    EXPECT_FALSE(chaos.no_swarm()) << scenario->name();
  }
}

// Harmless is more than silent: each check that a scenario names was put to the
// test and has held, unless only a fault can do that.
TEST_P(Quirks, AreHarmlessWithoutTheirTrigger) {
  for (const auto& scenario : all_) {
    if (QuirksOf(*scenario).empty()) continue;
    const bool needs_no_trigger = GetParam().need_no_trigger.count(scenario->name()) > 0;
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
      EXPECT_EQ(times == 0, GetParam().need_faults.count(check) > 0)
          << scenario->name() << ": " << check << " was put to the test " << times << " times";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Quirks, testing::ValuesIn(Folders()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
