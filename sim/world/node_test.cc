// Goal: a node dies where it is told to, keeps what it had acknowledged, loses
// what it had not, says nothing once it is dead, and comes back.
// Method: one request to a book, struck at every suspension, every fsync and every
// step, one after the other; then what the caller, the disk and the observers saw.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"
#include "sim/world/world.h"

namespace sim {
namespace {

using absl::StatusCode;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// "answered toy.Put k", "boot book", "crash book", "commit k".
class Watcher final : public Observer {
 public:
  void OnCommit(const Commit& commit) override {
    for (const RowChange& change : commit.changes) {
      Note(commit.found_at_reopen ? "found" : "commit", change.Key());
    }
  }
  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind == TrafficKind::kAnswered) Note("answered", traffic.key);
    if (traffic.kind == TrafficKind::kSent) Note("sent", traffic.key);
    if (traffic.kind == TrafficKind::kDelivered) Note("delivered", traffic.key);
  }
  void OnBoot(absl::string_view node, Nanos) override { Note("boot", node); }
  void OnCrash(absl::string_view node, Nanos) override { Note("crash", node); }

  std::vector<std::string> seen;

 private:
  void Note(absl::string_view what, absl::string_view whom) {
    seen.push_back(absl::StrCat(what, " ", whom));
  }
};

// A world with a book, and what became of the request "k" in it.
class Story {
 public:
  explicit Story(const std::vector<Pin>& pins, std::vector<Step> steps = {})
      : world_(WithSteps(std::move(steps))) {
    world_.world().Observe(&watcher_);
    for (const Pin& pin : pins) world_.adversary().Add(pin);
    world_.Start<Book>("book", Book::kSchema);
    status_ = world_.Call("book", kPut, MakePut("k", 100)).status();
    world_.AwaitRestart("book");
  }

  const absl::Status& status() const { return status_; }
  const std::vector<std::string>& seen() const { return watcher_.seen; }
  std::string Entries() { return sim::Entries(*world_.database("book")); }
  bool struck() { return world_.adversary().left() == 0; }
  const std::vector<std::string>& asked() { return world_.adversary().asked(); }
  TestWorld& world() { return world_; }

 private:
  static WorldOptions WithSteps(std::vector<Step> steps) {
    WorldOptions options;
    options.steps = std::move(steps);
    return options;
  }

  TestWorld world_;
  Watcher watcher_;
  absl::Status status_;
};

Pin Crash(absl::string_view point, uint64_t occurrence, DiskFate disk = DiskFate::kLoseAll) {
  Pin pin = MakePin(point, occurrence, ChoiceKind::kCrash, Millis(50));
  pin.disk = disk;
  return pin;
}

TEST(Node, ServesWhenItHasBooted) {
  Story story({});
  EXPECT_THAT(story.status(), IsOk());
  EXPECT_EQ(story.Entries(), "k=100");
  EXPECT_THAT(story.seen(),
              ElementsAre("boot book", "sent k", "delivered k", "commit k", "answered k"));
}

TEST(Node, DiesAtEverySuspensionAndKeepsWhatItAcknowledged) {
  std::set<std::string> outcomes;
  for (uint64_t occurrence = 1;; ++occurrence) {
    ASSERT_LT(occurrence, 50u);
    Story story({Crash("crash book toy.Put k", occurrence)});
    if (!story.struck()) break;
    EXPECT_THAT(story.status(), StatusIs(StatusCode::kDeadlineExceeded));
    EXPECT_THAT(story.seen(), Contains("crash book"));
    EXPECT_THAT(story.seen(), Contains("boot book").Times(2));
    EXPECT_THAT(story.seen(), Not(Contains("answered k")));
    outcomes.insert(story.Entries());
    ASSERT_THAT(story.world().Call("book", kPut, MakePut("l", 5)), IsOk());
  }
  EXPECT_THAT(outcomes, ElementsAre("", "k=100")) << "unknown is both";
}

TEST(Node, DiesInsideEveryFsync) {
  for (const DiskFate fate : {DiskFate::kLoseAll, DiskFate::kKeepAll, DiskFate::kEach}) {
    std::set<std::string> outcomes;
    for (uint64_t occurrence = 1;; ++occurrence) {
      ASSERT_LT(occurrence, 50u);
      Story story({Crash("fsync book toy.Put k", occurrence, fate)});
      if (!story.struck()) break;
      EXPECT_THAT(story.status(), StatusIs(StatusCode::kDeadlineExceeded));
      EXPECT_THAT(story.seen(), Not(Contains("answered k")));
      outcomes.insert(story.Entries());
      const bool found = story.Entries() == "k=100";
      EXPECT_EQ(testing::Value(story.seen(), Contains("found k")), found)
          << "a commit that was cut is published if, and only if, it happened";
      ASSERT_THAT(story.world().Call("book", kPut, MakePut("l", 5)), IsOk());
    }
    EXPECT_THAT(outcomes, Contains("")) << static_cast<int>(fate);
  }
}

TEST(Node, DiesAgainWhileItRecovers) {
  int recoveries = 0;
  for (uint64_t first = 1; first < 10; ++first) {
    Story story({Crash("fsync book toy.Put k", first, DiskFate::kKeepAll),
                 Crash("fsync book recovery", 1, DiskFate::kLoseAll)});
    if (!story.struck()) continue;
    ++recoveries;
    EXPECT_THAT(story.seen(), Contains("crash book").Times(2));
    EXPECT_THAT(story.Entries(), testing::AnyOf("", "k=100"));
    EXPECT_THAT(story.world().Call("book", kPut, MakePut("l", 5)), IsOk());
  }
  EXPECT_GT(recoveries, 0) << "some crash leaves a journal that has to be rolled back";
}

TEST(Node, StaysDownForItsTime) {
  TestWorld world;
  world.Start<Book>("book", Book::kSchema);
  world.Crash("book", absl::Seconds(7));
  const Nanos crash = world.simulation().now();
  world.AwaitRestart("book");
  EXPECT_EQ(world.simulation().now(), crash + Seconds(7));
}

TEST(Node, DiesOnce) {
  TestWorld world;
  Watcher watcher;
  world.world().Observe(&watcher);
  world.Start<Book>("book", Book::kSchema);
  world.Crash("book");
  world.Crash("book");
  EXPECT_THAT(watcher.seen, ElementsAre("boot book", "crash book"));
}

TEST(Node, OfAClientNeverDies) {
  Story story({});
  for (const std::string& asked : story.asked()) {
    EXPECT_FALSE(absl::StartsWith(asked, "crash test")) << asked;
  }
  EXPECT_THAT(story.asked(), Contains("crash book toy.Put k #1"));
}

// ---- steps --------------------------------------------------------------------

Step MakeStep(Step::Moment moment, Step::On on, const std::string& what) {
  Step step;
  step.name = "the.step";
  step.node = "book";
  step.moment = moment;
  step.on = on;
  step.what = what;
  return step;
}

// The story of a book that dies at a step.
class Struck : public Story {
 public:
  explicit Struck(Step step) : Story({Crash("step book the.step k", 1)}, {std::move(step)}) {
    EXPECT_TRUE(struck());
    EXPECT_THAT(seen(), Contains("crash book"));
  }
};

TEST(Step, BeforeACommitNothingHasHappened) {
  Struck story(MakeStep(Step::Moment::kBefore, Step::On::kCommit, "entry"));
  EXPECT_THAT(story.status(), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(story.Entries(), "");
}

TEST(Step, AfterACommitTheRowIsThereAndNobodyKnows) {
  Struck story(MakeStep(Step::Moment::kAfter, Step::On::kCommit, "entry"));
  EXPECT_THAT(story.status(), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(story.Entries(), "k=100");
  EXPECT_THAT(story.seen(), Not(Contains("answered k")));
}

TEST(Step, BeforeAReplyTheCallerLearnsNothing) {
  Struck story(MakeStep(Step::Moment::kBefore, Step::On::kReply, "toy.Put"));
  EXPECT_THAT(story.status(), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(story.Entries(), "k=100");
  EXPECT_THAT(story.seen(), Not(Contains("answered k")));
}

TEST(Step, AfterAReplyTheCallerHasItsAnswer) {
  Struck story(MakeStep(Step::Moment::kAfter, Step::On::kReply, "toy.Put"));
  EXPECT_THAT(story.status(), IsOk());
  EXPECT_EQ(story.Entries(), "k=100");
}

TEST(Step, OfACommitMeansRowsOfItsTableWithItsValue) {
  Step step = MakeStep(Step::Moment::kBefore, Step::On::kCommit, "entry");
  step.column = "amount";
  step.value = "99";
  Story other({Crash("step book the.step k", 1)}, {step});
  EXPECT_FALSE(other.struck());
  EXPECT_THAT(other.status(), IsOk());
  step.value = "100";
  Struck meant(step);
  EXPECT_EQ(meant.Entries(), "");
}

// A component that sends a request, or does it on a timer.
class Sending final : public Component {
 public:
  Sending(Env& env, bool timer) : env_(env), timer_(timer) {}
  Task<absl::Status> Start() override {
    if (timer_) {
      env_.Every("remind", absl::Seconds(10), this, &Sending::Remind);
    } else {
      env_.Spawn("send", "", Remind());
    }
    co_return absl::OkStatus();
  }

 private:
  Task<> Remind() {
    toy::PutRequest request = MakePut("k", 1);
    auto reply = co_await env_.Call(env_.peer("book"), kPut, request, {});
    static_cast<void>(reply);
  }

  Env& env_;
  const bool timer_;
};

// What is seen when node "s" dies at a step while it sends.
std::vector<std::string> SentUnder(Step step, absl::string_view point, bool timer) {
  step.node = "s";
  WorldOptions options;
  options.steps = {step};
  TestWorld world(options);
  Watcher watcher;
  world.adversary().Add(MakePin(point, 1, ChoiceKind::kCrash, Hours(1)));
  world.Start<Book>("book", Book::kSchema);
  world.world().Observe(&watcher);
  SystemSpec system;
  system.name = "sending";
  system.make = [timer](Env& env) { return std::make_unique<Sending>(env, timer); };
  world.Boot("s", system, {{"book", "book"}}, Settings());
  world.RunFor(absl::Seconds(15));
  EXPECT_EQ(world.adversary().left(), 0u);
  return watcher.seen;
}

TEST(Step, BeforeASendNothingIsSent) {
  EXPECT_THAT(SentUnder(MakeStep(Step::Moment::kBefore, Step::On::kSend, "toy.Put"),
                        "step s the.step k", /*timer=*/false),
              ElementsAre("boot s", "crash s"));
}

TEST(Step, AfterASendTheMessageArrives) {
  EXPECT_THAT(SentUnder(MakeStep(Step::Moment::kAfter, Step::On::kSend, "toy.Put"),
                        "step s the.step k", /*timer=*/false),
              ElementsAre("boot s", "sent k", "crash s", "delivered k", "commit k", "answered k"));
}

TEST(Step, BeforeATimerItsWorkDoesNotRun) {
  EXPECT_THAT(SentUnder(MakeStep(Step::Moment::kBefore, Step::On::kTimer, "remind"),
                        "step s the.step", /*timer=*/true),
              ElementsAre("boot s", "crash s"));
}

TEST(Step, AfterATimerItsWorkHasRun) {
  EXPECT_THAT(SentUnder(MakeStep(Step::Moment::kAfter, Step::On::kTimer, "remind"),
                        "step s the.step", /*timer=*/true),
              ElementsAre("boot s", "sent k", "delivered k", "commit k", "answered k", "crash s"));
}

// ---- zombies ------------------------------------------------------------------

Task<> CommitThenTellAll(Env* env) {
  Database db = env->database();
  const auto done = co_await db.Execute("INSERT INTO entry VALUES('k', 1)");
  static_cast<void>(done);
}

// Acts on without a suspension after its power was cut: a send whose step kills
// the node is followed by another send, a spawn and a fact.
TEST(Zombie, SaysNothing) {
  WorldOptions options;
  Step step = MakeStep(Step::Moment::kBefore, Step::On::kSend, "toy.Note");
  step.node = "s";
  options.steps = {step};
  TestWorld world(options);
  Watcher watcher;
  world.adversary().Add(MakePin("step s the.step 1", 1, ChoiceKind::kCrash, Hours(1)));
  world.Start<Book>("book", Book::kSchema);
  world.world().Observe(&watcher);
  bool reached = false;
  SystemSpec system = Acting::System([&reached](Env& env) {
    toy::NoteRequest note;
    for (int number = 1; number <= 3; ++number) {
      note.set_number(number);
      env.Send(env.peer("book"), kNote, note);
    }
    env.Spawn("tell", CommitThenTellAll(&env));
    env.Emit(note);
    reached = true;
  });
  system.schema = [](const Settings&) { return std::string(Book::kSchema); };
  world.Boot("s", system, {{"book", "book"}}, Settings());
  world.RunFor(absl::Seconds(10));
  EXPECT_TRUE(reached) << "frames on the stack run to their next suspension";
  EXPECT_THAT(watcher.seen, ElementsAre("boot s", "crash s"));
}

}  // namespace
}  // namespace sim
