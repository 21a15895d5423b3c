// Lineage: which operations of the clients a business key hangs together with, and when
// each of them began.
//
// A client's operation is what it does from its turn to the next one, and the business
// keys of its requests are those of the operation. An operation hangs together with a key
// that is its own, and with one that stands beside its own in a committed row: two
// payments of one customer meet at the customer.

#ifndef SCENARIOS_SEARCH_LINEAGE_H_
#define SCENARIOS_SEARCH_LINEAGE_H_

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/world_plan.h"
#include "sim/world/observer.h"

namespace scenarios {

// One operation of one client.
struct Operation {
  std::string client;
  int64_t number = 0;

  auto operator<=>(const Operation&) const = default;
};

std::vector<Operation> ToList(const Operations& operations);
Operations ToOperations(const std::vector<Operation>& list);

class Lineage final : public sim::Observer {
 public:
  // Of `key`.
  explicit Lineage(std::string key) : key_(std::move(key)) {}

  void OnTurn(absl::string_view client, int64_t operation, sim::Nanos at) override;
  void OnTraffic(const sim::Traffic& traffic) override;
  void OnCommit(const sim::Commit& commit) override;

  // When each operation began.
  const Starts& starts() const { return starts_; }

  // Those whose own the key is.
  std::vector<Operation> Own() const;

  // The others, those that hang together with it first, and of these, as of the rest, the
  // one that began nearest to `at` first.
  std::vector<Operation> Others(sim::Nanos at) const;

  // When one of them began; it has.
  sim::Nanos StartOf(const Operation& operation) const;

 private:
  const std::string key_;
  Starts starts_;
  std::map<std::string, int64_t> turn_;                                 // by client
  std::map<std::string, std::set<Operation>, std::less<>> operations_;  // by key
  std::set<Operation> beside_;
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_LINEAGE_H_
