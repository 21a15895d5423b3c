// TestWorld: a small world for the tests of components, driven by verbs.
//
//   world().Start<Ledger>("ledger", kSchema);
//   world().DropNextReply("ledger.Credit");
//   EXPECT_THAT(world().Call("ledger", kCredit, request), Not(IsOk()));
//   world().Crash("ledger");
//   world().AwaitRestart("ledger");
//   EXPECT_THAT(world().Call("ledger", kCredit, request), IsOk());
//
// Calls come from a node "test" of the same organisation; each verb returns when
// what it waits for has happened. Messages take 1 ms unless the options bring a
// latency, and no fault strikes but those that the test asks for.

#ifndef SIM_TESTING_TEST_WORLD_H_
#define SIM_TESTING_TEST_WORLD_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sim/net/latency.h"
#include "sim/testing/scripted_adversary.h"
#include "sim/world/env.h"
#include "sim/world/world.h"

namespace sim {

class TestWorld {
 public:
  using Peers = std::map<std::string, std::string>;  // role -> node

  explicit TestWorld(WorldOptions options = WorldOptions());

  // Adds a node with a system on it and waits until it serves.
  void Start(absl::string_view node, SystemSpec system, Peers peers = Peers());
  void Start(absl::string_view node, SystemSpec system, Peers peers, Settings settings);

  // The node, when it is started, uses the shared database `database`.
  void Share(absl::string_view node, absl::string_view database, absl::string_view schema);

  // The same as Start() without waiting.
  void Boot(absl::string_view node, SystemSpec system, Peers peers, Settings settings);

  // Start of a component that is built from its Env alone; no schema, no database.
  template <typename C>
  void Start(absl::string_view node, absl::string_view schema = "", Peers peers = Peers()) {
    Start(node, SystemOf<C>(schema), std::move(peers));
  }

  // Calls a method and drives the world until the answer is there, or is not
  // going to come.
  template <typename Request, typename Reply>
  absl::StatusOr<Reply> Call(absl::string_view node, Method<Request, Reply> method,
                             std::type_identity_t<Request> request, CallOptions options = {}) {
    std::optional<absl::StatusOr<Reply>> answer;
    client().Spawn("call", "",
                   CallOnce<Request, Reply>(&client(), AddressOf(node), method, std::move(request),
                                            options, &answer));
    while (!answer.has_value()) Step();
    return *std::move(answer);
  }

  // What becomes of the next message of a method.
  void DropNextRequest(absl::string_view method);
  void DropNextReply(absl::string_view method);
  void RefuseNextRequest(absl::string_view method);
  void DuplicateNextRequest(absl::string_view method, absl::Duration later);
  void DelayNextRequest(absl::string_view method, absl::Duration by);
  void DelayNextReply(absl::string_view method, absl::Duration by);

  // Cuts the power now: what was not synced is lost.
  void Crash(absl::string_view node, absl::Duration down_for = absl::Seconds(1));

  // Waits until the node serves, after a crash by Crash() or by a fault.
  void AwaitRestart(absl::string_view node);

  // Lets time pass; a node that is down stays down for its time.
  void RunFor(absl::Duration duration);

  ScriptedAdversary& adversary() { return adversary_; }
  World& world() { return world_; }
  Simulation& simulation() { return world_.simulation(); }
  DatabaseServer* database(absl::string_view node) { return world_.database(node); }

 private:
  class Client;
  class Serving;
  struct Served {
    SystemSpec system;
    bool serving = false;
  };

  // Notices crashes.
  class Watch final : public Observer {
   public:
    explicit Watch(std::map<std::string, Served>& served) : served_(served) {}
    void OnCrash(absl::string_view node, Nanos) override {
      served_[std::string(node)].serving = false;
    }

   private:
    std::map<std::string, Served>& served_;
  };

  template <typename C>
  static SystemSpec SystemOf(absl::string_view schema) {
    SystemSpec system;
    system.name = "test";
    if (!schema.empty()) {
      system.schema = [text = std::string(schema)](const Settings&) { return text; };
    }
    system.make = [](Env& env) { return std::make_unique<C>(env); };
    return system;
  }

  template <typename Request, typename Reply>
  static Task<> CallOnce(Env* env, Address to, Method<Request, Reply> method, Request request,
                         CallOptions options, std::optional<absl::StatusOr<Reply>>* answer) {
    absl::StatusOr<Reply> reply = co_await env->Call(to, method, std::move(request), options);
    answer->emplace(std::move(reply));
  }

  void StrikeNext(absl::string_view leg, absl::string_view method, ChoiceKind kind,
                  absl::Duration amount = absl::ZeroDuration());
  WorldOptions Complete(WorldOptions options);
  Address AddressOf(absl::string_view node);
  Env& client() { return *client_; }
  void Step();

  ScriptedAdversary adversary_;
  FixedLatency latency_{Millis(1)};
  Env* client_ = nullptr;
  std::map<std::string, Served> served_;       // by node; outlives the world
  std::map<std::string, std::string> shares_;  // node -> shared database
  std::set<std::string> databases_;
  Watch watch_{served_};
  World world_;
};

}  // namespace sim

#endif  // SIM_TESTING_TEST_WORLD_H_
