// Trigger: what sets a planted bug off. A quirk whose trigger is away breaks no promise,
// whatever else goes wrong: one that does is too blunt to say anything about the checks
// and searches that find it.
//
//   Trigger::Faults({LateAnswers(), ChoiceKind::kSystemError})  any of these faults
//   Trigger::Concurrency()                                      two clients at once
//   Trigger::Race({ChoiceKind::kFailOver})                      both: either taken away is enough
//   Trigger::Nothing("each reversal is a correction in place")  none, and why
//
// Any fault of a list may set it off: most do so alone, some only together with others of it.

#ifndef SIM_WORLD_TRIGGER_H_
#define SIM_WORLD_TRIGGER_H_

#include <set>
#include <string>
#include <vector>

#include "sim/choice/choice.h"

namespace sim {

// A fault by itself, or several that come to the same and have a name together. What the
// rarest of them does in the scenario of a quirk may take more seeds than a test has.
struct FaultFamily {
  FaultFamily(ChoiceKind fault) : faults({fault}) {}  // NOLINT: a list of both
  FaultFamily(std::string name, std::set<ChoiceKind> faults);

  std::string name;  // "late answers"; empty: a fault by itself
  std::set<ChoiceKind> faults;
};

// Messages are lost, late or held back, or work stops or breaks off: who waits is not
// answered in time, asks again, or does what comes next first.
FaultFamily LateAnswers();
FaultFamily ForgetfulCache();
FaultFamily WrongClocks();

class Trigger {
 public:
  Trigger() = default;  // nobody has declared one

  static Trigger Faults(std::vector<FaultFamily> any);
  static Trigger Concurrency();
  static Trigger Race(std::vector<FaultFamily> any);
  static Trigger Nothing(std::string why);

  bool declared() const { return concurrency_ || !families_.empty() || !why_nothing_.empty(); }

  const std::vector<FaultFamily>& families() const { return families_; }
  std::set<ChoiceKind> faults() const;  // of all families
  bool concurrency() const { return concurrency_; }
  // Why it breaks its promise without a fault and with one client; empty: it does not.
  const std::string& why_nothing() const { return why_nothing_; }

 private:
  std::vector<FaultFamily> families_;
  bool concurrency_ = false;
  std::string why_nothing_;
};

}  // namespace sim

#endif  // SIM_WORLD_TRIGGER_H_
