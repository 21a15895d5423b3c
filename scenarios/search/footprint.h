// Footprint: what happened to each business key in a run, as one number for each, so that
// two runs can be compared by the keys that fared otherwise.
//
// Keys are what messages are about, and rows that are updated and named by a text, such as
// an account: two payments of one customer meet there. Messages and committed rows count in
// their order; when they happened does not, and neither do columns that hold times.

#ifndef SCENARIOS_SEARCH_FOOTPRINT_H_
#define SCENARIOS_SEARCH_FOOTPRINT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/world/observer.h"

namespace scenarios {

class Footprint final : public sim::Observer {
 public:
  void OnCommit(const sim::Commit& commit) override;
  void OnTraffic(const sim::Traffic& traffic) override;

  // HashName() of the keys that fared otherwise than in `other`.
  std::set<uint64_t> Against(const Footprint& other) const;

 private:
  void Add(uint64_t text, uint64_t what);

  std::map<uint64_t, uint64_t> texts_;  // by HashName of any text: what happened about it
  std::set<uint64_t> keys_;             // those of them that are keys
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_FOOTPRINT_H_
