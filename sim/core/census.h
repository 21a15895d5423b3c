// A census of objects in coroutine frames, for tests: every Counted that is born
// must die exactly once, however its frame ends.

#ifndef SIM_CORE_CENSUS_H_
#define SIM_CORE_CENSUS_H_

#include <set>

namespace sim {

class Census {
 public:
  // How many live now, and how many births on the living or deaths of the dead
  // there were: a double destruction is counted, not executed.
  size_t alive() const { return alive_.size(); }
  int faults() const { return faults_; }

 private:
  friend class Counted;
  std::set<const void*> alive_;
  int faults_ = 0;
};

class Counted {
 public:
  explicit Counted(Census& census) : census_(census) { Born(); }
  Counted(const Counted& other) : census_(other.census_) { Born(); }
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    if (census_.alive_.erase(this) == 0) ++census_.faults_;
  }

 private:
  void Born() {
    if (!census_.alive_.insert(this).second) ++census_.faults_;
  }
  Census& census_;
};

}  // namespace sim

#endif  // SIM_CORE_CENSUS_H_
