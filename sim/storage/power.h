// Where the work of a storage can go wrong: its power is cut, or its disk fails.
//
// Implemented by what has a disk, a node for instance. A method that cuts the power
// freezes the disk before it returns: from then on nothing that is done to the disk
// has any effect, and the frames of the node are destroyed when the stack is clear.

#ifndef SIM_STORAGE_POWER_H_
#define SIM_STORAGE_POWER_H_

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/core/time.h"
#include "sim/storage/commit.h"

namespace sim {

class PowerSite {
 public:
  // A file is about to be synced, written to or read: what goes wrong with that, see
  // sim/choice/choice.h. After kCrash the power is off and the work is not done; a
  // write that is not synced is at the mercy of the next crash anyway.
  virtual Choice BeforeSync(absl::string_view file) = 0;
  virtual Choice BeforeWrite(absl::string_view file) { return static_cast<void>(file), Choice(); }
  virtual Choice BeforeRead(absl::string_view file) { return static_cast<void>(file), Choice(); }
  virtual void BeforeTruncate(absl::string_view file) { static_cast<void>(file); }

  // Somebody reads what the disk has damaged or lost, or more is written than the
  // disk may hold: that work fails, and no other will ever be done.
  virtual void OnDamage(absl::string_view file) { static_cast<void>(file); }
  virtual void OnOverflow() {}

  // A statement of `node` is about to lock rows (kLock), or to read a replica
  // (kReplica): what goes wrong with it.
  virtual Choice BeforeStatement(PlaceKind kind, absl::string_view node) {
    return static_cast<void>(kind), static_cast<void>(node), Choice();
  }

  // A transaction is about to commit, or has committed and nobody knows yet.
  // Only transactions with changes, and of `commit` only the changes and
  // statements are promised. False: who would have asked for it died before, so
  // that nobody has.
  virtual bool BeforeCommit(const Commit& commit) = 0;
  virtual void AfterCommit(const Commit& commit) = 0;

  // For how long a disk has been full.
  virtual Nanos Now() const { return 0; }

 protected:
  ~PowerSite() = default;
};

}  // namespace sim

#endif  // SIM_STORAGE_POWER_H_
