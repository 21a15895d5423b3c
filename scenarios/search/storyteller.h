// The storyteller watches a run and tells what happened to some business keys: messages
// about them, committed changes of their rows, faults, and nodes that died.
//
// A message is told once where nothing happens between its parts, and repetitions of a
// question with the same answer are told together. It observes; it cannot act.

#ifndef SCENARIOS_SEARCH_STORYTELLER_H_
#define SCENARIOS_SEARCH_STORYTELLER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "reports/explanation.pb.h"
#include "scenarios/world_plan.h"
#include "sim/world/observer.h"

namespace scenarios {

// Where a row is: database, table, key.
using RowName = std::tuple<std::string, std::string, std::string>;

// A version of a row: the values of its columns, by name; empty: it is gone.
struct RowVersion {
  int64_t at_nanos = 0;
  RowName row;
  std::map<std::string, std::string> columns;
};

class Storyteller final : public sim::Observer {
 public:
  // Tells about `keys`; of none: about everything. In the words of `world`, which must
  // outlive it and may be null.
  Storyteller(std::set<std::string> keys, const WorldPlan* world)
      : keys_(std::move(keys)), world_(world) {}

  // The events so far, made short.
  std::vector<settle::StoryEvent> Tell() const;

  // Every committed version of the rows about the keys, in order.
  const std::vector<RowVersion>& versions() const { return versions_; }

  void OnCommit(const sim::Commit& commit) override;
  void OnTraffic(const sim::Traffic& traffic) override;
  void OnBoot(absl::string_view node, sim::Nanos at) override;
  void OnCrash(absl::string_view node, sim::Nanos at) override;
  void OnFault(const sim::Pin& pin, sim::Nanos at) override;
  void OnPhase(sim::Phase phase, sim::Nanos at) override;

 private:
  settle::StoryEvent& Add(settle::StoryEvent::Kind kind, sim::Nanos at);
  bool IsAbout(const sim::RowChange& change) const;
  bool IsAbout(absl::string_view key) const;

  const std::set<std::string> keys_;
  const WorldPlan* const world_;
  std::vector<settle::StoryEvent> events_;
  std::vector<RowVersion> versions_;
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_STORYTELLER_H_
