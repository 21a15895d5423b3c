// Goal: a run is a pure function of its options: phases follow each other, the
// end says why it is one, and the digest depends on the seed and the pins, never
// on who watches.
// Method: two clerks that put entries into a book until they are answered, under
// faults of every kind, run again and again.

#include "sim/world/world.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/scripted_adversary.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Faults of every kind, often.
class Chaos final : public Adversary {
 public:
  uint32_t interests() const override { return (1u << kPlaceKinds) - 1; }

  Choice Decide(const Place& place, uint64_t, uint64_t, Nanos now, uint64_t bits) override {
    last_question = std::max(last_question, now);
    Choice choice;
    const uint64_t die = Below(bits, 20);
    switch (place.kind) {
      case PlaceKind::kMessage:
        if (die == 0) choice.kind = ChoiceKind::kDrop;
        if (die == 1) choice.kind = ChoiceKind::kDuplicate;
        if (die == 2) choice.kind = ChoiceKind::kLate;
        if (die == 3 && place.leg == Leg::kRequest) choice.kind = ChoiceKind::kRefuse;
        choice.amount = Millis(1500);
        break;
      case PlaceKind::kSuspension:
      case PlaceKind::kSync:
        if (die == 0) choice.kind = ChoiceKind::kCrash;
        if (die == 1) choice.kind = ChoiceKind::kIoError;
        choice.amount = Millis(200);
        break;
      case PlaceKind::kLink:
        if (die < 5) choice.kind = ChoiceKind::kPartition;
        choice.amount = Seconds(2);
        break;
      case PlaceKind::kClock:
        choice.kind = ChoiceKind::kSkew;
        choice.amount = Millis(static_cast<int64_t>(die) - 10);
        break;
      default:
        break;
    }
    return choice;
  }

  Nanos last_question = 0;
};

// Puts ten entries, each until it is answered in whatever way.
Task<> PutTen(Env* env) {
  for (int i = 0; i < 10; ++i) {
    const toy::PutRequest request = MakePut(absl::StrCat(env->name(), "-", i), i);
    for (int attempt = 0; attempt < 5; ++attempt) {
      auto reply =
          co_await env->Call(env->peer("book"), kPut, request, {.timeout = absl::Seconds(1)});
      if (reply.ok()) break;
      const uint64_t pause = env->Draw("pause", request.key(), 500);
      co_await env->clock().Sleep(absl::Milliseconds(pause));
    }
  }
}

// A world with a book, and clerks or whatever the test adds.
class Town {
 public:
  explicit Town(WorldOptions options) : world_(std::move(options)) {
    book_.name = "toy.Book";
    book_.schema = [](const Settings&) { return std::string(Book::kSchema); };
    book_.make = [](Env& env) { return std::make_unique<Book>(env); };
    clerk_ = Acting::System([](Env& env) { env.Spawn("put_ten", PutTen(&env)); });
    Add("book", book_, false);
  }

  void Add(const std::string& name, const SystemSpec& system, bool client) {
    NodeSpec spec;
    spec.name = name;
    spec.organisation = "town";
    spec.system = &system;
    spec.peers = {{"book", "book"}};
    spec.client = client;
    world_.AddNode(std::move(spec));
  }
  void AddClerks() {
    Add("ann", clerk_, true);
    Add("bob", clerk_, true);
  }

  World& world() { return world_; }
  std::string Entries() { return sim::Entries(*world_.database("book")); }

 private:
  SystemSpec book_;
  SystemSpec clerk_;
  World world_;
};

WorldOptions With(uint64_t seed, Adversary* adversary) {
  WorldOptions options;
  options.seed = seed;
  options.adversary = adversary;
  options.heal_after = Minutes(1);
  options.quiet_for = Minutes(10);
  return options;
}

std::string AllEntries() {
  std::string all;
  for (const char* clerk : {"ann", "bob"}) {
    for (int i = 0; i < 10; ++i)
      absl::StrAppend(&all, all.empty() ? "" : " ", clerk, "-", i, "=", i);
  }
  return all;
}

TEST(World, CalmRunIsQuiet) {
  Town town(With(1, nullptr));
  town.AddClerks();
  const RunEnd end = town.world().Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kQuiet);
  EXPECT_THAT(end.going_on, IsEmpty());
  EXPECT_EQ(end.at, Minutes(11));
  EXPECT_GT(end.events, 80u) << "two messages and a pause of the disk for each of 20 entries";
  EXPECT_EQ(town.Entries(), AllEntries());
}

// A run under chaos, and what is left to say of it.
struct Ran {
  RunEnd end;
  std::string entries;
  std::vector<Pin> fired;
};

Ran RunTown(WorldOptions options, Observer* observer = nullptr) {
  Town town(std::move(options));
  town.AddClerks();
  if (observer != nullptr) town.world().Observe(observer);
  Ran ran;
  ran.end = town.world().Run();
  ran.entries = town.Entries();
  const auto fired = town.world().simulation().choices().fired();
  ran.fired.assign(fired.begin(), fired.end());
  return ran;
}

Ran RunChaos(uint64_t seed) {
  Chaos chaos;
  return RunTown(With(seed, &chaos));
}

TEST(World, SameSeedIsTheSameRun) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Ran first = RunChaos(seed);
    const Ran second = RunChaos(seed);
    EXPECT_GT(first.fired.size(), 5u);
    EXPECT_EQ(first.end.digest, second.end.digest);
    EXPECT_EQ(first.end.events, second.end.events);
    EXPECT_EQ(first.fired, second.fired);
    EXPECT_EQ(first.entries, second.entries);
  }
}

TEST(World, EverySeedIsARunOfItsOwn) {
  std::set<uint64_t> digests;
  for (uint64_t seed = 1; seed <= 30; ++seed) digests.insert(RunChaos(seed).end.digest);
  EXPECT_EQ(digests.size(), 30u);
}

TEST(World, PinsReplayTheRun) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Ran ran = RunChaos(seed);
    ScriptedAdversary replay(ran.fired);
    const Ran again = RunTown(With(seed, &replay));
    EXPECT_EQ(again.end.digest, ran.end.digest) << "seed " << seed;
    EXPECT_EQ(again.fired, ran.fired);
    EXPECT_EQ(replay.left(), 0u);
  }
}

TEST(World, AClerkIsEitherAnsweredOrNot) {
  // Whatever happens, an entry is there once or not at all, and most get there.
  size_t entries = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Ran ran = RunChaos(seed);
    EXPECT_EQ(ran.end.kind, RunEnd::Kind::kQuiet) << "seed " << seed;
    entries += static_cast<size_t>(std::count(ran.entries.begin(), ran.entries.end(), '='));
  }
  EXPECT_GT(entries, 20u * 20 * 9 / 10);
}

TEST(World, WhoWatchesChangesNothing) {
  Observer observer;
  Chaos watched, unwatched;
  EXPECT_EQ(RunTown(With(3, &watched), &observer).end.digest,
            RunTown(With(3, &unwatched)).end.digest);
}

TEST(World, HowMuchIsKeptChangesNothing) {
  Chaos kept, forgotten;
  WorldOptions whole = With(3, &kept);
  whole.depth = TraceDepth::kWhole;
  EXPECT_EQ(RunTown(whole).end.digest, RunTown(With(3, &forgotten)).end.digest);
}

TEST(World, ASharedSchemaCacheChangesNothing) {
  Chaos first, second, alone;
  WorldOptions options = With(3, &first);
  options.schemas = NewSchemaCache();
  const uint64_t digest = RunTown(options).end.digest;
  options.adversary = &second;
  EXPECT_EQ(RunTown(options).end.digest, digest);
  EXPECT_EQ(RunTown(With(3, &alone)).end.digest, digest);
}

// ---- phases -------------------------------------------------------------------

class Phases final : public Observer {
 public:
  void OnPhase(Phase phase, Nanos at) override {
    seen.push_back(absl::StrCat("phase ", static_cast<int>(phase), " at ", at / Seconds(1), "s"));
  }
  void OnBoot(absl::string_view node, Nanos at) override { Note("boot", node, at); }
  void OnCrash(absl::string_view node, Nanos at) override { Note("crash", node, at); }

  std::vector<std::string> seen;

 private:
  void Note(absl::string_view what, absl::string_view node, Nanos at) {
    seen.push_back(absl::StrCat(what, " ", node, " at ", at / Seconds(1), "s"));
  }
};

TEST(World, FollowsItsPhases) {
  Phases phases;
  Town town(With(1, nullptr));
  town.world().Observe(&phases);
  town.world().Run();
  EXPECT_THAT(phases.seen,
              ElementsAre("phase 0 at 0s", "boot book at 0s", "phase 1 at 60s", "phase 2 at 660s"));
}

TEST(World, BootsWhoIsDownWhenItHeals) {
  Phases phases;
  ScriptedAdversary adversary(
      {MakePin("crash book toy.Put ann-0", 1, ChoiceKind::kCrash, Hours(100))});
  Town town(With(1, &adversary));
  town.AddClerks();
  town.world().Observe(&phases);
  town.world().Run();
  EXPECT_EQ(adversary.left(), 0u);
  EXPECT_THAT(phases.seen, testing::IsSupersetOf({"crash book at 0s", "boot book at 60s"}));
}

TEST(World, AsksForNoFaultAfterItHealed) {
  Chaos chaos;
  WorldOptions options = With(1, &chaos);
  options.heal_after = Seconds(2);
  const Ran ran = RunTown(options);
  EXPECT_GT(chaos.last_question, 0);
  EXPECT_LE(chaos.last_question, Seconds(2));
  EXPECT_GT(ran.end.at, Seconds(2));
}

// ---- how runs end -------------------------------------------------------------

Task<> NapForEver(Env* env) {
  for (;;) co_await env->clock().Sleep(absl::Seconds(1));
}

TEST(World, ListsWhatWasStillGoingOn) {
  const SystemSpec restless =
      Acting::System([](Env& env) { env.Spawn("nap", "order-7", NapForEver(&env)); });
  Town town(With(1, nullptr));
  town.Add("b", restless, false);
  const RunEnd end = town.world().Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kUnfinished);
  EXPECT_THAT(end.going_on, ElementsAre("b: nap order-7"));
}

TEST(World, StopsAtItsLimitOfEvents) {
  const SystemSpec restless = Acting::System([](Env& env) { env.Spawn("nap", NapForEver(&env)); });
  WorldOptions options = With(1, nullptr);
  options.max_events = 20;
  Town town(options);
  town.Add("b", restless, false);
  const RunEnd end = town.world().Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kTooManyEvents);
  EXPECT_EQ(end.events, 20u);
  EXPECT_THAT(end.going_on, ElementsAre("b: nap"));
}

class Failing final : public Component {
 public:
  explicit Failing(Env&) {}
  Task<absl::Status> Start() override { co_return absl::InternalError("no licence"); }
};

TEST(World, SaysWhichNodeCannotStart) {
  SystemSpec failing;
  failing.name = "failing";
  failing.make = [](Env& env) { return std::make_unique<Failing>(env); };
  Town town(With(1, nullptr));
  town.Add("b", failing, false);
  const RunEnd end = town.world().Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kBroken);
  EXPECT_THAT(end.going_on, ElementsAre("b cannot run: no licence"));
}

TEST(World, SaysWhichSchemaBreaksARule) {
  SystemSpec sloppy = Acting::System([](Env&) {});
  sloppy.schema = [](const Settings&) { return std::string("CREATE TABLE loose(x INTEGER)"); };
  Town town(With(1, nullptr));
  town.Add("b", sloppy, false);
  const RunEnd end = town.world().Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kBroken);
  EXPECT_THAT(end.going_on, Contains(HasSubstr("loose")));
}

Task<> HoldATransactionOpen(Env* env) {
  Database db = env->database();
  auto txn = co_await db.Begin();
  const auto inserted = co_await txn->Execute("INSERT INTO entry VALUES('never', 1)");
  EXPECT_TRUE(inserted.ok());
  for (;;) co_await env->clock().Sleep(absl::Hours(1));
}

TEST(World, ShowsTheJudgeWhatWasCommitted) {
  SystemSpec holding =
      Acting::System([](Env& env) { env.Spawn("hold", HoldATransactionOpen(&env)); });
  holding.schema = [](const Settings&) { return std::string(Book::kSchema); };
  Town town(With(1, nullptr));
  town.Add("b", holding, false);
  EXPECT_EQ(town.world().Run().kind, RunEnd::Kind::kUnfinished);
  EXPECT_EQ(Entries(*town.world().database("b")), "");
}

TEST(World, RefusesTwoNodesOfOneName) {
  Town town(With(1, nullptr));
  EXPECT_DEATH(town.AddClerks(); town.AddClerks(), "two nodes are called ann");
}

}  // namespace
}  // namespace sim
