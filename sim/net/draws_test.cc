// Goal: a message costs one draw, which decides its latency and its fault, and none
// if neither is asked for.
// Method: the draws of a run are counted, before and after messages.

#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "sim/net/latency.h"
#include "sim/net/network.h"
#include "sim/testing/scripted_adversary.h"

namespace sim {
namespace {

class Deaf final : public Endpoint {
 public:
  bool alive() const override { return true; }
  bool listening() const override { return true; }
  void Receive(PacketPtr) override { ++received; }
  void ConnectionRefused(uint64_t, RecordId) override {}
  int received = 0;
};

class DrawsTest : public testing::Test {
 protected:
  // What `messages` messages of one link draw; `latency` may be null, for a random one.
  uint64_t DrawnFor(int messages, LatencySource* latency) {
    Network network(simulation_, latency);
    Deaf a, b;
    network.Attach("a", "shop", &a);
    network.Attach("b", "shop", &b);
    const uint64_t before = simulation_.choices().drawn();
    for (int i = 0; i < messages; ++i) {
      auto packet = std::make_unique<Packet>(network.Intern("Put", Visibility::kInternal), "k");
      packet->to = 1;
      network.Send(std::move(packet));
    }
    EXPECT_TRUE(simulation_.RunUntil(simulation_.now() + Hours(1), 1000));
    EXPECT_EQ(b.received, messages);
    return simulation_.choices().drawn() - before;
  }

  ScriptedAdversary adversary_;
  Simulation simulation_{/*seed=*/1, &adversary_, TraceDepth::kRing};
  FixedLatency fixed_{Millis(10)};
};

TEST_F(DrawsTest, OneForLatencyAndFault) {
  // The first message of a slot of time also draws for its link, once each way.
  EXPECT_EQ(DrawnFor(1, nullptr), 3u);
  EXPECT_EQ(DrawnFor(10, nullptr), 12u);
}

TEST_F(DrawsTest, OneForTheFaultAlone) { EXPECT_EQ(DrawnFor(10, &fixed_), 12u); }

TEST_F(DrawsTest, OneForTheLatencyAlone) {
  simulation_.choices().Silence();
  EXPECT_EQ(DrawnFor(10, nullptr), 10u);
}

TEST_F(DrawsTest, NoneThatNobodyAsksFor) {
  simulation_.choices().Silence();
  EXPECT_EQ(DrawnFor(10, &fixed_), 0u);
}

}  // namespace
}  // namespace sim
