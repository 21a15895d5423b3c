// Goal: a cache or broker serves nodes of its own organisation only, and who is wired across
// is told so where it stands; a role that a node's settings do not need may stay empty. Method: a
// good scenario, and the same with one slip each.

#include "scenarios/wiring.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/broker/catalogue.h"
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
  AddBroker(catalogue);
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

// Topics and groups are a broker's own: who would share them across would have to
// reach it.
TEST(Infrastructure, NobodySharesATopicWithAnotherOrganisation) {
  constexpr char kShops[] = R"text(organisation {
  name: "shop"
  node { name: "q" system: "broker.Broker" }
  node { name: "s" system: "order.Shop" }
}
organisation {
  name: "carrier"
  node { name: "d" system: "order.Depot" PEER }
}
workload { name: "order" operations: 5 }
chaos { quiet_for: "12h" }
check {
  name: "no_ghost_message" claim: "Nothing is seen that was not booked."
  sql: "SELECT key FROM q.message WHERE key NOT IN (SELECT order_id FROM s.orders)"
  exercised_sql: "SELECT count(*) FROM q.message"
}
)text";
  constexpr char kRefused[] =
      "error: \"d\" of \"carrier\" cannot use \"q\" of \"shop\": caches and brokers never cross "
      "organisations; give \"carrier\" a node of its own, system: \"broker.Broker\"";
  const std::string shops(kShops);
  EXPECT_EQ(ErrorsOf(absl::StrReplaceAll(shops, {{"PEER", ""}})),
            absl::StrCat("locks:8:3: ", kRefused));
  EXPECT_EQ(
      ErrorsOf(absl::StrReplaceAll(shops, {{"PEER", R"(peer { role: "broker" node: "q" })"}})),
      absl::StrCat("locks:8:64: ", kRefused));
  // With a broker of its own the carrier hears nothing of the shop's.
  EXPECT_EQ(ErrorsOf(absl::StrReplaceAll(
                shops, {{"node { name: \"d\"",
                         "node { name: \"r\" system: \"broker.Broker\" } node { name: \"d\""},
                        {"PEER", ""}})),
            "");
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
