#include "scenarios/search/footprint.h"

#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

bool IsTime(const std::string& column) { return column == "at" || absl::EndsWith(column, "_at"); }

uint64_t HashOf(const sim::Commit& commit, const sim::RowChange& change) {
  uint64_t hash = sim::HashName(commit.database) ^ sim::HashName(change.table->name);
  for (size_t i = 0; i < change.row().size(); ++i) {
    if (IsTime(change.table->columns[i])) continue;
    const uint64_t words[] = {hash, sim::HashName(sim::ToText(change.row()[i]))};
    hash = sim::HashWords(words, 2, /*seed=*/change.new_row.empty());
  }
  return hash;
}

}  // namespace

void Footprint::Add(uint64_t text, uint64_t what) {
  uint64_t& so_far = texts_[text];
  const uint64_t words[] = {so_far, what};
  so_far = sim::HashWords(words, 2, /*seed=*/0);
}

void Footprint::OnCommit(const sim::Commit& commit) {
  for (const sim::RowChange& change : commit.changes) {
    const uint64_t what = HashOf(commit, change);
    const std::string name = change.Key();
    std::set<uint64_t> about = {sim::HashName(name)};
    if (change.kind == sim::ChangeKind::kUpdate && !absl::c_all_of(name, absl::ascii_isdigit)) {
      keys_.insert(sim::HashName(name));
    }
    for (const sim::Value& value : change.row()) {
      if (const auto* text = std::get_if<std::string>(&value)) about.insert(sim::HashName(*text));
    }
    for (const uint64_t text : about) Add(text, what);
  }
}

void Footprint::OnTraffic(const sim::Traffic& traffic) {
  const uint64_t words[] = {static_cast<uint64_t>(traffic.kind), sim::HashName(traffic.method),
                            sim::HashName(traffic.caller), sim::HashName(traffic.callee),
                            static_cast<uint64_t>(traffic.status.code())};
  keys_.insert(sim::HashName(traffic.key));
  Add(sim::HashName(traffic.key), sim::HashWords(words, 5, /*seed=*/1));
}

std::set<uint64_t> Footprint::Against(const Footprint& other) const {
  std::set<uint64_t> differ;
  for (const Footprint* one : {this, &other}) {
    for (const uint64_t key : one->keys_) {
      const auto here = texts_.find(key);
      const auto there = other.texts_.find(key);
      const bool same =
          here != texts_.end() && there != other.texts_.end() && here->second == there->second;
      if (!same) differ.insert(key);
    }
  }
  return differ;
}

}  // namespace scenarios
