// The root tasks of one incarnation of a node.
//
// A root is what a message, a timer or the boot started: it has a name (method
// or timer) and a business key, which name the points at which it may crash.
// Nothing in the simulation runs detached: a task is awaited by a frame or owned
// by a scope, and clearing the scope is the crash.

#ifndef SIM_CORE_TASK_SCOPE_H_
#define SIM_CORE_TASK_SCOPE_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/core/hash.h"
#include "sim/core/pace.h"
#include "sim/core/pool.h"
#include "sim/core/simulation.h"
#include "sim/core/task.h"

namespace sim {

class TaskScope;

// Decides whether the node dies instead of letting `root` go on, and when that is.
class CrashSite {
 public:
  virtual bool Strikes(Root& root) = 0;

  Pace& pace() { return pace_; }
  const Pace& pace() const { return pace_; }

 protected:
  ~CrashSite() = default;

 private:
  Pace pace_;
};

struct Root : Pooled {
  Root(HashedText name, HashedText key)
      : name(name.text()), key(key.text()), name_hash(name.hash()), key_hash(key.hash()) {}

  const std::string name;  // "exchange.Submit", or the name of a timer
  const std::string key;   // business key; may be empty
  const uint64_t name_hash;
  const uint64_t key_hash;
  uint64_t owner = 0;  // hash of node, name and key: for ties
  CrashSite* site = nullptr;
  uint64_t serial = 0;      // tells it from every other root of the run
  uint64_t works_for = 0;   // the serial of the client's, if a server runs it for that
  bool had_effect = false;  // it has committed, sent or spawned something
  RecordId delivery = 0;    // of the request that it serves, or whose handler spawned it
  Task<> task;
  TaskScope* scope = nullptr;
  Root* older = nullptr;
  Root* newer = nullptr;

  // "exchange.Submit order-7".
  std::string Title() const;
};

class TaskScope {
 public:
  // `site` may be null: nothing here ever crashes.
  TaskScope(Simulation& simulation, CrashSite* site, absl::string_view node);
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope() { Clear(); }

  // Runs `task` until its first suspension, then owns it. It serves the request of
  // this `delivery`; without one it works for what the task that spawns it serves.
  void Spawn(HashedText name, HashedText key, Task<> task, RecordId delivery = 0);

  // Destroys all roots, the newest first: later work may refer to earlier.
  void Clear();

  const std::string& node() const { return node_; }
  size_t size() const { return size_; }

  // Whether a root works for `key`, which is not empty, under a name that is none of these.
  bool WorksFor(HashedText key, std::initializer_list<uint64_t> other_than) const;

  // The titles of the roots, oldest first.
  std::vector<std::string> Names() const;

 private:
  static std::coroutine_handle<> OnDone(void* context) noexcept;
  void Remove(Root* root);

  Simulation& simulation_;
  CrashSite* site_;
  std::string node_;
  uint64_t node_hash_;
  // A list of all roots, which it owns.
  Root* oldest_ = nullptr;
  Root* newest_ = nullptr;
  size_t size_ = 0;
};

}  // namespace sim

#endif  // SIM_CORE_TASK_SCOPE_H_
