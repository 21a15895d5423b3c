#include "scenarios/search/coverage.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <variant>

#include "faults/alternatives.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

// 1, 2, 3, 4 for 4 to 7, 5 for 8 to 15, ...
uint64_t Rounded(uint64_t occurrence) {
  return occurrence < 4 ? occurrence : static_cast<uint64_t>(std::bit_width(occurrence)) + 1;
}

uint64_t SiteOf(sim::Place place, uint64_t occurrence, uint64_t state) {
  place.key = "";
  const uint64_t words[] = {sim::PointOf(place), Rounded(occurrence), state};
  return sim::HashWords(words, 3, /*seed=*/0);
}

Feature FeatureOf(uint64_t site, sim::ChoiceKind kind, sim::DiskFate disk) {
  const uint64_t words[] = {site, static_cast<uint64_t>(kind), static_cast<uint64_t>(disk)};
  return sim::HashWords(words, 3, /*seed=*/1);
}

Feature FeatureOf(uint64_t site, const sim::Pin& pin) {
  return FeatureOf(site, pin.kind, pin.disk);
}

}  // namespace

Coverage::Coverage(const LoadedScenario& scenario, uint64_t seed)
    : scenario_(scenario), choices_(seed, nullptr) {
  for (const PlannedCheck& check : scenario.checks()) {
    if (!check.text.has_state_machine()) continue;
    const settle::StateMachine& machine = check.text.state_machine();
    columns_[{machine.node(), machine.table()}].insert(machine.column());
  }
}

void Coverage::Watch(RunOptions& run) {
  run.observer = this;
  run.on_place = [this](const sim::Place& place, uint64_t occurrence, sim::Nanos now) {
    OnPlace(place, occurrence, now);
  };
}

void Coverage::OnCommit(const sim::Commit& commit) {
  if (columns_.empty()) return;
  for (const sim::RowChange& change : commit.changes) {
    Count(commit, change, change.old_row, -1);
    Count(commit, change, change.new_row, +1);
  }
}

void Coverage::Count(const sim::Commit& commit, const sim::RowChange& change,
                     const std::vector<sim::Value>& row, int by) {
  if (row.empty()) return;
  const auto found = columns_.find({commit.database, change.table->name});
  if (found == columns_.end()) return;
  std::set<uint64_t> keys = {sim::HashName(change.Key())};
  for (const sim::Value& value : row) {
    if (const auto* text = std::get_if<std::string>(&value)) keys.insert(sim::HashName(*text));
  }
  for (const std::string& column : found->second) {
    const int index = change.table->Column(column);
    if (index < 0) continue;
    const uint64_t words[] = {sim::HashName(commit.database), sim::HashName(change.table->name),
                              sim::HashName(column),
                              sim::HashName(sim::ToText(row[static_cast<size_t>(index)]))};
    const uint64_t value = sim::HashWords(words, 4, /*seed=*/0);
    for (const uint64_t key : keys) {
      State& state = states_[key];
      int& rows = state.values[value];
      const bool before = rows > 0;
      rows += by;
      if (before != (rows > 0)) state.digest ^= value;
    }
  }
}

void Coverage::OnPlace(const sim::Place& place, uint64_t occurrence, sim::Nanos now) {
  const auto known = states_.find(sim::HashName(place.key));
  last_site_ = SiteOf(place, occurrence, known == states_.end() ? 0 : known->second.digest);
  Site& site = sites_[last_site_];
  ++site.met;
  site.place = place.kind;
  if (site.met == 1) {
    features_.insert(FeatureOf(last_site_, sim::ChoiceKind::kNone, sim::DiskFate::kEach));
  }
  if (choices_.Noise(last_site_, site.met) != 0) return;
  std::vector<sim::Pin> alternatives =
      faults::AlternativesAt(scenario_.plan(), place, occurrence, now);
  if (!alternatives.empty()) site.alternatives = std::move(alternatives);
}

void Coverage::OnFault(const sim::Pin& pin, sim::Nanos at) {
  (void)at;
  features_.insert(FeatureOf(last_site_, pin));
}

Covered Coverage::covered() const {
  Covered covered;
  covered.features.assign(features_.begin(), features_.end());
  for (const auto& [number, site] : sites_) {
    for (const sim::Pin& pin : site.alternatives) {
      const uint32_t family =
          static_cast<uint32_t>(pin.kind) << 8 | static_cast<uint32_t>(site.place);
      covered.alternatives.push_back({FeatureOf(number, pin), family, pin});
    }
  }
  return covered;
}

}  // namespace scenarios
