// Goal: what the head of network.h says: a message arrives after its latency or
// meets exactly one fault, a refusal is definite, and faults of one message leave
// the others alone.
// Method: endpoints that note what reaches them and when, a fixed latency, and
// faults by name.

#include "sim/net/network.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/network_fixture.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

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

TEST_F(NetworkTest, CountsWithinLegMethodEndsAndKey) {
  network_.Send(Request("Put", "k"));
  network_.Send(Request("Put", "k"));
  network_.Send(Request("Put", "l"));
  network_.Send(Request("Get", "k"));
  network_.Send(Reply("Put", "k"));
  std::vector<std::string> messages;
  for (const std::string& asked : adversary_.asked()) {
    if (asked.find("link") != 0) messages.push_back(asked);
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
