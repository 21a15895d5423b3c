// Node: a machine of one organisation, with one component on it.
//
// When it crashes, its frames and its component are gone, its packets and timers
// void; what the component must remember is in its database, which is its own, or
// one that nodes share (sim/world/shared_database.h).

#ifndef SIM_WORLD_NODE_H_
#define SIM_WORLD_NODE_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/world/env.h"
#include "sim/world/machine.h"
#include "sim/world/node_clock.h"
#include "sim/world/step.h"
#include "sim/world/world.h"

namespace sim {

class SharedDatabase;

class Node final : public Machine {
 public:
  // `shared` is the database that it uses instead of its own, or null.
  Node(World& world, NodeSpec spec, SharedDatabase* shared);
  ~Node() override;

  const NodeSpec& spec() const { return spec_; }
  SharedDatabase* shared() { return shared_; }
  NodeClock& clock() { return clock_; }

  // Those of its last upgrade.
  const Settings& settings() const { return settings_; }

  // Why the node cannot run, or did not start the last time, or OK.
  absl::Status broken() const override {
    const absl::Status status = Machine::broken();
    return status.ok() && !lost() ? start_error_ : status;
  }

  // Passes a step; the node may be dead afterwards.
  void Pass(Step::Moment moment, Step::On on, absl::string_view what, absl::string_view key) {
    if (!steps_.empty()) PassNamed(moment, on, what, key);
  }
  void PassCommit(Step::Moment moment, const Commit& commit);

  // Endpoint:
  bool listening() const override { return alive() && env_ != nullptr && env_->ready_; }
  void Receive(PacketPtr packet) override { env_->Receive(std::move(packet)); }
  void ConnectionRefused(uint64_t call, RecordId record) override { env_->Refuse(call, record); }

  // PowerSite:
  bool BeforeCommit(const Commit& commit) override {
    PassCommit(Step::Moment::kBefore, commit);
    return true;
  }
  void AfterCommit(const Commit& commit) override { PassCommit(Step::Moment::kAfter, commit); }

 private:
  // The next upgrade.
  class Upgrading final : public ::sim::Event {
   public:
    explicit Upgrading(Node& node) : node_(node) { ScheduleNext(); }
    void Fire() override;
    std::string Describe() const override { return node_.name() + " will be upgraded"; }

   private:
    void ScheduleNext();
    Node& node_;
    size_t next_ = 0;
  };

  static Task<> RunStart(Node* node);
  void PassNamed(Step::Moment moment, Step::On on, absl::string_view what, absl::string_view key);
  void ComeTo(const Step& step, absl::string_view key);

  // Machine:
  bool stores() const override { return spec_.system->schema != nullptr && shared_ == nullptr; }
  std::string Schema() const override { return spec_.system->schema(settings_); }
  bool duplicates_poison() const override { return spec_.duplicates_poison; }
  bool immortal() const override { return spec_.client; }
  uint64_t subject_of_boot() const override { return static_cast<uint64_t>(clock_.skew()); }
  void Start() override;
  void Stop() override;

  bool StepsMatter() const;
  void OnClockSet();

  const NodeSpec spec_;
  Settings settings_;
  SharedDatabase* const shared_;
  std::vector<Step> steps_;
  absl::Status start_error_;  // of the last attempt
  NodeClock clock_;
  Upgrading upgrading_;
  std::set<uint64_t> silent_;  // calls that it never makes again, see manners.cc
  std::unique_ptr<Env> env_;
  std::unique_ptr<Component> component_;

  friend class Env;
};

}  // namespace sim

#endif  // SIM_WORLD_NODE_H_
