// A network of three nodes for tests: endpoints that note what reaches them and when, a
// fixed latency, and faults by name.

#ifndef SIM_TESTING_NETWORK_FIXTURE_H_
#define SIM_TESTING_NETWORK_FIXTURE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "sim/net/latency.h"
#include "sim/net/network.h"
#include "sim/testing/scripted_adversary.h"

namespace sim {

inline constexpr Nanos kLatency = Millis(10);

// Notes "10ms request Put k" for everything that reaches it.
class Noting final : public Endpoint {
 public:
  Noting(Simulation& simulation, std::vector<std::string>& log)
      : simulation_(simulation), log_(log) {}

  bool alive() const override { return is_alive; }
  bool listening() const override { return is_alive && is_listening; }
  void Receive(PacketPtr packet) override {
    Note(absl::StrCat(packet->leg == Leg::kReply ? "reply " : "request ", packet->method->name, " ",
                      packet->key));
    if (packet->body != nullptr) bodies.push_back(std::move(packet->body));
  }
  uint64_t incarnation() const override { return boots; }
  void ConnectionRefused(uint64_t call, RecordId) override { Note(absl::StrCat("refused ", call)); }

  bool is_alive = true;
  bool is_listening = true;
  uint64_t boots = 1;
  std::vector<MessagePtr> bodies;

 private:
  void Note(absl::string_view what) {
    log_.push_back(absl::StrCat(simulation_.now() / Millis(1), "ms ", what));
  }

  Simulation& simulation_;
  std::vector<std::string>& log_;
};

class NetworkTest : public testing::Test {
 protected:
  NetworkTest() {
    a_ = network_.Attach("a", "shop", &at_a_);
    b_ = network_.Attach("b", "shop", &at_b_);
    c_ = network_.Attach("c", "bank", &at_c_);
  }

  // From a to b, with a toy.PutRequest in it.
  PacketPtr Request(absl::string_view method, absl::string_view key,
                    Visibility visibility = Visibility::kInternal);
  PacketPtr Reply(absl::string_view method, absl::string_view key) {
    PacketPtr packet = Request(method, key);
    packet->TurnIntoReply(absl::OkStatus(), std::move(packet->body));
    return packet;
  }

  void Strike(absl::string_view point, ChoiceKind kind, Nanos amount = 0) {
    adversary_.Add(MakePin(point, 1, kind, amount));
  }

  void RunUntil(Nanos end) { EXPECT_TRUE(simulation_.RunUntil(end, 1000)); }
  void RunToTheEnd() { RunUntil(simulation_.now() + Hours(1)); }

  std::vector<RecordKind> Recorded() {
    std::vector<RecordKind> kinds;
    for (RecordId id = 1; id <= simulation_.trace().size(); ++id) {
      kinds.push_back(static_cast<RecordKind>(simulation_.trace().record(id).kind));
    }
    return kinds;
  }

  ScriptedAdversary adversary_;
  FixedLatency latency_{kLatency};
  Simulation simulation_{/*seed=*/1, &adversary_, TraceDepth::kWhole};
  std::vector<std::string> log_;
  Noting at_a_{simulation_, log_};
  Noting at_b_{simulation_, log_};
  Noting at_c_{simulation_, log_};
  Network network_{simulation_, &latency_};
  NodeId a_, b_, c_;
  uint64_t calls_ = 0;
};

}  // namespace sim

#endif  // SIM_TESTING_NETWORK_FIXTURE_H_
