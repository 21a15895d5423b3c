// Goal: what counterparties and people do to a call is what sim/world/manners.cc says,
// to any component, and what it had committed tells which of them ran.
// Method: the toy book, a till that notes in its log who asked, and one scripted fault
// at a time.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using toy::NoteReply;
using toy::NoteRequest;
using toy::PutReply;
using toy::PutRequest;

constexpr CallOptions kPatience{.timeout = absl::Seconds(1)};

Pin PinBy(absl::string_view point, ChoiceKind kind, std::string by, int64_t amount) {
  Pin pin = MakePin(point, 1, kind, amount);
  pin.by = std::move(by);
  return pin;
}

NoteRequest Note(int64_t number) {
  NoteRequest request;
  request.set_number(number);
  return request;
}

// ---- counterparties -------------------------------------------------------------

class MannersTest : public testing::Test {
 protected:
  MannersTest() {
    world_.Start("friend", Acting::System([](Env&) {}));
    world_.Start<Book>("book", Book::kSchema, {{"friend", "friend"}});
  }

  absl::StatusOr<PutReply> Put(const PutRequest& request) {
    return world_.Call("book", kPut, request, kPatience);
  }
  std::string Entries() { return sim::Entries(*world_.database("book")); }

  TestWorld world_;
};

TEST_F(MannersTest, AcceptAndForget) {
  world_.adversary().AddNext("ingress toy.Put", ChoiceKind::kAcceptsThenFails);
  EXPECT_EQ(Put(MakePut("k", 100))->result(), PutReply::ACCEPTED);
  EXPECT_EQ(Entries(), "");
}

TEST_F(MannersTest, ExecuteAndAnswerWithASystemError) {
  world_.adversary().AddNext("ingress toy.Put", ChoiceKind::kSystemError);
  const auto reply = Put(MakePut("k", 100));
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->result(), PutReply::SYSTEM_ERROR);
  EXPECT_EQ(reply->amount(), 0);
  EXPECT_EQ(Entries(), "k=100");
}

TEST_F(MannersTest, AnswerWithASystemErrorWhateverTheHandlerSays) {
  world_.adversary().AddNext("ingress toy.Put", ChoiceKind::kSystemError);
  EXPECT_EQ(Put(MakePut("k", 100, PutRequest::REFUSE))->result(), PutReply::SYSTEM_ERROR);
}

TEST_F(MannersTest, DoNotFindWhatIsWorkedOn) {
  world_.adversary().Add(MakePin("inflight toy.Note test>book 7", 1, ChoiceKind::kNotFound));
  world_.Start("other", Acting::System([this](Env& env) {
                 PutRequest slow = MakePut("7", 100);
                 slow.set_nap_ms(1000);
                 env.Send(env.peer("book"), kPut, slow);
               }),
               {{"book", "book"}});
  EXPECT_EQ(world_.Call("book", kNote, Note(8))->answer(), NoteReply::ANSWER_UNSPECIFIED);
  world_.RunFor(absl::Milliseconds(10));
  EXPECT_EQ(world_.Call("book", kNote, Note(7))->answer(), NoteReply::NOT_FOUND);
  world_.RunFor(absl::Seconds(2));
  EXPECT_EQ(world_.Call("book", kNote, Note(7))->answer(), NoteReply::ANSWER_UNSPECIFIED);
  EXPECT_EQ(Entries(), "7=100");
}

TEST_F(MannersTest, AreAskedAboutWorkForAnotherKeyAsAboutNone) {
  PutRequest slow = MakePut("7", 100);
  slow.set_nap_ms(1000);
  world_.adversary().AddNext("inflight", ChoiceKind::kNotFound);
  world_.Start("other",
               Acting::System([slow](Env& env) { env.Send(env.peer("book"), kPut, slow); }),
               {{"book", "book"}});
  world_.RunFor(absl::Milliseconds(10));
  EXPECT_EQ(world_.Call("book", kNote, Note(8))->answer(), NoteReply::ANSWER_UNSPECIFIED);
  EXPECT_EQ(world_.adversary().left(), 1u);
}

TEST_F(MannersTest, ExecuteSlowly) {
  world_.adversary().AddNext("ingress toy.Put", ChoiceKind::kLate, Seconds(2));
  EXPECT_THAT(Put(MakePut("k", 100)), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Entries(), "");
  world_.RunFor(absl::Seconds(2));
  EXPECT_EQ(Entries(), "k=100");
}

// ---- calls back -----------------------------------------------------------------

TEST_F(MannersTest, CallBackTwice) {
  world_.adversary().AddNext("callback toy.Put", ChoiceKind::kCallbackTwice, Seconds(3));
  EXPECT_THAT(Put(MakePut("k", 100)), IsOk());
  world_.RunFor(absl::Seconds(4));
  EXPECT_THAT(world_.adversary().asked(), testing::Contains("ingress toy.Put test>book k #2"));
  EXPECT_EQ(Entries(), "k=100") << "the second row has the same key";
}

TEST_F(MannersTest, NeverCallBackAboutThatKey) {
  world_.adversary().Add(MakePin("callback toy.Put test>book k", 1, ChoiceKind::kCallbackNever));
  EXPECT_THAT(Put(MakePut("k", 100)), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Put(MakePut("k", 100)), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Put(MakePut("l", 5)), IsOk());
  EXPECT_EQ(Entries(), "l=5");
}

TEST_F(MannersTest, NeverCallBackWhenFaultsAreOverNeither) {
  world_.adversary().Add(MakePin("callback toy.Put test>book k", 1, ChoiceKind::kCallbackNever));
  EXPECT_THAT(Put(MakePut("k", 100)), StatusIs(StatusCode::kDeadlineExceeded));
  world_.simulation().choices().Silence();
  EXPECT_THAT(Put(MakePut("k", 100)), StatusIs(StatusCode::kDeadlineExceeded));
}

// ---- people ---------------------------------------------------------------------

constexpr Method<PutRequest, PutReply> kPay{"till.Pay", Visibility::kPeople};
constexpr Method<PutRequest, PutReply> kPhone{"till.Phone", Visibility::kPeople};

// "pay k at 1 ms": what tills were asked.
class Till final : public Component {
 public:
  Till(Env& env, std::vector<std::string>& log) : env_(env), log_(log) {}

  Task<absl::Status> Start() override {
    env_.Serve(kPay, this, &Till::Pay);
    env_.Serve(kPhone, this, &Till::Phone);
    co_return absl::OkStatus();
  }

  static SystemSpec System(std::vector<std::string>& log) {
    SystemSpec system;
    system.name = "till";
    system.methods = {kPay, kPhone};
    system.make = [&log](Env& env) { return std::make_unique<Till>(env, log); };
    return system;
  }

 private:
  Task<absl::StatusOr<PutReply>> Pay(PutRequest request) {
    log_.push_back(env_.name() + " pay " + request.key());
    co_return PutReply();
  }
  Task<absl::StatusOr<PutReply>> Phone(PutRequest request) {
    log_.push_back(env_.name() + " phone " + request.key());
    co_return PutReply();
  }

  Env& env_;
  std::vector<std::string>& log_;
};

class PeopleTest : public testing::Test {
 protected:
  PeopleTest() {
    world_.Start("a1", Till::System(log_));
    world_.Start("a2", Till::System(log_));
    begun_ = world_.simulation().now();
  }

  absl::StatusOr<PutReply> Pay() { return world_.Call("a1", kPay, MakePut("k", 100), kPatience); }
  Nanos Passed() { return world_.simulation().now() - begun_; }

  std::vector<std::string> log_;
  TestWorld world_;
  Nanos begun_ = 0;
};

TEST_F(PeopleTest, ClickTwice) {
  world_.adversary().AddNext("person till.Pay test>a1 k", ChoiceKind::kDoubleClick, Millis(300));
  EXPECT_THAT(Pay(), IsOk());
  EXPECT_THAT(log_, ElementsAre("a1 pay k"));
  world_.RunFor(absl::Seconds(1));
  EXPECT_THAT(log_, ElementsAre("a1 pay k", "a1 pay k"));
}

TEST_F(PeopleTest, LeaveBeforeTheAnswer) {
  world_.adversary().AddNext("person till.Pay", ChoiceKind::kAbandoned);
  EXPECT_THAT(Pay(), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_THAT(log_, ElementsAre("a1 pay k"));
  EXPECT_THAT(Pay(), IsOk()) << "the next time they wait";
}

TEST_F(PeopleTest, PayLateAndWaitThen) {
  world_.adversary().AddNext("person till.Pay", ChoiceKind::kPaysLate, Hours(2));
  EXPECT_THAT(Pay(), IsOk());
  EXPECT_GE(Passed(), Hours(2));
  EXPECT_LE(Passed(), Hours(2) + Seconds(1));
  EXPECT_THAT(log_, ElementsAre("a1 pay k"));
}

TEST_F(PeopleTest, GoToTwoFrontEnds) {
  world_.adversary().Add(PinBy("person till.Pay test>a1 k", ChoiceKind::kTwoChannels, "a2", 0));
  EXPECT_THAT(Pay(), IsOk());
  world_.RunFor(absl::Seconds(1));
  EXPECT_THAT(log_, testing::UnorderedElementsAre("a1 pay k", "a2 pay k"));
}

TEST_F(PeopleTest, AskByAnotherMethodToo) {
  world_.adversary().Add(
      PinBy("person till.Pay test>a1 k", ChoiceKind::kTwoChannels, "till.Phone", Millis(50)));
  EXPECT_THAT(Pay(), IsOk());
  world_.RunFor(absl::Seconds(1));
  EXPECT_THAT(log_, ElementsAre("a1 pay k", "a1 phone k"));
}

TEST_F(PeopleTest, AreNoCounterparties) {
  EXPECT_THAT(Pay(), IsOk());
  EXPECT_THAT(world_.adversary().asked(), testing::Contains("person till.Pay test>a1 k #1"));
  EXPECT_THAT(world_.adversary().asked(),
              testing::Not(testing::Contains("callback till.Pay test>a1 k #1")));
}

}  // namespace
}  // namespace sim
