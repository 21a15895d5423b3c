#include "sim/world/trigger.h"

#include <utility>

namespace sim {

FaultFamily::FaultFamily(std::string name, std::set<ChoiceKind> faults)
    : name(std::move(name)), faults(std::move(faults)) {}

FaultFamily LateAnswers() {
  return {"late answers",
          {ChoiceKind::kDrop, ChoiceKind::kLate, ChoiceKind::kRefuse, ChoiceKind::kOvertaken,
           ChoiceKind::kCallbackFirst, ChoiceKind::kPartition, ChoiceKind::kClog,
           ChoiceKind::kSlowPair, ChoiceKind::kCrash, ChoiceKind::kPause, ChoiceKind::kSlow,
           ChoiceKind::kIoError, ChoiceKind::kDiskFull, ChoiceKind::kDeadlock,
           ChoiceKind::kLockTimeout, ChoiceKind::kLostBeforeCommit, ChoiceKind::kLostAfterCommit}};
}

FaultFamily ForgetfulCache() {
  return {"a cache that forgets", {ChoiceKind::kExpire, ChoiceKind::kEvict, ChoiceKind::kFailOver}};
}

FaultFamily WrongClocks() {
  return {"wrong clocks",
          {ChoiceKind::kSkew, ChoiceKind::kJump, ChoiceKind::kDrift, ChoiceKind::kSlew}};
}

Trigger Trigger::Faults(std::vector<FaultFamily> any) {
  Trigger trigger;
  trigger.families_ = std::move(any);
  return trigger;
}

Trigger Trigger::Concurrency() { return Race({}); }

Trigger Trigger::Race(std::vector<FaultFamily> any) {
  Trigger trigger = Faults(std::move(any));
  trigger.concurrency_ = true;
  return trigger;
}

Trigger Trigger::Nothing(std::string why) {
  Trigger trigger;
  trigger.why_nothing_ = std::move(why);
  return trigger;
}

std::set<ChoiceKind> Trigger::faults() const {
  std::set<ChoiceKind> all;
  for (const FaultFamily& family : families_)
    all.insert(family.faults.begin(), family.faults.end());
  return all;
}

}  // namespace sim
