// Goal: a cache serves nodes of its own organisation only, and who is wired across is
// told so where it stands; a role that a node's settings do not need may stay empty. Method: a good
// scenario, and the same with one slip each.

#include "scenarios/wiring.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/lock/catalogue.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

constexpr char kGood[] = R"text(organisation {
  name: "bank"
  node { name: "c" system: "cache.Cache" }
  node { name: "store" system: "page.Store" }
  node { name: "w1" system: "page.CacheClerk" }
}
workload {
  name: "write" operations: 5
  peer { role: "first" node: "w1" } peer { role: "second" node: "w1" }
}
check { name: "only_owner_releases" }
)text";

constexpr char kOther[] = R"text(organisation {
  name: "shop"
  node { name: "d" system: "cache.Cache" }
}
)text";

std::string ErrorsOf(const std::string& text) {
  Catalogue catalogue;
  AddCache(catalogue);
  AddExchange(catalogue);
  AddLocks(catalogue);
  faults::Diagnostics problems;
  LoadText("locks", text, catalogue, problems);
  std::vector<std::string> errors;
  for (const faults::Diagnostic& problem : problems) errors.push_back(problem.ToString());
  return absl::StrJoin(errors, "\n");
}

std::string Slip(absl::string_view right, absl::string_view wrong) {
  const std::string good(kGood);
  EXPECT_NE(good.find(std::string(right)), std::string::npos);
  return ErrorsOf(absl::StrReplaceAll(good, {{right, wrong}}));
}

TEST(Infrastructure, ServesItsOwnOrganisation) { EXPECT_EQ(ErrorsOf(kGood), ""); }

TEST(Infrastructure, OfAnotherOrganisationIsNoCandidate) {
  EXPECT_EQ(ErrorsOf(std::string(kGood) + kOther), "");
}

TEST(Infrastructure, NeverCrossesOrganisationsByItself) {
  EXPECT_EQ(Slip(R"(  node { name: "store")", R"(}
organisation { name: "shop"
  node { name: "store")"),
            "locks:7:3: error: \"w1\" of \"shop\" cannot use \"c\" of \"bank\": caches and brokers "
            "never cross organisations; give \"shop\" a node of its own, system: \"cache.Cache\"");
}

TEST(Infrastructure, NeverCrossesOrganisationsByWord) {
  EXPECT_EQ(
      ErrorsOf(absl::StrReplaceAll(kGood,
                                   {{R"("page.CacheClerk" })",
                                     R"("page.CacheClerk" peer { role: "cache" node: "d" } })"}}) +
               std::string(kOther)),
      "locks:5:68: error: \"w1\" of \"bank\" cannot use \"d\" of \"shop\": caches and brokers "
      "never cross organisations; give \"bank\" a node of its own, system: \"cache.Cache\"");
}

// A bank that keeps keys in a cache only if it is told so.
constexpr char kBank[] = R"text(organisation {
  name: "bank"
  node { name: "b" system: "exchange.Provider" SETTING }
}
organisation {
  name: "shop"
  node { name: "a" system: "exchange.Initiator" }
}
workload { name: "pay" operations: 5 }
chaos { heal_after: "20m" quiet_for: "72h" }
check { name: "exactly_once_effect" }
)text";

std::string ErrorsOfBank(const std::string& setting) {
  return ErrorsOf(absl::StrReplaceAll(kBank, {{"SETTING", setting}}));
}

TEST(Role, StaysEmptyWhereTheSettingsDoNotNeedIt) { EXPECT_EQ(ErrorsOfBank(""), ""); }

TEST(Role, IsMissedWhereTheSettingsNeedIt) {
  for (const char* setting : {"idempotency=cache_only", "serialise=cache_lock"}) {
    EXPECT_EQ(ErrorsOfBank(absl::StrCat("set: \"", setting, "\"")),
              "locks:3:3: error: no node can be the cache of \"b\": it must be or serve "
              "cache.Cache");
  }
}

}  // namespace
}  // namespace scenarios
