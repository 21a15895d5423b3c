// Check: one promise, watched from outside.
//
// A check opens with its claim in prose, which reports print verbatim; it counts
// how often the situation that it is about came up (its antecedent), so that a
// promise that was never put to the test is NOT_EXERCISED and never "held"; and
// it names the business key at fault. It observes the world synchronously and
// cannot act on it; at the end it may read the books.

#ifndef SCENARIOS_CHECK_H_
#define SCENARIOS_CHECK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/value.h"
#include "sim/world/observer.h"
#include "sim/world/world.h"

namespace scenarios {

// A broken promise.
struct Finding {
  std::string check;
  std::string key;   // the business key at fault
  std::string what;  // "order-7 is SUCCESS at a, but b has not debited it"
  sim::Nanos at = 0;
  sim::RecordId record = 0;  // the violating record if known, else 0
};

// The databases of a world that has ended, read in SQL.
class Books {
 public:
  virtual ~Books() = default;

  // Over the mirror: tables are `node.table`, and `world.table` is the union of
  // one table over all nodes that have it, with a column `node` in front.
  virtual absl::StatusOr<sim::Result> Query(absl::string_view sql) = 0;

  // Whether a disk broke its promise: checks that read this node are not judged.
  virtual bool damaged(absl::string_view node) const = 0;

  virtual sim::Nanos at() const = 0;
};

class Check : public sim::Observer {
 public:
  // After the run. A check that needs no books leaves this alone. Neither this nor
  // the judge phase comes if the run was stopped at max_events: what a check reports
  // there is about a world at rest.
  virtual void Judge(Books& books) { (void)books; }

  uint64_t exercised() const { return exercised_; }

  // Why nobody can say whether the promise held; empty: somebody can.
  const std::string& unknown() const { return unknown_; }
  const std::vector<Finding>& findings() const { return findings_; }

 protected:
  // The antecedent came up.
  void Exercise(uint64_t times = 1) { exercised_ += times; }

  // The promise could not be judged, which leaves the run inconclusive.
  void Unknown(std::string why) { unknown_ = std::move(why); }

  // The promise is broken for `key`. Keeps the first hundred.
  void Violate(std::string key, std::string what, sim::Nanos at, sim::RecordId record = 0) {
    if (findings_.size() < 100)
      findings_.push_back({"", std::move(key), std::move(what), at, record});
  }

 private:
  uint64_t exercised_ = 0;
  std::string unknown_;
  std::vector<Finding> findings_;
};

// What a check is told of the world that it watches.
struct CheckContext {
  std::map<std::string, std::string> nodes;       // role of the check -> name of a node
  std::map<std::string, sim::Settings> settings;  // name of a node -> its settings
  std::map<std::string, std::string> databases;   // name of a node -> the one that it shares
  std::map<std::string, std::shared_ptr<const sim::Calendar>> calendars;  // as settings
  absl::Time epoch;                                                       // when the world begins
  sim::Nanos heal_at = 0;                                                 // when faults end
  sim::Nanos end_at = 0;  // when the world is judged

  // What commits call the database of `node`, and `nodes` the nodes that share it: who
  // watches calls of a service asks this of each caller and callee.
  std::string DatabaseOf(absl::string_view node) const {
    const auto shared = databases.find(std::string(node));
    return shared == databases.end() ? std::string(node) : shared->second;
  }
};

// A check that is written in C++ and named in scenarios.
struct CheckSpec {
  std::string name;                  // "exactly_once_effect"
  std::string catalogue;             // "M4"
  std::string claim;                 // the promise, one sentence
  std::string counts;                // what is counted as exercised, in a few words
  std::vector<sim::RoleSpec> roles;  // nodes that it watches, found by system
  std::function<std::unique_ptr<Check>(const CheckContext&)> make;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECK_H_
