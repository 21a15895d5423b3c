// Goal: what the head of network.h says: a message arrives after its latency or
// meets exactly one fault, a refusal is definite, and faults of one message leave
// the others alone.
// Method: endpoints that note what reaches them and when, a fixed latency, and
// faults by name.

#include "sim/net/network.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/net/latency.h"
#include "sim/testing/scripted_adversary.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr Nanos kLatency = Millis(10);

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
  void ConnectionRefused(uint64_t call, RecordId) override { Note(absl::StrCat("refused ", call)); }

  bool is_alive = true;
  bool is_listening = true;
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

  PacketPtr Request(absl::string_view method, absl::string_view key,
                    Visibility visibility = Visibility::kInternal) {
    auto packet = std::make_unique<Packet>(network_.Intern(method, visibility), key);
    packet->from = a_;
    packet->to = b_;
    packet->call = ++calls_;
    toy::PutRequest body;
    body.set_key(std::string(key));
    packet->body = MakeMessage(std::move(body));
    return packet;
  }
  PacketPtr Reply(absl::string_view method, absl::string_view key) {
    PacketPtr packet = Request(method, key);
    packet->TurnIntoReply(absl::OkStatus(), std::move(packet->body));
    return packet;
  }

  void Strike(absl::string_view point, ChoiceKind kind, Nanos amount = 0) {
    adversary_.Add(MakePin(point, 1, kind, amount));
  }
  void PinSlot(absl::string_view link, uint64_t slot, Nanos amount) {
    adversary_.Add(MakePin(link, slot, ChoiceKind::kPartition, amount));
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

TEST_F(NetworkTest, DeliversAfterTheLatency) {
  network_.Send(Request("Put", "k"));
  network_.Send(Reply("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put k", "10ms reply Put l"));
}

TEST_F(NetworkTest, RecordsSendingAsTheCauseOfArrival) {
  const RecordId sent = network_.Send(Request("Put", "k"));
  RunToTheEnd();
  const Record& arrival = simulation_.trace().record(simulation_.trace().size());
  EXPECT_EQ(arrival.kind, static_cast<uint64_t>(RecordKind::kDeliver));
  EXPECT_EQ(arrival.cause, sent);
  EXPECT_EQ(arrival.node, b_);
  EXPECT_EQ(arrival.peer, a_);
}

TEST_F(NetworkTest, DropsOneMessage) {
  Strike("request Put a>b k", ChoiceKind::kDrop);
  network_.Send(Request("Put", "k"));
  network_.Send(Request("Put", "l"));
  network_.Send(Request("Put", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put l", "10ms request Put k"));
  EXPECT_THAT(Recorded(), Contains(RecordKind::kLost));
}

TEST_F(NetworkTest, DuplicatesOneMessage) {
  Strike("request Put a>b k", ChoiceKind::kDuplicate, Millis(25));
  network_.Send(Request("Put", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put k", "35ms request Put k"));
  ASSERT_EQ(at_b_.bodies.size(), 2u);
  EXPECT_NE(at_b_.bodies[0], at_b_.bodies[1]) << "a copy, which its receiver may change";
  EXPECT_EQ(static_cast<toy::PutRequest*>(at_b_.bodies[1].get())->key(), "k");
}

TEST_F(NetworkTest, DuplicatesARefusingReplyWithItsStatus) {
  Strike("reply Put a<b k", ChoiceKind::kDuplicate, Millis(25));
  PacketPtr reply = Reply("Put", "k");
  reply->body = nullptr;
  reply->status = absl::UnavailableError("not today");
  network_.Send(std::move(reply));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms reply Put k", "35ms reply Put k"));
}

TEST_F(NetworkTest, DelaysOneMessageWhichOthersOvertake) {
  Strike("request Put a>b k", ChoiceKind::kLate, Millis(900));
  network_.Send(Request("Put", "k"));
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put l", "910ms request Put k"));
}

class OvertakenTest : public NetworkTest {
 protected:
  OvertakenTest() {
    Pin pin = MakePin("request Pay a>b k", 1, ChoiceKind::kOvertaken, Millis(500));
    pin.by = "Reverse";
    adversary_.Add(pin);
    network_.Send(Request("Pay", "k"));
  }
};

TEST_F(OvertakenTest, WaitsForTheOtherMethod) {
  RunUntil(Millis(100));
  EXPECT_THAT(log_, IsEmpty());
  network_.Send(Request("Reverse", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("110ms request Reverse k", "111ms request Pay k"));
}

TEST_F(OvertakenTest, WaitsNoLongerThanItsAmount) {
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("510ms request Pay k"));
}

TEST_F(OvertakenTest, GoesOnAtItsLimitIfTheOtherArrivesJustBefore) {
  RunUntil(Millis(500) - 1);
  network_.Send(Request("Reverse", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("509ms request Reverse k", "510ms request Pay k"));
}

TEST_F(OvertakenTest, WaitsForItsOwnKeyAndWayOnly) {
  network_.Send(Request("Reverse", "l"));
  network_.Send(Reply("Reverse", "k"));
  network_.Send(Request("Pay", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Reverse l", "10ms reply Reverse k",
                                "10ms request Pay k", "510ms request Pay k"));
}

TEST_F(OvertakenTest, GoesOnWhenTheNetworkHeals) {
  network_.Heal();
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("510ms request Pay k"));
}

TEST_F(NetworkTest, RefusesDefinitely) {
  Strike("request Put a>b k", ChoiceKind::kRefuse);
  network_.Send(Request("Put", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms refused 1"));
  EXPECT_THAT(Recorded(), Contains(RecordKind::kRefused));
  EXPECT_THAT(Recorded(), Not(Contains(RecordKind::kDeliver))) << "no copy is delivered";
}

TEST_F(NetworkTest, RefusesForWhoDoesNotListen) {
  at_b_.is_listening = false;
  network_.Send(Request("Put", "k"));
  at_b_.is_listening = true;
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms refused 1")) << "although it listened by then";
}

TEST_F(NetworkTest, TellsNobodyOfARefusalWhoDiedMeanwhile) {
  at_b_.is_listening = false;
  network_.Send(Request("Put", "k"));
  at_a_.is_alive = false;
  RunToTheEnd();
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(NetworkTest, LosesWhatIsOnItsWayToTheDead) {
  network_.Send(Request("Put", "k"));
  at_b_.is_alive = false;
  network_.Send(Reply("Put", "l"));
  at_a_.is_alive = false;
  RunToTheEnd();
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_THAT(Recorded(), Contains(RecordKind::kLost).Times(2));
}

TEST_F(NetworkTest, BringsRepliesToWhoIsStillBooting) {
  at_a_.is_listening = false;
  network_.Send(Reply("Put", "k"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms reply Put k"));
}

TEST_F(NetworkTest, HoldsAReplyUntilTheCallbackHasArrived) {
  Pin pin = MakePin("reply Put a<b k", 1, ChoiceKind::kCallbackFirst, Seconds(4));
  pin.by = "Tell";
  adversary_.Add(pin);
  network_.Send(Reply("Put", "k"));
  RunUntil(Seconds(1));
  PacketPtr callback = Request("Tell", "k");
  std::swap(callback->from, callback->to);
  network_.Send(std::move(callback));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("1010ms request Tell k", "1011ms reply Put k"));
}

TEST_F(NetworkTest, CutsALinkOneWay) {
  PinSlot("partition a>b", 0, Seconds(3));
  network_.Send(Request("Put", "k"));
  network_.Send(Reply("Put", "l"));
  RunUntil(Seconds(2));
  network_.Send(Request("Put", "m"));
  RunUntil(Seconds(3));
  network_.Send(Request("Put", "n"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms reply Put l", "3010ms request Put n"));
}

TEST_F(NetworkTest, CutsALinkBothWays) {
  PinSlot("partition a<>b", 0, Seconds(3));
  network_.Send(Reply("Put", "l"));
  network_.Send(Request("Put", "k"));
  RunUntil(Seconds(3));
  network_.Send(Reply("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3010ms reply Put l"));
}

TEST_F(NetworkTest, LetsThroughWhatWasSentBeforeTheCut) {
  RunUntil(kLinkSlot - Millis(5));
  network_.Send(Request("Put", "k"));
  PinSlot("partition a>b", 1, Seconds(3));
  RunUntil(kLinkSlot);
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10005ms request Put k"));
}

TEST_F(NetworkTest, CutsNoOtherLink) {
  PinSlot("partition a<>b", 0, Seconds(3));
  PacketPtr packet = Request("Put", "k", Visibility::kPublic);
  packet->to = c_;
  network_.Send(std::move(packet));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put k"));
}

TEST_F(NetworkTest, AsksAboutALinkOnceInASlot) {
  for (int i = 0; i < 5; ++i) {
    network_.Send(Request("Put", "k"));
    network_.Send(Reply("Put", "k"));
  }
  RunUntil(kLinkSlot);
  network_.Send(Request("Put", "k"));
  std::vector<std::string> links;
  for (const std::string& asked : adversary_.asked()) {
    if (asked.find("partition") == 0) links.push_back(asked);
  }
  EXPECT_THAT(links, ElementsAre("partition a>b #0", "partition a<>b #0", "partition b>a #0",
                                 "partition a>b #1", "partition a<>b #1"));
}

TEST_F(NetworkTest, HealsAllLinks) {
  PinSlot("partition a<>b", 0, Seconds(8));
  network_.Send(Request("Put", "k"));
  simulation_.choices().Silence();
  network_.Heal();
  network_.Send(Request("Put", "l"));
  network_.Send(Reply("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put l", "10ms reply Put l"));
}

TEST_F(NetworkTest, CountsWithinLegMethodEndsAndKey) {
  network_.Send(Request("Put", "k"));
  network_.Send(Request("Put", "k"));
  network_.Send(Request("Put", "l"));
  network_.Send(Request("Get", "k"));
  network_.Send(Reply("Put", "k"));
  std::vector<std::string> messages;
  for (const std::string& asked : adversary_.asked()) {
    if (asked.find("partition") != 0) messages.push_back(asked);
  }
  EXPECT_THAT(messages,
              ElementsAre("request Put a>b k #1", "request Put a>b k #2", "request Put a>b l #1",
                          "request Get a>b k #1", "reply Put a<b k #1"));
}

TEST_F(NetworkTest, KeepsInternalMethodsWithinTheirOrganisation) {
  PacketPtr packet = Request("Put", "k");
  packet->to = c_;
  EXPECT_DEATH(network_.Send(std::move(packet)),
               "a of shop calls Put of c of bank: only a method that is declared public");
}

TEST_F(NetworkTest, LetsPublicMethodsCross) {
  PacketPtr packet = Request("Put", "k", Visibility::kPublic);
  packet->to = c_;
  network_.Send(std::move(packet));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put k"));
}

// With latencies of their own: when "1" to "9" arrive, with or without a fault on "5".
std::vector<std::string> Arrivals(const std::vector<Pin>& pins) {
  ScriptedAdversary adversary(pins);
  Simulation simulation(/*seed=*/7, &adversary, TraceDepth::kRing);
  std::vector<std::string> log;
  Noting at_a(simulation, log), at_b(simulation, log);
  Network network(simulation, /*latency=*/nullptr);
  network.Attach("a", "shop", &at_a);
  network.Attach("b", "shop", &at_b);
  for (const char* key : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    auto packet = std::make_unique<Packet>(network.Intern("Put", Visibility::kInternal), key);
    packet->from = 0;
    packet->to = 1;
    network.Send(std::move(packet));
  }
  simulation.RunUntil(Hours(1), 1000);
  return log;
}

TEST(NetworkLaw, AFaultLeavesTheOtherMessagesAlone) {
  std::vector<std::string> calm = Arrivals({});
  ASSERT_EQ(calm.size(), 9u);
  std::erase_if(calm, [](const std::string& line) { return line.find("Put 5") != line.npos; });
  EXPECT_EQ(Arrivals({MakePin("request Put a>b 5", 1, ChoiceKind::kDrop)}), calm);
}

TEST(NetworkLaw, MessagesOvertakeEachOther) {
  std::vector<std::string> keys;
  for (const std::string& line : Arrivals({})) keys.push_back(line.substr(line.size() - 1));
  EXPECT_THAT(keys, Not(ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9")));
  EXPECT_THAT(keys, testing::UnorderedElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

}  // namespace
}  // namespace sim
