// Where the power of a node can be cut in the middle of its storage's work.
//
// Implemented by the node. A method that cuts the power freezes the node's disk
// before it returns: from then on nothing that is done to the disk has any
// effect, and the frames of the node are destroyed when the stack is clear.

#ifndef SIM_STORAGE_POWER_H_
#define SIM_STORAGE_POWER_H_

#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

namespace sim {

class PowerSite {
 public:
  // A file is about to be synced; if the power is cut it never was.
  virtual void BeforeSync(absl::string_view file) = 0;

  // A transaction is about to commit, or has committed and nobody knows yet.
  // Only transactions with changes, and of `commit` only the changes and
  // statements are promised.
  virtual void BeforeCommit(const Commit& commit) = 0;
  virtual void AfterCommit(const Commit& commit) = 0;

  // A file is about to be written to or truncated. A node does not care: a write
  // that is not synced is at the mercy of the next crash anyway.
  virtual void BeforeWrite(absl::string_view file) { static_cast<void>(file); }
  virtual void BeforeTruncate(absl::string_view file) { static_cast<void>(file); }

 protected:
  ~PowerSite() = default;
};

}  // namespace sim

#endif  // SIM_STORAGE_POWER_H_
