// Machine: what has a disk with a database on it, and can lose its power.
//
// A node is one, and so is a database server that nodes share. It boots, crashes
// and boots again; its disk outlives it. A crash happens in two steps. The power is
// cut at once: the disk is frozen, and the machine is a zombie while frames that are
// on the stack run to their next suspension. The corpse is buried as soon as the
// stack is clear. That is how a crash can strike inside SQLite, whose C frames
// cannot be unwound.
//
// A disk can fail (sim/storage/disk.h). Who reads what it has damaged or lost is
// down for good.

#ifndef SIM_WORLD_MACHINE_H_
#define SIM_WORLD_MACHINE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "sim/core/task_scope.h"
#include "sim/net/network.h"
#include "sim/storage/database_server.h"
#include "sim/storage/disk.h"
#include "sim/storage/power.h"
#include "sim/world/world.h"

namespace sim {

class Machine : public Endpoint, public CrashSite, public PowerSite, private Event {
 public:
  Machine(World& world, std::string name, std::string organisation);
  virtual ~Machine() = default;

  const std::string& name() const { return name_; }
  const std::string& organisation() const { return organisation_; }
  NodeId id() const { return id_; }
  World& world() const { return world_; }
  Simulation& simulation() const { return simulation_; }
  DatabaseServer* database() { return database_.get(); }

  // Opens the database and starts. Does nothing if it is alive, or never will be.
  void Boot();

  // Whether it has ever booted.
  bool booted() const { return incarnation_ > 0; }

  // Cuts the power now; boots again `down_for` later, unless the machine is lost.
  // `crash` tells this crash from its others, so that what it does to the disk does
  // not depend on them: the point at which it struck.
  void PullThePlug(DiskFate fate, Nanos down_for, uint64_t crash);

  // The faults are over: the disk has room, the machine runs if it can.
  void Heal();

  // Ends all frames for good: the world is over, the database can be read.
  void End();

  // Whether its disk has lost what it had promised to keep: it is down for good.
  bool lost() const { return lost_; }

  // Why it cannot run, or OK.
  virtual absl::Status broken() const { return lost_ ? absl::OkStatus() : broken_; }

  // Endpoint:
  bool alive() const override { return alive_ && !disk_.frozen(); }
  uint64_t incarnation() const override { return incarnation_; }
  Nanos paused_until() const override { return pace().paused_until(); }

  // CrashSite:
  bool Strikes(Root& root) override;

  // PowerSite:
  Choice BeforeSync(absl::string_view) override { return OnDisk(PlaceKind::kSync); }
  Choice BeforeWrite(absl::string_view) override { return OnDisk(PlaceKind::kWrite); }
  Choice BeforeRead(absl::string_view) override { return OnDisk(PlaceKind::kRead); }
  Choice BeforeStatement(PlaceKind kind, absl::string_view node) override;
  void OnDamage(absl::string_view file) override;
  void OnOverflow() override;
  Nanos Now() const override { return simulation_.now(); }

  // Event: the end of the down time.
  void Fire() override;
  std::string Describe() const override { return name_ + " is down"; }

 protected:
  // Whether there is a database, and its DDL.
  virtual bool stores() const = 0;
  virtual std::string Schema() const = 0;
  virtual bool duplicates_poison() const = 0;
  virtual bool immortal() const { return false; }

  // The database is open.
  virtual void Start() = 0;
  // All frames end.
  virtual void Stop() = 0;

  // For a derived class's destructor.
  void Bury();

  // Asks at `place`; the power may be off afterwards.
  Choice Strike(const Place& place) { return Strike(place, PointOf(place)); }
  Choice Strike(const Place& place, uint64_t point);

  Nanos TakeDiskTime() { return disk_.TakeCost(); }
  // Of the record of a boot.
  virtual uint64_t subject_of_boot() const { return 0; }

 private:
  bool OpenDatabase();
  Choice OnDisk(PlaceKind kind);
  Choice AskStorage(Place place);

  World& world_;
  Simulation& simulation_;
  const std::string name_;
  const std::string organisation_;
  const uint64_t name_hash_;
  const NodeId id_;
  Disk disk_;
  uint64_t incarnation_ = 0;
  bool alive_ = false;
  bool lost_ = false;
  absl::Status broken_;  // for ever: its database does not open
  RecordId crash_record_ = 0;
  std::unique_ptr<CutCommit> cut_;
  std::unique_ptr<DatabaseServer> database_;
};

}  // namespace sim

#endif  // SIM_WORLD_MACHINE_H_
