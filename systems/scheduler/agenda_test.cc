// Goal: what is on the agenda is given out in the order of time, each when it is
// due by the node's wall clock, and nothing is pending when nothing is on it.
// Method: an agenda on a node, and a task that notes what it gives out, and when.

#include "systems/scheduler/agenda.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"

namespace scheduler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Keeper final : public sim::Component {
 public:
  Keeper(sim::Env& env, std::vector<std::string>& done) : env_(env), done_(done), agenda_(env) {}

  sim::Task<absl::Status> Start() override {
    start_ = env_.clock().NowMillis();
    env_.Spawn("keeper", Run());
    co_return absl::OkStatus();
  }
  Agenda& agenda() { return agenda_; }
  int64_t start() const { return start_; }

 private:
  sim::Task<> Run() {
    for (;;) {
      const std::string id = co_await agenda_.Next();
      done_.push_back(absl::StrCat(id, " ", env_.clock().NowMillis() - start_));
    }
  }

  sim::Env& env_;
  std::vector<std::string>& done_;
  Agenda agenda_;
  int64_t start_ = 0;
};

class AgendaTest : public testing::Test {
 protected:
  AgendaTest() {
    sim::SystemSpec system;
    system.make = [this](sim::Env& env) {
      env_ = &env;
      auto keeper = std::make_unique<Keeper>(env, done_);
      keeper_ = keeper.get();
      return keeper;
    };
    world_.Start("node", system);
  }

  void Put(const std::string& id, int64_t in_ms) {
    keeper_->agenda().Put(id, keeper_->start() + in_ms);
  }
  void Erase(const std::string& id) { keeper_->agenda().Erase(id); }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }
  bool Quiet() { return world_.simulation().events().unfinished() == 0; }

  std::vector<std::string> done_;
  sim::Env* env_ = nullptr;
  Keeper* keeper_ = nullptr;
  sim::TestWorld world_;
};

TEST_F(AgendaTest, GivesOutInTheOrderOfTime) {
  Put("c", 300);
  Put("a", 100);
  Put("b", 200);
  RunFor(absl::Seconds(1));
  EXPECT_THAT(done_, ElementsAre("a 100", "b 200", "c 300"));
  EXPECT_TRUE(Quiet());
}

TEST_F(AgendaTest, GivesOutAtOnceWhatIsOverdue) {
  RunFor(absl::Seconds(1));
  Put("a", 100);
  RunFor(absl::Milliseconds(1));
  EXPECT_THAT(done_, ElementsAre("a 1000"));
}

TEST_F(AgendaTest, MovesWhatIsPutAgain) {
  Put("a", 100);
  Put("b", 200);
  RunFor(absl::Milliseconds(50));
  Put("a", 300);
  RunFor(absl::Seconds(1));
  EXPECT_THAT(done_, ElementsAre("b 200", "a 300"));
}

TEST_F(AgendaTest, WakesForAnEarlierItem) {
  Put("b", 10'000);
  RunFor(absl::Milliseconds(50));
  Put("a", 100);
  RunFor(absl::Seconds(1));
  EXPECT_THAT(done_, ElementsAre("a 100"));
}

TEST_F(AgendaTest, IsIdleWhenTheLastItemIsErased) {
  Put("a", 10'000);
  RunFor(absl::Milliseconds(50));
  EXPECT_FALSE(Quiet());
  Erase("a");
  Erase("unheard of");
  RunFor(absl::Milliseconds(50));
  EXPECT_TRUE(Quiet());
  RunFor(absl::Minutes(1));
  EXPECT_THAT(done_, IsEmpty());
}

TEST_F(AgendaTest, GoesByTheWallClock) {
  Put("a", 10'000);
  RunFor(absl::Seconds(5));
  world_.world().JumpClock("node", absl::Seconds(-60));
  RunFor(absl::Seconds(30));
  EXPECT_THAT(done_, IsEmpty());
  RunFor(absl::Seconds(60));
  EXPECT_THAT(done_, ElementsAre("a 10000"));
}

}  // namespace
}  // namespace scheduler
