// Node: a machine of one organisation, with one component on it.
//
// It boots, crashes and boots again; its disk outlives it. A crash happens in
// two steps. The power is cut at once: the disk is frozen, and the node is a
// zombie whose packets vanish while frames that are on the stack run to their
// next suspension. The corpse is buried as soon as the stack is clear. That is
// how a crash can strike inside SQLite, whose C frames cannot be unwound.

#ifndef SIM_WORLD_NODE_H_
#define SIM_WORLD_NODE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/task_scope.h"
#include "sim/net/network.h"
#include "sim/storage/database_server.h"
#include "sim/storage/disk.h"
#include "sim/storage/power.h"
#include "sim/world/env.h"
#include "sim/world/step.h"
#include "sim/world/world.h"

namespace sim {

class Node final : public Endpoint, public CrashSite, public PowerSite, private Event {
 public:
  Node(World& world, NodeSpec spec);
  ~Node();

  const NodeSpec& spec() const { return spec_; }
  const std::string& name() const { return spec_.name; }
  NodeId id() const { return id_; }
  World& world() { return world_; }
  Simulation& simulation() { return simulation_; }
  DatabaseServer* database() { return database_.get(); }

  // Opens the database, builds the component and starts it. Does nothing if the
  // node is alive.
  void Boot();

  // Whether it has ever booted.
  bool booted() const { return incarnation_ > 0; }

  // Cuts the power now; boots again `down_for` later, unless the node is lost.
  // `crash` tells this crash from others of the node, so that what it does to the
  // disk does not depend on them: the point at which it struck.
  void PullThePlug(DiskFate fate, Nanos down_for, uint64_t crash);

  // The faults are over: the disk has room, the node runs if it can.
  void Heal();

  // Whether its disk has lost what it had promised to keep: it is down for good.
  bool lost() const { return lost_; }

  // The world is over: stops, and lets the database be read.
  void End();

  // Ends all frames for good: the world is over, the database can be read.
  void Stop();

  // Why the node cannot run, or did not start the last time, or OK.
  absl::Status broken() const {
    if (lost_) return absl::OkStatus();
    return broken_.ok() ? start_error_ : broken_;
  }

  // Passes a step; the node may be dead afterwards.
  void Pass(Step::Moment moment, Step::On on, absl::string_view what, absl::string_view key) {
    if (!steps_.empty()) PassNamed(moment, on, what, key);
  }

  // Endpoint:
  bool alive() const override { return alive_ && !disk_.frozen(); }
  bool listening() const override { return alive() && env_ != nullptr && env_->ready_; }
  void Receive(PacketPtr packet) override { env_->Receive(std::move(packet)); }
  void ConnectionRefused(uint64_t call, RecordId record) override { env_->Refuse(call, record); }

  // CrashSite:
  bool Strikes(Root& root) override;

  // PowerSite:
  Choice BeforeSync(absl::string_view) override { return OnDisk(PlaceKind::kSync); }
  Choice BeforeWrite(absl::string_view) override { return OnDisk(PlaceKind::kWrite); }
  Choice BeforeRead(absl::string_view) override { return OnDisk(PlaceKind::kRead); }
  void OnDamage(absl::string_view file) override;
  void OnOverflow() override;
  Nanos Now() const override { return simulation_.now(); }
  void BeforeCommit(const Commit& commit) override { PassCommit(Step::Moment::kBefore, commit); }
  void AfterCommit(const Commit& commit) override { PassCommit(Step::Moment::kAfter, commit); }

  // Event: the end of the down time.
  void Fire() override;
  std::string Describe() const override { return spec_.name + " is down"; }

 private:
  static Task<> RunStart(Node* node);
  void Bury();
  void PassNamed(Step::Moment moment, Step::On on, absl::string_view what, absl::string_view key);
  void PassCommit(Step::Moment moment, const Commit& commit);
  void ComeTo(const Step& step, absl::string_view key);
  Choice OnDisk(PlaceKind kind);
  Choice Strike(const Place& place) { return Strike(place, PointOf(place)); }
  Choice Strike(const Place& place, uint64_t point);
  bool StepsMatter() const;

  World& world_;
  Simulation& simulation_;
  const NodeSpec spec_;
  const uint64_t name_hash_;
  NodeId id_;
  Disk disk_;
  std::vector<Step> steps_;
  uint64_t incarnation_ = 0;
  bool alive_ = false;
  bool lost_ = false;
  absl::Status broken_;       // for ever: its database does not open
  absl::Status start_error_;  // of the last attempt
  RecordId crash_record_ = 0;
  Nanos skew_ = 0;
  std::unique_ptr<CutCommit> cut_;
  std::unique_ptr<DatabaseServer> database_;
  std::unique_ptr<Env> env_;
  std::unique_ptr<Component> component_;

  friend class Env;
};

}  // namespace sim

#endif  // SIM_WORLD_NODE_H_
