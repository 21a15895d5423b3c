// Goal: a manner that its method cannot show, or that no person or callback is there
// for, is noticed before the run. Method: a shop with two front ends, its bank, a
// client, and one rule or pin a line.

#include "faults/manner_lint.h"

#include "gtest/gtest.h"

namespace faults {
namespace {

using sim::Meaning;

Vocabulary World() {
  Vocabulary world;
  world.methods["Pay"] = {"x.PayRequest", "x.PayReply", {Meaning::kAccepted}, true};
  world.methods["Phone"] = {"x.PayRequest", "x.PayReply", {Meaning::kAccepted}, true};
  world.methods["Status"] = {"x.StatusRequest", "x.StatusReply", {}, true};
  world.methods["Submit"] = {
      "x.SubmitRequest", "x.SubmitReply", {Meaning::kAccepted, Meaning::kSystemError}, false};
  world.methods["Query"] = {"x.QueryRequest", "x.QueryReply", {Meaning::kNotFound}, false};
  world.methods["Notify"] = {"x.Notice", "x.NoticeReply", {}, false};
  world.methods["Ping"] = {"", "", {}, false};
  world.nodes["a"].methods = {"Pay", "Phone", "Status", "Notify"};
  world.nodes["a"].calls = {{"b", {"Submit", "Query"}}, {"c", {"Ping"}}};
  world.nodes["a2"].methods = {"Pay"};
  world.nodes["b"].methods = {"Submit", "Query"};
  world.nodes["b"].calls = {{"a", {"Notify"}}};
  world.nodes["c"].methods = {"Ping"};
  world.nodes["pay1"].client = true;
  world.nodes["pay1"].calls = {{"a", {"Pay", "Status"}}};
  return world;
}

std::string ErrorOf(const std::string& text) {
  Diagnostics problems;
  settle::FaultPlan proto;
  const Where where = ParseText("p", text, proto, problems);
  const PlanText gathered = GatherPlan(proto, where, problems);
  Plan plan = CompilePlan(gathered, problems);
  Lint(World(), plan, problems);
  return std::string(ToStatus(problems).message());
}

TEST(MannerLint, AcceptsWhatCanHappen) {
  EXPECT_EQ(ErrorOf(R"(
    rule { ingress { method: "Submit" } accepts_then_fails {} one_in: 3 }
    rule { ingress { from: "a" to: "b" method: "Submit" } system_error {} one_in: 3 }
    rule { ingress { method: "Query" at: IN_FLIGHT } not_found {} one_in: 3 }
    rule { ingress {} delay { max: "10s" } one_in: 3 }
    rule { message { method: "Submit" } callback_first { by: "Notify" at_most: "1s" } one_in: 3 }
    rule { callback { method: "Notify" key: "k" } callback_never {} one_in: 3 }
    rule { callback { method: "Notify" } callback_twice { min: "1s" max: "9s" } one_in: 3 }
    rule { person {} double_click {} one_in: 3 }
    rule { person { method: "Pay" } abandoned {} one_in: 3 }
    rule { person { from: "pay1" } pays_late { max: "2h" } one_in: 3 }
    rule { person { method: "Pay" } two_channels { by: "a2" } one_in: 3 }
    rule { person { method: "Pay" } two_channels { by: "Phone" max: "5s" } one_in: 3 }
    pin { point: "ingress Submit a>b k" occurrence: 1 choice: ACCEPTS_THEN_FAILS }
    pin { point: "inflight Query a>b k" occurrence: 1 choice: NOT_FOUND }
    pin { point: "reply Submit a<b k" occurrence: 1 choice: CALLBACK_FIRST by: "Notify" at_most: "1s" }
    pin { point: "callback Notify b>a k" occurrence: 1 choice: CALLBACK_TWICE after: "2s" }
    pin { point: "person Pay pay1>a k" occurrence: 1 choice: PAYS_LATE by: "2h" }
    pin { point: "person Pay pay1>a k" occurrence: 2 choice: TWO_CHANNELS by: "a2" }
  )"),
            "");
}

TEST(MannerLint, KnowsWhatAReplyCanSay) {
  EXPECT_EQ(ErrorOf(R"(rule { ingress { method: "Notify" } accepts_then_fails {} one_in: 3 })"),
            "p:1:18: error: no value of an enum in x.NoticeReply is marked [(settle.outcome) = "
            "ACCEPTED], so \"Notify\" cannot answer so; these can: Pay, Phone, Submit");
  EXPECT_EQ(ErrorOf(R"(rule { ingress { method: "Ping" } system_error {} one_in: 3 })"),
            "p:1:18: error: no value of an enum in the reply to \"Ping\" is marked "
            "[(settle.outcome) = SYSTEM_ERROR], so \"Ping\" cannot answer so; these can: Submit");
  EXPECT_EQ(ErrorOf(R"(rule { ingress {} accepts_then_fails {} one_in: 3 })"),
            "p:1:8: error: method is missing; accepts_then_fails needs a reply with a value marked "
            "[(settle.outcome) = ACCEPTED], as have Pay, Phone, Submit");
  EXPECT_EQ(ErrorOf(R"(pin { point: "inflight Submit a>b k" occurrence: 1 choice: NOT_FOUND })"),
            "p:1:7: error: no value of an enum in x.SubmitReply is marked [(settle.outcome) = "
            "NOT_FOUND], so \"Submit\" cannot answer so; these can: Query");
}

TEST(MannerLint, KnowsWhatIsInFlight) {
  EXPECT_EQ(
      ErrorOf(R"(rule { ingress { method: "Query" } not_found {} one_in: 3 })"),
      "p:1:36: error: not_found cannot happen to an ingress at ALWAYS; it needs an ingress at "
      "IN_FLIGHT");
}

TEST(MannerLint, KnowsWhatIsACallback) {
  EXPECT_EQ(ErrorOf(R"(rule { callback { method: "Ping" } callback_never {} one_in: 3 })"),
            "p:1:19: error: \"Ping\" is no callback here: whom it calls never calls the caller; "
            "calls of one that calls the caller are: Notify, Query, Submit");
  EXPECT_EQ(ErrorOf(R"(rule { callback {} callback_never {} one_in: 3 })"),
            "p:1:8: error: method is missing; name the callback; calls of one that calls the "
            "caller are: Notify, Query, Submit");
  EXPECT_EQ(
      ErrorOf(
          R"(rule { message { method: "Submit" } callback_first { by: "Query" at_most: "1s" } one_in: 3 })"),
      "p:1:54: error: the callee never calls the caller back by \"Query\"; callbacks are: Notify");
}

TEST(MannerLint, KnowsWhomPeopleCall) {
  EXPECT_EQ(ErrorOf(R"(rule { person { method: "Submit" } double_click {} one_in: 3 })"),
            "p:1:17: error: \"Submit\" is not called by people; these are, "
            "sim::Visibility::kPeople: Pay, Phone, Status");
  EXPECT_EQ(ErrorOf(R"(rule { person { from: "b" } abandoned {} one_in: 3 })"),
            "p:1:8: error: nobody here makes a call that people make; these are, "
            "sim::Visibility::kPeople: Pay, Phone, Status");
}

TEST(MannerLint, KnowsTheOtherChannels) {
  EXPECT_EQ(ErrorOf(R"(rule { person { method: "Pay" } two_channels { by: "b" } one_in: 3 })"),
            "p:1:48: error: \"b\" is no other channel for each of these calls; channels are: "
            "Phone, a2");
  EXPECT_EQ(ErrorOf(R"(rule { person { method: "Status" } two_channels { by: "a2" } one_in: 3 })"),
            "p:1:51: error: \"a2\" is no other channel for each of these calls: no other node "
            "serves them, and no other method takes their request");
}

}  // namespace
}  // namespace faults
