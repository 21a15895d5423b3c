#include "scenarios/search/fewer_operations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "scenarios/search/ddmin.h"

namespace scenarios {
namespace {

// Of operations that hang together with a key, so many are tried in pairs.
constexpr size_t kMostPaired = 6;

// Amounts that people write.
constexpr int64_t kLargerAmounts[] = {1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000};

std::vector<std::pair<Operation, Operation>> PairsOf(const std::vector<Operation>& operations) {
  std::vector<std::pair<Operation, Operation>> pairs;
  for (size_t later = 1; later < operations.size(); ++later) {
    for (size_t n = 0; n < later; ++n) pairs.emplace_back(operations[n], operations[later]);
  }
  return pairs;
}

}  // namespace

void KeepToLineage(Trials& trials, const Lineage& lineage) {
  const size_t many = trials.operations().size();
  const std::vector<Operation> own = lineage.Own();
  if (many <= std::max<size_t>(own.size(), 1)) return;
  if (!own.empty() && trials.TryOperations(own)) return;
  const sim::Nanos at =
      own.empty() ? trials.wanted().In(trials.result())->at_nanos() : lineage.StartOf(own.front());
  std::vector<Operation> others = lineage.Others(at);
  for (const Operation& other : others) {
    std::vector<Operation> some = own;
    some.push_back(other);
    if (some.size() >= many || trials.TryOperations(some)) return;
  }
  if (!own.empty()) return;
  if (others.size() > kMostPaired) others.resize(kMostPaired);
  for (const auto& [one, other] : PairsOf(others)) {
    if (trials.TryOperations({one, other})) return;
  }
}

void LeaveOutOperations(Trials& trials) {
  Ddmin<Operation>(
      trials.operations(),
      [&trials](const std::vector<Operation>& tried) -> std::optional<std::vector<Operation>> {
        return trials.TryOperations(tried) ? std::optional(tried) : std::nullopt;
      });
}

void LetTwoMeet(Trials& trials, const Lineage& lineage) {
  const std::vector<Operation> left = trials.operations();
  if (left.size() <= 2) return;
  std::vector<Operation> operations =
      lineage.Others(trials.wanted().In(trials.result())->at_nanos());
  std::erase_if(operations, [&left](const Operation& operation) {
    return !absl::c_linear_search(left, operation);
  });
  if (operations.size() > kMostPaired) operations.resize(kMostPaired);
  const auto pairs = PairsOf(operations);
  const auto meet = [&](const std::pair<Operation, Operation>& pair,
                        std::optional<int64_t> amount) {
    const auto& [one, other] = pair;
    RunOptions run = trials.smallest();
    run.only = ToOperations({one, other});
    const sim::Nanos at = std::min(lineage.StartOf(one), lineage.StartOf(other));
    run.starts[one.client][one.number] = at;
    run.starts[other.client][other.number] = at;
    if (amount.has_value()) run.amount = amount;
    return trials.Try(std::move(run));
  };
  for (const auto& pair : pairs) {
    if (meet(pair, std::nullopt)) return;
  }
  for (const int64_t amount : kLargerAmounts) {
    for (const auto& pair : pairs) {
      if (meet(pair, amount)) return;
    }
  }
}

}  // namespace scenarios
