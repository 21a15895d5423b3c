// Goal: what a peer says is understood or refused with the reason, never guessed.
// Method: outputs as peers print them, and spoilt ones; commands of the shell.

#include "tests/bench/peer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bench {
namespace {

using testing::HasSubstr;

TEST(Peer, IsNameAndCommand) {
  const auto peer = ParsePeer("ns3=env NS3_SCHED=map ./peer_ns3");
  ASSERT_TRUE(peer.ok()) << peer.status();
  EXPECT_EQ(peer->name, "ns3");
  EXPECT_EQ(peer->command, "env NS3_SCHED=map ./peer_ns3");
}

TEST(Peer, IsRefusedWithoutNameOrCommand) {
  for (const char* text : {"", "ns3", "ns3=", "=./peer_ns3"}) {
    EXPECT_THAT(std::string(ParsePeer(text).status().message()),
                HasSubstr("is not --peer=NAME=COMMAND"));
  }
}

TEST(Peer, OutputIsRead) {
  const auto result = ParsePeerOutput(
      "W2",
      "loading\nns3-map W1 items=5 ns_per_item=9 sum=1\n"
      "ns3-map W2 items=1000000 wall_s=0.2 ns_per_item=168.5 sum=0008e193587c06ec end=9\n");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->ns_per_item, 168.5);
  EXPECT_EQ(result->items, 1'000'000u);
  EXPECT_EQ(result->sum, 0x0008e193587c06ecu);
}

TEST(Peer, OutputThatLacksSomethingIsRefused) {
  const auto refusal = [](const char* output) {
    return std::string(ParsePeerOutput("W1", output).status().message());
  };
  EXPECT_THAT(refusal(""), HasSubstr("no line with the word W1"));
  EXPECT_THAT(refusal("x W1 items=1 sum=0"), HasSubstr("no ns_per_item="));
  EXPECT_THAT(refusal("x W1 items=1 ns_per_item=-3 sum=0"), HasSubstr("no ns_per_item="));
  EXPECT_THAT(refusal("x W1 ns_per_item=1 sum=0"), HasSubstr("no items="));
  EXPECT_THAT(refusal("x W1 items=1 ns_per_item=1 sum=zz"), HasSubstr("no sum="));
}

TEST(Peer, IsRunWithTheWorkloadAsItsLastWord) {
  const auto result = RunPeer({"echo", "echo items=1 ns_per_item=2.5 sum=a"}, "W3");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->ns_per_item, 2.5);
  EXPECT_EQ(result->sum, 10u);
}

TEST(Peer, ThatFailsIsNamed) {
  EXPECT_THAT(std::string(RunPeer({"broken", "exit 3;"}, "W1").status().message()),
              HasSubstr("peer broken: `exit 3; W1`: exit code 3"));
  EXPECT_THAT(std::string(RunPeer({"mute", "true"}, "W1").status().message()),
              HasSubstr("no line with the word W1"));
}

}  // namespace
}  // namespace bench
