// Do the checks bite, and for the right reason? Every quirk of a system declares what sets
// it off and has a scenario, every promise of its folder is broken by some scenario, no
// quirk has faults of its own. Without its trigger, and with all else that goes wrong, a
// quirk is harmless; with nothing but a part of its trigger it is not. That each is found
// is what the scenario tests say. Method: the texts of each folder that plants quirks, and
// runs of them with some rules off.

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
#include "scenarios/search/silence.h"
#include "scenarios/shared/catalogue.h"
#include "scenarios/time/catalogue.h"
#include "scenarios/xa/catalogue.h"

namespace {

using Reasons = std::map<std::string, std::string>;

// Without the trigger; with a part of it alone, and of a quirk that needs none, at most.
constexpr uint64_t kSeeds = 10;
constexpr uint64_t kMostAlone = 40;
constexpr uint64_t kMostCalm = 1000;

// Scenarios that plant quirks, and what is known of them.
struct Folder {
  std::string name;
  size_t promises = 0;  // at least so many checks are watched
  // The chaos plan of all its quirks; and the one, which includes that, where A reconciles.
  std::string plan;
  std::string plan_with_statements;
  // Checks that a run without the trigger of their quirk cannot put to the test, and why.
  Reasons need_the_trigger;
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
       {{"every_discrepancy_is_found", "A hears all, and B's statements are right"},
        {"repairs_make_both_equal", "A hears all, so nothing is to be repaired"},
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
      {"lock", 5, "absent_lock_server", "", {{"dead_holders_lock_is_free", "nobody dies"}}, {}},
      {"broker",
       7,
       "fallible_infrastructure",
       "",
       {},
       {{"redelivery_is_harmless", "without_inbox"},
        {"shipped_in_order", "reordered"},
        {"shipped_soon", "unavailable"}}},
      {"xa",
       4,
       "unreliable_network",
       "",
       {{"no_branch_stays", "nobody dies, so no branch is in doubt"}},
       {}},
  };
  return *folders;
}

scenarios::Catalogue Everything() {
  scenarios::Catalogue catalogue;
  scenarios::AddBroker(catalogue);
  scenarios::AddCache(catalogue);
  scenarios::AddDeposits(catalogue);
  scenarios::AddExchange(catalogue);
  scenarios::AddLocks(catalogue);
  scenarios::AddTime(catalogue);
  scenarios::AddXa(catalogue);
  return catalogue;
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

  // Whether one of so many runs breaks a promise.
  static bool IsViolated(scenarios::Runner& runner, scenarios::RunOptions run, uint64_t most) {
    for (run.seed = 1; run.seed <= most; ++run.seed) {
      if (runner.Run(run).verdict() == settle::VIOLATED) return true;
    }
    return false;
  }

  Quirks() : catalogue_(Everything()) {
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
// test and has held, unless only the trigger can do that.
TEST_P(Quirks, AreHarmlessWithoutTheirTrigger) {
  std::set<std::string> idle;  // checks that some scenario names and never puts to the test
  for (const auto& scenario : all_) {
    const sim::QuirkSpec* const quirk = scenarios::QuirkOf(*scenario);
    if (quirk == nullptr || !quirk->trigger.why_nothing().empty()) continue;
    const auto runner = scenarios::NewRunner(*scenario);
    std::map<std::string, uint64_t> exercised;
    for (const auto& [without, on] : scenarios::WithoutTrigger(*scenario, quirk->trigger)) {
      scenarios::RunOptions options = without;
      for (options.seed = 1; options.seed <= kSeeds; ++options.seed) {
        const settle::RunResult run = runner->Run(options);
        Count(*scenario, run, exercised);
        EXPECT_NE(run.verdict(), settle::VIOLATED)
            << scenario->name() << " seed " << options.seed << ", with " << on << ": "
            << run.finding(0).what();
      }
    }
    for (const auto& [check, times] : exercised) {
      if (times > 0) continue;
      idle.insert(check);
      EXPECT_GT(GetParam().need_the_trigger.count(check), 0u)
          << scenario->name() << ": " << check << " was never put to the test";
    }
  }
  for (const auto& [check, why] : GetParam().need_the_trigger) {
    EXPECT_GT(idle.count(check), 0u) << check << " is always put to the test, although " << why;
  }
}

// Some part of a trigger is enough; that each is needed is not tested. Of a single fault it is
// enough that nothing goes wrong without.
TEST_P(Quirks, AreSetOffByAPartOfTheirTrigger) {
  for (const auto& scenario : all_) {
    const sim::QuirkSpec* const quirk = scenarios::QuirkOf(*scenario);
    if (quirk == nullptr || !quirk->trigger.why_nothing().empty()) continue;
    const auto runner = scenarios::NewRunner(*scenario);
    const auto parts = scenarios::TriggerAlone(*scenario, quirk->trigger);
    if (quirk->trigger.faults().size() == 1) continue;
    const bool one = std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
      return IsViolated(*runner, part.run, kMostAlone);
    });
    EXPECT_TRUE(one) << scenario->name();
  }
}

TEST_P(Quirks, ThatNeedNoTriggerBreakAPromiseByThemselves) {
  for (const auto& scenario : all_) {
    const sim::QuirkSpec* const quirk = scenarios::QuirkOf(*scenario);
    if (quirk == nullptr || quirk->trigger.why_nothing().empty()) continue;
    const auto runner = scenarios::NewRunner(*scenario);
    for (const auto& [calm, on] : scenarios::WithoutTrigger(*scenario, quirk->trigger)) {
      EXPECT_TRUE(IsViolated(*runner, calm, kMostCalm))
          << scenario->name() << ": " << quirk->name << " is no exception any more";
    }
  }
}

TEST(QuirksOfAllSystems, DeclareWhatSetsThemOff) {
  for (const auto& [name, system] : Everything().systems) {
    for (const sim::QuirkSpec& quirk : system.quirks) {
      EXPECT_TRUE(quirk.trigger.declared())
          << name << " " << quirk.name
          << " declares no trigger: what sets it off? Say it beside its source, as the others do "
             "(sim/world/trigger.h)";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Quirks, testing::ValuesIn(Folders()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
