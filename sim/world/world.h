// World: nodes, the network between them, and the phases of a run.
//
//   run    faults on, for `heal_after`
//   heal   faults off, nodes up, partitions over; a clock that is wrong stays wrong
//   quiet  `quiet_for` more; then nothing but declared recurring timers should
//          be pending
//   judge  the frames are gone, the databases can be read
//
// A run is a pure function of the options and the nodes. Every run is bounded:
// it stops after `max_events` events, or soon after `stop` says so, in whatever
// phase it is, and no other phase is announced then.

#ifndef SIM_WORLD_WORLD_H_
#define SIM_WORLD_WORLD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "sim/core/simulation.h"
#include "sim/net/network.h"
#include "sim/storage/database_server.h"
#include "sim/storage/lock_rules.h"
#include "sim/world/calendar.h"
#include "sim/world/clock_spec.h"
#include "sim/world/observer.h"
#include "sim/world/step.h"
#include "sim/world/system.h"

namespace sim {

class Machine;
class Node;
class SharedDatabase;

// A database server that nodes of one organisation share.
struct DatabaseSpec {
  std::string name;
  std::string organisation;
  std::string schema;              // as SystemSpec::schema gives it
  bool duplicates_poison = false;  // LockRules
};

// From some time on a node has other settings: it is stopped at once, as by an operator
// who is in a hurry, and started again with them.
struct Upgrade {
  Nanos at = 0;
  Nanos down_for = 0;
  Settings settings;
};

struct NodeSpec {
  std::string name;
  std::string organisation;
  const SystemSpec* system = nullptr;        // must outlive the world
  Settings settings;                         // complete: begin with Defaults()
  std::map<std::string, std::string> peers;  // role -> node name
  std::string database;                      // that it shares; empty: its own
  bool duplicates_poison = false;            // LockRules of its own
  bool client = false;                       // part of the workload: it never crashes
  std::optional<std::set<int64_t>> only;     // of a client's operations; not set: all
  std::map<int64_t, Nanos> starts;           // before which those of them do not begin
  std::optional<int64_t> amount;             // of every operation; not set: each its own
  std::vector<Upgrade> upgrades;             // in the order of time
  ClockSpec clock;
  std::shared_ptr<const Calendar> calendar;  // of its organisation; null: Calendar()
};

// Nodes that are one to their callers: behind a load balancer that sends each call to
// any of them, also to one that is down.
struct ServiceSpec {
  std::string name;
  std::vector<std::string> nodes;
};

struct WorldOptions {
  uint64_t seed = 1;
  Adversary* adversary = nullptr;  // null: a calm run
  TraceDepth depth = TraceDepth::kRing;
  std::shared_ptr<SchemaCache> schemas;                  // null: its own
  LatencySource* latency = nullptr;                      // null: LongTail
  absl::Time epoch = absl::FromUnixSeconds(1767571200);  // 2026-01-05 00:00 UTC
  Nanos heal_after = Minutes(10);
  Nanos quiet_for = Hours(1);
  uint64_t max_events = 1'000'000;
  int64_t max_disk_mib = 1024;  // of each node; one that would hold more is broken
  LockRules rules;              // of every database; where one says that duplicates poison, they do
  bool disks_take_time = true;
  Priorities priorities;  // how ties are decided
  std::vector<Step> steps;
  // Asked every some hundred events; true ends the run. Empty: never asked.
  std::function<bool()> stop;
};

// How a run ended.
struct RunEnd {
  enum class Kind {
    kQuiet,
    kUnfinished,     // something other than recurring timers was still going on
    kTooManyEvents,  // stopped at max_events
    kStopped,        // by WorldOptions::stop
    kBroken,         // a node cannot run; `going_on` says why
  };
  Kind kind = Kind::kQuiet;
  std::vector<std::string> going_on;  // at most ten, "b: notify order-7"
  Nanos at = 0;
  uint64_t events = 0;
  uint64_t digest = 0;
};

class World final : private Observer {
 public:
  explicit World(WorldOptions options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  // All before Run(), databases before the nodes that use them. A node whose schema
  // breaks a rule is found broken at boot.
  void AddDatabase(DatabaseSpec spec);
  void AddNode(NodeSpec spec);
  void AddService(ServiceSpec spec) { services_.push_back(std::move(spec)); }
  void Observe(Observer* observer) { observers_.push_back(observer); }

  RunEnd Run();

  // For tests that drive a world by hand: boots what has never been booted, and
  // lets time pass.
  void Boot();
  bool RunFor(absl::Duration duration);
  void Crash(absl::string_view machine, DiskFate fate, absl::Duration down_for);
  void Pause(absl::string_view machine, absl::Duration duration);
  // Sets a node's wall clock; `by` may be negative.
  void JumpClock(absl::string_view node, absl::Duration by);

  // The database of a node, or the one that is called so; or null. After Run(), for
  // checks.
  DatabaseServer* database(absl::string_view name);

  // Whether a node, or a shared database, has read what its disk had damaged or
  // lost: it is down for good, and checks of it mean nothing.
  bool damaged(absl::string_view name) const;

  // The nodes of the service that is called so, or null.
  const std::vector<std::string>* service(absl::string_view name) const;

  // A node commits on a shared database. False: it has died of that, at this moment.
  bool PassCommit(Step::Moment moment, const Commit& commit);

  Simulation& simulation() { return simulation_; }
  const Simulation& simulation() const { return simulation_; }
  Network& network() { return network_; }
  const WorldOptions& options() const { return options_; }
  SchemaCache& schemas() { return *options_.schemas; }

  // Where the nodes publish what they do; forwards to every observer.
  bool observed() const { return !observers_.empty(); }
  Observer& sink() { return *this; }

  // The run is over but for what has begun: declared timers rest.
  bool winding_down() const { return winding_down_; }

 private:
  friend class Node;
  friend class Env;

  void OnCommit(const Commit& commit) override;
  void OnTraffic(const Traffic& traffic) override;
  void OnFact(absl::string_view node, const google::protobuf::Message& fact, Nanos at) override;
  void OnBoot(absl::string_view node, Nanos at) override;
  void OnCrash(absl::string_view node, Nanos at) override;
  void OnStep(absl::string_view node, absl::string_view step, Nanos at) override;
  void OnTurn(absl::string_view client, int64_t operation, Nanos at) override;
  void OnFault(const Pin& pin, Nanos at) override;
  void OnPhase(Phase phase, Nanos at) override;

  // Lets time pass up to `end`. kQuiet: it has; else why not.
  RunEnd::Kind RunUntil(Nanos end);
  Machine* Find(absl::string_view name) const;
  // Databases first: nodes use them.
  std::vector<Machine*> Machines() const;
  RunEnd End(RunEnd::Kind kind);

  WorldOptions options_;
  Simulation simulation_;
  Network network_;
  std::vector<Observer*> observers_;
  std::vector<std::unique_ptr<SharedDatabase>> databases_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<ServiceSpec> services_;
  bool winding_down_ = false;
};

}  // namespace sim

#endif  // SIM_WORLD_WORLD_H_
