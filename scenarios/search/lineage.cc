#include "scenarios/search/lineage.h"

#include <tuple>
#include <variant>

#include "absl/algorithm/container.h"

namespace scenarios {

std::vector<Operation> ToList(const Operations& operations) {
  std::vector<Operation> list;
  for (const auto& [client, numbers] : operations) {
    for (const int64_t number : numbers) list.push_back({client, number});
  }
  return list;
}

Operations ToOperations(const std::vector<Operation>& list) {
  Operations operations;
  for (const Operation& operation : list) operations[operation.client].insert(operation.number);
  return operations;
}

void Lineage::OnTurn(absl::string_view client, int64_t operation, sim::Nanos at) {
  turn_[std::string(client)] = operation;
  starts_[std::string(client)][operation] = at;
}

void Lineage::OnTraffic(const sim::Traffic& traffic) {
  if (traffic.kind != sim::TrafficKind::kSent || traffic.key.empty()) return;
  const auto turn = turn_.find(std::string(traffic.caller));
  if (turn == turn_.end()) return;
  operations_[std::string(traffic.key)].insert({turn->first, turn->second});
}

void Lineage::OnCommit(const sim::Commit& commit) {
  for (const sim::RowChange& change : commit.changes) {
    bool has_key = false;
    std::vector<const std::set<Operation>*> others;
    for (const sim::Value& value : change.row()) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) continue;
      has_key = has_key || *text == key_;
      const auto of_key = operations_.find(*text);
      if (of_key != operations_.end()) others.push_back(&of_key->second);
    }
    if (!has_key) continue;
    for (const std::set<Operation>* some : others) beside_.insert(some->begin(), some->end());
  }
}

std::vector<Operation> Lineage::Own() const {
  const auto own = operations_.find(key_);
  if (own == operations_.end()) return {};
  return {own->second.begin(), own->second.end()};
}

std::vector<Operation> Lineage::Others(sim::Nanos at) const {
  const std::vector<Operation> own = Own();
  std::vector<std::tuple<bool, sim::Nanos, Operation>> ranked;
  for (const auto& [client, starts] : starts_) {
    for (const auto& [number, start] : starts) {
      const Operation operation{client, number};
      if (absl::c_linear_search(own, operation)) continue;
      const sim::Nanos away = start > at ? start - at : at - start;
      ranked.emplace_back(beside_.count(operation) == 0, away, operation);
    }
  }
  absl::c_stable_sort(ranked);
  std::vector<Operation> others;
  for (auto& [apart, away, operation] : ranked) others.push_back(std::move(operation));
  return others;
}

sim::Nanos Lineage::StartOf(const Operation& operation) const {
  return starts_.at(operation.client).at(operation.number);
}

}  // namespace scenarios
