// Agenda: what a service has yet to do, in the order of time.
//
//   for (;;) {
//     std::string id = co_await agenda_.Next();
//     env_.Spawn("query", id, Query(id));
//   }
//
// It is a reading of a table, not the truth: filled from the table at boot, kept
// up to date while the service lives, gone in a crash. Who takes an item from it
// claims it in the table before doing anything.
//
// Times are milliseconds since 1970 of the node's wall clock. While nothing is on
// the agenda, nothing is pending.

#ifndef SYSTEMS_SCHEDULER_AGENDA_H_
#define SYSTEMS_SCHEDULER_AGENDA_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/core/signal.h"
#include "sim/core/task.h"
#include "sim/world/env.h"

namespace scheduler {

class Agenda {
 public:
  explicit Agenda(sim::Env& env) : env_(env) {}

  // `id` is due at `at`, and no longer when it was due before.
  void Put(const std::string& id, int64_t at);

  // `id` needs nothing any more.
  void Erase(const std::string& id);

  // Takes the first item off the agenda as soon as it is due.
  sim::Task<std::string> Next();

 private:
  std::string First() const { return by_time_.empty() ? "" : by_time_.begin()->second; }
  void Remove(const std::string& id);

  sim::Env& env_;
  sim::Signal changed_;  // another item is the first, or it is due at another time
  std::map<std::string, int64_t> due_;
  std::set<std::pair<int64_t, std::string>> by_time_;
};

}  // namespace scheduler

#endif  // SYSTEMS_SCHEDULER_AGENDA_H_
