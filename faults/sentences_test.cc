// Goal: a plan can be read aloud. Method: golden sentences, one for each kind of
// place and fault.

#include "faults/sentences.h"

#include "faults/pins.h"
#include "gtest/gtest.h"

namespace faults {
namespace {

constexpr sim::Nanos kSlot = sim::Seconds(10);

std::string PinSentence(const std::string& body) {
  const auto pins = ParsePins("p", "pin { " + body + " }");
  EXPECT_TRUE(pins.ok()) << pins.status();
  return pins.ok() ? Sentence(pins->at(0), kSlot) : "";
}

std::string RuleSentence(const std::string& body) {
  Diagnostics problems;
  settle::FaultPlan proto;
  const Where where = ParseText("p", "rule { " + body + " }", proto, problems);
  const Plan plan = CompilePlan(GatherPlan(proto, where, problems), problems);
  EXPECT_EQ(ToStatus(problems), absl::OkStatus());
  return plan.rules.empty() ? "" : Sentence(plan.rules[0], kSlot);
}

TEST(SentencesTest, CountLikePeople) {
  const std::pair<uint64_t, const char*> cases[] = {
      {1, "1st"},   {2, "2nd"},   {3, "3rd"},   {4, "4th"},     {10, "10th"},   {11, "11th"},
      {12, "12th"}, {13, "13th"}, {21, "21st"}, {102, "102nd"}, {111, "111th"}, {113, "113th"},
  };
  for (const auto& [n, text] : cases) EXPECT_EQ(Ordinal(n), text);
}

TEST(SentencesTest, TellPinsOfMessages) {
  EXPECT_EQ(
      PinSentence(
          R"(point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: LATE by: "900ms")"),
      "the 1st reply to order-7's exchange.Submit, b > a, is 900 ms late");
  EXPECT_EQ(
      PinSentence(R"(point: "request exchange.Submit a>b order-7" occurrence: 2 choice: DROP)"),
      "the 2nd request of order-7's exchange.Submit, a > b, is lost");
  EXPECT_EQ(PinSentence(R"(point: "request exchange.Submit a>b" occurrence: 21 choice: DUPLICATE)"),
            "the 21st request of exchange.Submit, a > b, arrives twice");
  EXPECT_EQ(PinSentence(R"(point: "request x.Y a>b" occurrence: 3 choice: DUPLICATE after: "5ms")"),
            "the 3rd request of x.Y, a > b, arrives twice, the second time 5 ms later");
  EXPECT_EQ(PinSentence(R"(point: "request x.Y a>b k" occurrence: 11 choice: REFUSE)"),
            "the 11th request of k's x.Y, a > b, is refused before delivery");
  EXPECT_EQ(
      PinSentence(
          R"(point: "request exchange.Submit a>b order-7" occurrence: 1 choice: OVERTAKEN by: "exchange.Reverse" at_most: "10m")"),
      "the 1st request of order-7's exchange.Submit, a > b, is overtaken by order-7's "
      "exchange.Reverse, or waits 10 min for it");
}

TEST(SentencesTest, TellPinsOfNodes) {
  EXPECT_EQ(
      PinSentence(
          R"(point: "fsync b exchange.Submit order-7" occurrence: 3 choice: CRASH disk: KEEP_ALL down_for: "50ms")"),
      "b dies at the 3rd sync of exchange.Submit order-7, everything unsynced is kept, and is "
      "down for 50 ms");
  EXPECT_EQ(
      PinSentence(
          R"(point: "crash b exchange.Submit order-7" occurrence: 5 choice: CRASH disk: LOSE_ALL down_for: "0s")"),
      "b dies at the 5th suspension of exchange.Submit order-7, everything unsynced is lost, "
      "and is down for 0 s");
  EXPECT_EQ(
      PinSentence(
          R"(point: "step a ab.A.insert.after order-7" occurrence: 1 choice: CRASH down_for: "1s")"),
      "a dies the 1st time that it passes step ab.A.insert.after of order-7, each unsynced "
      "write is lost, kept or torn, and is down for 1 s");
  EXPECT_EQ(
      PinSentence(R"(point: "outcome b settle order-7" occurrence: 1 choice: OUTCOME value: 2)"),
      "the 1st outcome settle of order-7 on b is 2");
  EXPECT_EQ(
      PinSentence(R"(point: "fsync b exchange.Submit order-7" occurrence: 3 choice: LOST_SYNC)"),
      "the 3rd sync of exchange.Submit order-7 on b is said to be done, and is not");
  EXPECT_EQ(
      PinSentence(
          R"(point: "write b exchange.Submit order-7" occurrence: 2 choice: DISK_FULL for: "9s")"),
      "the 2nd write of exchange.Submit order-7 on b finds the disk full, for 9 s");
  EXPECT_EQ(PinSentence(R"(point: "write b recovery" occurrence: 1 choice: MISDIRECTED)"),
            "the 1st write of recovery on b lands on another page, and neither can be read again");
  EXPECT_EQ(PinSentence(R"(point: "write b recovery" occurrence: 1 choice: BAD_SECTOR)"),
            "the 1st write of recovery on b leaves a page that cannot be read again");
  EXPECT_EQ(PinSentence(R"(point: "read b recovery" occurrence: 1 choice: IO_ERROR)"),
            "the 1st read of recovery on b fails with an I/O error");
  EXPECT_EQ(PinSentence(R"(point: "read b recovery" occurrence: 1 choice: LATE by: "2s")"),
            "the 1st read of recovery on b takes 2 s longer");
  EXPECT_EQ(
      PinSentence(R"(point: "commit a>orders x.Pay k" occurrence: 1 choice: LOST_BEFORE_COMMIT)"),
      "the 1st commit of x.Pay k, a > orders, does not happen, because the connection breaks");
  EXPECT_EQ(PinSentence(R"(point: "clock a" occurrence: 1 choice: SKEW by: "-2s")"),
            "a's clock is 2 s slow");
}

TEST(SentencesTest, TellPinsOfClocks) {
  EXPECT_EQ(PinSentence(R"(point: "clock a" occurrence: 1 choice: DRIFT ppm: -200)"),
            "a's clock runs 200 millionths too slow");
  EXPECT_EQ(PinSentence(R"(point: "tick a" occurrence: 14 choice: JUMP by: "-2s")"),
            "a's clock jumps 2 s back in the 15th minute");
  EXPECT_EQ(PinSentence(R"(point: "tick a" occurrence: 0 choice: SLEW by: "2s")"),
            "a's clock is slewed 2 s forward in the 1st minute");
  EXPECT_EQ(PinSentence(R"(point: "boot a" occurrence: 2 choice: JUMP by: "-1h")"),
            "a's clock jumps 1 h back at its 2nd restart");
}

TEST(SentencesTest, TellPinsOfProcesses) {
  EXPECT_EQ(PinSentence(R"(point: "crash b x.Pay k" occurrence: 5 choice: PAUSE for: "30s")"),
            "b pauses for 30 s at the 5th suspension of x.Pay k");
  EXPECT_EQ(PinSentence(R"(point: "crash b x.Pay k" occurrence: 5 choice: SLOW for: "5m")"),
            "b is slow for 5 min from the 5th suspension of x.Pay k on");
}

TEST(SentencesTest, TellRulesOfClocksAndProcesses) {
  EXPECT_EQ(RuleSentence("clock {} drift { max_ppm: 200 } one_in: 1"),
            "any node's clock runs up to 200 millionths too fast or slow");
  EXPECT_EQ(RuleSentence(R"(clock { node: "a" at: MINUTE } jump { max: "2s" } one_in: 30)"),
            "a's clock jumps up to 2 s forward or back, in one in 30 minutes");
  EXPECT_EQ(RuleSentence(R"(clock { at: MINUTE } slew { max: "2s" way: FORWARD } one_in: 1)"),
            "any node's clock is slewed up to 2 s forward, in every minute");
  EXPECT_EQ(RuleSentence(R"(clock { at: BOOT } jump { max: "2s" way: BACK } one_in: 3)"),
            "any node's clock jumps up to 2 s back, at one in 3 restarts");
  EXPECT_EQ(RuleSentence(R"(process { node: "a" } pause { min: "1s" max: "9s" } one_in: 30)"),
            "a pauses for 1 s to 9 s at one in 30 suspensions");
  EXPECT_EQ(RuleSentence(R"(process { task: "x.Y" } slow { for: "1m" } one_in: 30)"),
            "any node is slow for 1 min from one in 30 suspensions of x.Y on");
}

TEST(SentencesTest, TellPinsOfLinks) {
  EXPECT_EQ(PinSentence(R"(point: "link a>b" occurrence: 4 choice: PARTITION for: "30s")"),
            "nothing passes from a to b for 30 s from 40 s on");
  EXPECT_EQ(PinSentence(R"(point: "link a<>b" occurrence: 0 choice: PARTITION for: "30s")"),
            "nothing passes between a and b for 30 s from 0 s on");
  EXPECT_EQ(PinSentence(R"(point: "link a>b" occurrence: 4 choice: CLOG for: "30s")"),
            "what is sent from a to b is held for 30 s from 40 s on");
  EXPECT_EQ(PinSentence(R"(point: "link a<>b" occurrence: 1 choice: SLOW_PAIR by: "2s" for: "5m")"),
            "what is sent between a and b takes 2 s longer for 5 min from 10 s on");
}

TEST(SentencesTest, TellRulesOfMessages) {
  EXPECT_EQ(RuleSentence("message {} drop {} one_in: 30"), "one in 30 messages is lost");
  EXPECT_EQ(RuleSentence(R"(message { to: "ledger" leg: REPLY } drop {} one_in: 30)"),
            "one in 30 replies to calls to ledger is lost");
  EXPECT_EQ(RuleSentence(R"(message { from: "a" to: "b" method: "x.Y" leg: REPLY key: "k" nth: 2 }
                            delay { min: "200ms" max: "900ms" } one_in: 1
                            at_most: 1 during { from: "1s" to: "20s" })"),
            "every reply to x.Y calls from a to b for k is 200 ms to 900 ms late "
            "(only the 2nd of its key; at most once; from 1 s to 20 s)");
  EXPECT_EQ(RuleSentence(R"(message { method: "switch.Pay" } one_in: 4 at_most: 3
                            overtaken { by: "switch.Reverse" at_most: "10m" })"),
            "one in 4 requests of switch.Pay calls is overtaken by the same key's switch.Reverse, "
            "or waits 10 min for it (at most 3 times)");
}

TEST(SentencesTest, TellWhatInfrastructureDoes) {
  EXPECT_EQ(PinSentence(R"(point: "cache c cache.Get k" occurrence: 2 choice: EVICT)"),
            "the 2nd cache.Get of k on c finds the key evicted");
  EXPECT_EQ(
      PinSentence(R"(point: "cache c cache.Set k" occurrence: 1 choice: FAIL_OVER loses: "2s")"),
      "the 1st cache.Set of k on c finds a replica in charge that lacks the writes of the last 2 "
      "s");
  EXPECT_EQ(PinSentence(R"(point: "ack q payments k" occurrence: 1 choice: LOST_ACK)"),
            "the 1st acknowledgement of k in payments on q is forgotten");
  EXPECT_EQ(PinSentence(R"(point: "deliver q payments k" occurrence: 3 choice: REORDER by: "9s")"),
            "the 3rd delivery of k in payments on q waits 9 s, and other keys do not wait for it");
  EXPECT_EQ(RuleSentence("cache {} expire {} one_in: 30"),
            "one in 30 accesses on any cache finds the key expired before its time");
  EXPECT_EQ(RuleSentence(R"(broker { node: "q" topic: "payments" } rebalance {} one_in: 9)"),
            "one in 9 deliveries in payments on q makes the consumers change places");
  EXPECT_EQ(RuleSentence(R"(broker { at: PUBLISH } unavailable { for: "9s" } one_in: 9)"),
            "one in 9 publications on any broker finds the broker out of service, for 9 s");
}

TEST(SentencesTest, TellPinsOfFiles) {
  EXPECT_EQ(
      PinSentence(R"(point: "file b statement 2026-01-05" occurrence: 1 choice: LATE by: "3h")"),
      "the statement file of 2026-01-05 from b is 3 h late");
  EXPECT_EQ(PinSentence(R"(point: "line b statement k" occurrence: 1 choice: MISSTATED value: 3)"),
            "the line of k in b's statement file states another fee");
  EXPECT_EQ(PinSentence(R"(point: "line b statement k" occurrence: 1 choice: LATE by: "24h")"),
            "the line of k in b's statement file stands in the file of 24 h later");
}

TEST(SentencesTest, TellRulesOfFiles) {
  EXPECT_EQ(RuleSentence(R"(file { kind: "statement" at: LINE } drop {} one_in: 16)"),
            "one in 16 lines of statement files from any node is missing");
  EXPECT_EQ(RuleSentence(R"(file { at: LINE } misstated { what: AMOUNT_MORE } one_in: 1)"),
            "every line of a file from any node states more than the amount");
  EXPECT_EQ(RuleSentence(R"(file { at: LINE } stray {} one_in: 9)"),
            "one in 9 lines of files from any node is followed by one that nobody knows");
  EXPECT_EQ(RuleSentence(R"(file { node: "b" } truncated { min: "3h" max: "12h" } one_in: 6)"),
            "one in 6 files from b lacks its end for 3 h to 12 h");
  EXPECT_EQ(RuleSentence(R"(file {} duplicate {} one_in: 6)"),
            "one in 6 files from any node is there twice");
  EXPECT_EQ(RuleSentence(R"(file {} corrected { min: "1h" max: "2h" } one_in: 6)"),
            "one in 6 files from any node is issued again without its mistakes 1 h to 2 h later");
}

TEST(SentencesTest, TellOtherRules) {
  EXPECT_EQ(RuleSentence(R"(disk {} crash { down_for: "50ms" } one_in: 60)"),
            "any node dies at one in 60 syncs, each unsynced write is lost, kept or torn, and is "
            "down for 50 ms");
  EXPECT_EQ(
      RuleSentence(R"(disk { node: "b" at: WRITE } disk_full { min: "1s" max: "1m" } one_in: 9)"),
      "one in 9 writes on b finds the disk full, for 1 s to 1 min");
  EXPECT_EQ(RuleSentence("connection {} lost_after_commit {} one_in: 9"),
            "one in 9 commits of any node on any shared database happens, and the connection "
            "breaks before the answer");
  EXPECT_EQ(RuleSentence("statement {} deadlock {} one_in: 9"),
            "one in 9 locking statements by any node is the victim of a deadlock, and its "
            "transaction is rolled back");
  EXPECT_EQ(RuleSentence(R"(statement { node: "a" database: "orders" task: "x.Y" }
                            lock_timeout { for: "50s" } one_in: 1)"),
            "every locking statement of x.Y by a on orders waits 50 s for a lock, in vain");
  EXPECT_EQ(RuleSentence(R"(statement { at: REPLICA } replica_lag { min: "1s" max: "1m" }
                            one_in: 2)"),
            "one in 2 replica reads by any node sees what was committed 1 s to 1 min earlier");
  EXPECT_EQ(RuleSentence("disk { at: READ } io_error {} one_in: 1"),
            "every read on any node fails with an I/O error");
  EXPECT_EQ(
      RuleSentence(R"(process { node: "a" task: "x.Y" } crash { min: "1s" max: "2m" } one_in: 1)"),
      "a dies at every suspension of x.Y, each unsynced write is lost, kept or torn, and is "
      "down for 1 s to 2 min");
  EXPECT_EQ(RuleSentence(R"(step { name: "s" } crash { down_for: "1s" disk: LOSE_ALL } one_in: 9)"),
            "the node that passes step s dies one time in 9, everything unsynced is lost, and is "
            "down for 1 s");
  EXPECT_EQ(RuleSentence(
                R"(link { from: "a" } partition { for: "30s" } one_in: 20 during { from: "1m" })"),
            "nothing passes from a to any node for 30 s, in one of 20 slots of 10 s "
            "(from 1 min on)");
  EXPECT_EQ(RuleSentence(R"(link { both: true } clog { min: "5s" max: "1m" } one_in: 20)"),
            "what is sent between any node and any node is held for 5 s to 1 min, in one of 20 "
            "slots of 10 s");
  EXPECT_EQ(RuleSentence(R"(link {} slow_pair { min: "1s" max: "4s" for: "10m" } one_in: 1)"),
            "what is sent from any node to any node takes 1 s to 4 s longer for 10 min, in every "
            "slot of 10 s");
  EXPECT_EQ(RuleSentence(R"(outcome { node: "b" name: "settle" } result { value: 2 } one_in: 4)"),
            "one in 4 outcomes settle on b is 2");
  EXPECT_EQ(RuleSentence(R"(clock {} skew { max: "5s" } one_in: 2)"),
            "in one of 2 runs any node's clock is up to 5 s fast or slow");
}

TEST(SentencesTest, TellManners) {
  EXPECT_EQ(
      PinSentence(R"(point: "ingress x.Submit a>b k" occurrence: 1 choice: ACCEPTS_THEN_FAILS)"),
      "the 1st request of k's x.Submit, a > b, is answered as accepted, and is not executed");
  EXPECT_EQ(PinSentence(R"(point: "inflight x.Query a>b k" occurrence: 2 choice: NOT_FOUND)"),
            "the 2nd request of k's x.Query, a > b, while that is being worked on, is answered as "
            "not found");
  EXPECT_EQ(PinSentence(R"(point: "ingress x.Submit a>b k" occurrence: 1 choice: LATE by: "5s")"),
            "the 1st request of k's x.Submit, a > b, waits 5 s before it is handled");
  EXPECT_EQ(
      PinSentence(
          R"(point: "reply x.Submit a<b k" occurrence: 1 choice: CALLBACK_FIRST by: "x.Tell" at_most: "4s")"),
      "the 1st reply to k's x.Submit, b > a, arrives after k's x.Tell, for which it waits at most "
      "4 s");
  EXPECT_EQ(RuleSentence(R"(ingress { method: "x.Submit" } system_error {} one_in: 9)"),
            "one in 9 requests of x.Submit calls is executed, and answered with a system error");
  EXPECT_EQ(RuleSentence(R"(callback { to: "a" } callback_never {} one_in: 1)"),
            "every request of calls to a is never made, nor any later one of its key");
  EXPECT_EQ(RuleSentence("callback {} callback_twice { max: \"8s\" } one_in: 9"),
            "one in 9 requests is made again 2 s to 8 s later, answered or not");
}

TEST(SentencesTest, TellPeople) {
  EXPECT_EQ(
      PinSentence(R"(point: "person x.Pay p>a k" occurrence: 1 choice: DOUBLE_CLICK after: "1s")"),
      "the 1st request of k's x.Pay, p > a, is clicked again 1 s later");
  EXPECT_EQ(PinSentence(R"(point: "person x.Pay p>a k" occurrence: 1 choice: ABANDONED)"),
            "the 1st request of k's x.Pay, p > a, is abandoned: nobody waits for the answer");
  EXPECT_EQ(PinSentence(R"(point: "person x.Pay p>a k" occurrence: 1 choice: PAYS_LATE by: "2h")"),
            "the 1st request of k's x.Pay, p > a, is made 2 h late");
  EXPECT_EQ(
      PinSentence(R"(point: "person x.Pay p>a k" occurrence: 1 choice: TWO_CHANNELS by: "a2")"),
      "the 1st request of k's x.Pay, p > a, is made through a2 as well, at once");
}

}  // namespace
}  // namespace faults
