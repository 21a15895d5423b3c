// Observer: sees what happens in a world, and cannot act on it.
//
// Notified synchronously and in order; what it is given is valid during the
// notification only. Whether anybody observes never changes a run or its digest.
// Times are those of the world, not of a node's clock. The judge phase does not come
// if the run was cut short.

#ifndef SIM_WORLD_OBSERVER_H_
#define SIM_WORLD_OBSERVER_H_

#include "absl/strings/string_view.h"
#include "sim/choice/choices.h"
#include "sim/core/time.h"
#include "sim/net/traffic.h"
#include "sim/storage/commit.h"

namespace sim {

enum class Phase : uint8_t { kRun, kHeal, kJudge };

class Observer : public CommitSink, public TrafficSink, public FaultSink {
 public:
  virtual ~Observer() = default;

  void OnCommit(const Commit&) override {}
  void OnTraffic(const Traffic&) override {}

  // A component has published a fact by Env::Emit.
  virtual void OnFact(absl::string_view node, const google::protobuf::Message& fact, Nanos at) {
    (void)node, (void)fact, (void)at;
  }
  virtual void OnBoot(absl::string_view node, Nanos at) { (void)node, (void)at; }
  virtual void OnCrash(absl::string_view node, Nanos at) { (void)node, (void)at; }
  // A node has come to a named step of its protocol (sim/world/step.h).
  virtual void OnStep(absl::string_view node, absl::string_view step, Nanos at) {
    (void)node, (void)step, (void)at;
  }
  // A client begins one of its operations.
  virtual void OnTurn(absl::string_view client, int64_t operation, Nanos at) {
    (void)client, (void)operation, (void)at;
  }
  // A fault has been decided. What it hits may be over before it has any effect.
  void OnFault(const Pin& pin, Nanos at) override { (void)pin, (void)at; }
  virtual void OnPhase(Phase phase, Nanos at) { (void)phase, (void)at; }
};

}  // namespace sim

#endif  // SIM_WORLD_OBSERVER_H_
