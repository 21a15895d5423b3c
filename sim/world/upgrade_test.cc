// Several instances of one service, and a node that gets other settings on the way.
//
// Two nodes "b1" and "b2" answer with their name and the switch "mode"; a client "a"
// calls the service "b" once in a second and notes what it was told.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/net/latency.h"
#include "sim/testing/acting.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"
#include "sim/world/env.h"
#include "sim/world/world.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::Pair;

class Answering final : public Component {
 public:
  Answering(Env& env, std::vector<std::string>& log) : env_(env), log_(log) {}
  Task<absl::Status> Start() override {
    env_.Serve(kPut, this, &Answering::Put);
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<toy::PutReply>> Put(toy::PutRequest) {
    log_.push_back(absl::StrCat(env_.name(), " ", env_.settings().Text("mode")));
    co_return toy::PutReply();
  }
  Env& env_;
  std::vector<std::string>& log_;
};

Task<> CallEverySecond(Env* env) {
  for (int i = 0;; ++i) {
    const toy::PutRequest request = MakePut(absl::StrCat("k", i), i);
    const Address to = env->peer("book");
    (co_await env->Call(to, kPut, request, {.timeout = absl::Milliseconds(100)})).IgnoreError();
    co_await env->clock().Sleep(absl::Milliseconds(900));
  }
}

class UpgradeTest : public testing::Test {
 protected:
  UpgradeTest() : world_(Options()) {
    service_.name = "answering";
    service_.switches = {{"mode", "how", "old", {"old", "new"}}};
    service_.make = [this](Env& env) { return std::make_unique<Answering>(env, log_); };
    client_ = Acting::System([](Env& env) { env.Spawn("calls", CallEverySecond(&env)); });
  }

  WorldOptions Options() {
    WorldOptions options;
    options.latency = &latency_;
    return options;
  }

  NodeSpec Instance(const std::string& name, Nanos upgrade_at) {
    NodeSpec spec;
    spec.name = name;
    spec.organisation = "bank";
    spec.system = &service_;
    spec.settings = service_.Defaults();
    Upgrade upgrade;
    upgrade.at = upgrade_at;
    upgrade.down_for = Seconds(5);
    upgrade.settings = service_.Defaults();
    upgrade.settings.Set("mode", "new");
    spec.upgrades = {upgrade};
    return spec;
  }

  void AddClient() {
    NodeSpec spec;
    spec.name = "a";
    spec.organisation = "bank";
    spec.system = &client_;
    spec.peers = {{"book", "b"}};
    world_.AddNode(spec);
  }

  // How often each was told since the last time.
  std::map<std::string, int> Told() {
    std::map<std::string, int> told;
    for (const std::string& line : log_) ++told[line];
    log_.clear();
    return told;
  }

  FixedLatency latency_{Millis(1)};
  SystemSpec service_;
  SystemSpec client_;
  std::vector<std::string> log_;
  World world_;
};

TEST_F(UpgradeTest, ANodeIsStoppedAndStartedWithOtherSettings) {
  world_.AddNode(Instance("b", Seconds(100)));
  AddClient();
  ASSERT_TRUE(world_.RunFor(absl::Seconds(100)));
  EXPECT_THAT(Told(), ElementsAre(Pair("b old", Gt(90))));
  ASSERT_TRUE(world_.RunFor(absl::Seconds(5)));
  EXPECT_THAT(Told(), ElementsAre());
  ASSERT_TRUE(world_.RunFor(absl::Seconds(100)));
  EXPECT_THAT(Told(), ElementsAre(Pair("b new", Gt(90))));
}

TEST_F(UpgradeTest, InstancesAreUpgradedOneAfterTheOther) {
  world_.AddNode(Instance("b1", Seconds(100)));
  world_.AddNode(Instance("b2", Seconds(200)));
  world_.AddService({"b", {"b1", "b2"}});
  AddClient();
  ASSERT_TRUE(world_.RunFor(absl::Seconds(100)));
  EXPECT_THAT(Told(), ElementsAre(Pair("b1 old", Gt(20)), Pair("b2 old", Gt(20))));
  ASSERT_TRUE(world_.RunFor(absl::Seconds(100)));
  EXPECT_THAT(Told(), ElementsAre(Pair("b1 new", Gt(20)), Pair("b2 old", Gt(20))));
  ASSERT_TRUE(world_.RunFor(absl::Seconds(100)));
  EXPECT_THAT(Told(), ElementsAre(Pair("b1 new", Gt(20)), Pair("b2 new", Gt(20))));
}

// `settle check` refuses it before; here the first boot with other tables is the end.
TEST_F(UpgradeTest, ADatabaseKeepsItsSchemaForGood) {
  service_.schema = [](const Settings& settings) {
    return absl::StrCat("CREATE TABLE ", settings.Text("mode"),
                        "_entry(k INTEGER NOT NULL PRIMARY KEY) WITHOUT ROWID");
  };
  world_.AddNode(Instance("b", Seconds(100)));
  const RunEnd end = world_.Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kBroken);
  EXPECT_THAT(end.going_on, ElementsAre(HasSubstr("b.db was made with another schema")));
}

}  // namespace
}  // namespace sim
