#include "sim/testing/test_world.h"

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace sim {
namespace {

constexpr char kClient[] = "test";

}  // namespace

// The node from which the test calls: it only lends its Env.
class TestWorld::Client final : public Component {
 public:
  Client(Env& env, Env** lent) { *lent = &env; }
  Task<absl::Status> Start() override { co_return absl::OkStatus(); }
};

// Notes when a component has started.
class TestWorld::Serving final : public Component {
 public:
  Serving(std::unique_ptr<Component> component, bool& serving)
      : component_(std::move(component)), serving_(serving) {}
  Task<absl::Status> Start() override {
    absl::Status started = co_await component_->Start();
    serving_ = started.ok();
    co_return started;
  }

 private:
  std::unique_ptr<Component> component_;
  bool& serving_;
};

TestWorld::TestWorld(WorldOptions options) : world_(Complete(std::move(options))) {
  world_.Observe(&watch_);
  SystemSpec system;
  system.name = kClient;
  system.make = [this](Env& env) { return std::make_unique<Client>(env, &client_); };
  Boot(kClient, std::move(system), Peers(), Settings());
}

WorldOptions TestWorld::Complete(WorldOptions options) {
  options.adversary = &adversary_;
  if (options.latency == nullptr) options.latency = &latency_;
  return options;
}

void TestWorld::Start(absl::string_view node, SystemSpec system, Peers peers) {
  Settings settings = system.Defaults();
  Start(node, std::move(system), std::move(peers), std::move(settings));
}

void TestWorld::Start(absl::string_view node, SystemSpec system, Peers peers, Settings settings) {
  Boot(node, std::move(system), std::move(peers), std::move(settings));
  AwaitRestart(node);
}

void TestWorld::Boot(absl::string_view node, SystemSpec system, Peers peers, Settings settings) {
  Served& served = served_[std::string(node)];
  served.system = std::move(system);
  served.system.make = [make = served.system.make, &served](Env& env) {
    return std::make_unique<Serving>(make(env), served.serving);
  };
  NodeSpec spec;
  spec.name = std::string(node);
  spec.organisation = kClient;
  spec.system = &served.system;
  spec.settings = std::move(settings);
  spec.peers = std::move(peers);
  spec.client = node == kClient;
  spec.database = shares_[spec.name];
  world_.AddNode(std::move(spec));
  world_.Boot();
}

void TestWorld::Share(absl::string_view node, absl::string_view database,
                      absl::string_view schema) {
  shares_[std::string(node)] = std::string(database);
  if (!databases_.insert(std::string(database)).second) return;
  world_.AddDatabase({std::string(database), kClient, std::string(schema)});
}

void TestWorld::DropNextRequest(absl::string_view method) {
  StrikeNext("request", method, ChoiceKind::kDrop);
}
void TestWorld::DropNextReply(absl::string_view method) {
  StrikeNext("reply", method, ChoiceKind::kDrop);
}
void TestWorld::RefuseNextRequest(absl::string_view method) {
  StrikeNext("request", method, ChoiceKind::kRefuse);
}
void TestWorld::DuplicateNextRequest(absl::string_view method, absl::Duration later) {
  StrikeNext("request", method, ChoiceKind::kDuplicate, later);
}
void TestWorld::DelayNextRequest(absl::string_view method, absl::Duration by) {
  StrikeNext("request", method, ChoiceKind::kLate, by);
}
void TestWorld::DelayNextReply(absl::string_view method, absl::Duration by) {
  StrikeNext("reply", method, ChoiceKind::kLate, by);
}

void TestWorld::StrikeNext(absl::string_view leg, absl::string_view method, ChoiceKind kind,
                           absl::Duration amount) {
  adversary_.AddNext(absl::StrCat(leg, " ", method, " "), kind, ToNanos(amount));
}

void TestWorld::Crash(absl::string_view node, absl::Duration down_for) {
  world_.Crash(node, DiskFate::kLoseAll, down_for);
}

void TestWorld::AwaitRestart(absl::string_view node) {
  const auto served = served_.find(std::string(node));
  SIM_CHECK(served != served_.end()) << "no node is called " << node;
  while (!served->second.serving) Step();
}

void TestWorld::RunFor(absl::Duration duration) { world_.RunFor(duration); }

Address TestWorld::AddressOf(absl::string_view node) {
  const Network& network = world_.network();
  for (NodeId id = 0; id < network.nodes(); ++id) {
    if (network.name(id) == node) return Address{id};
  }
  SIM_CHECK(false) << "no node is called " << node;
  return Address{};
}

void TestWorld::Step() {
  EventQueue& events = simulation().events();
  SIM_CHECK(!events.empty()) << "the world waits for nothing: what the test waits for never comes";
  SIM_CHECK(simulation().RunUntil(events.next(), world_.options().max_events))
      << "more than " << world_.options().max_events << " events";
}

}  // namespace sim
