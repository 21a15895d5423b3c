#include "scenarios/checks/sql_check.h"

#include <algorithm>
#include <cstdint>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "sim/storage/value.h"

namespace scenarios {

void SqlCheck::Judge(Books& books) {
  const absl::StatusOr<sim::Result> exercised = books.Query(exercised_sql_);
  const absl::StatusOr<sim::Result> faults = books.Query(sql_);
  if (!exercised.ok() || !faults.ok()) return;

  // A promise that broke was put to the test, also where the author's count missed it.
  uint64_t times = faults->size();
  if (!exercised->empty() && (*exercised)[0].size() > 0) {
    const auto* counted = std::get_if<int64_t>(&(*exercised)[0][0]);
    if (counted != nullptr && *counted > 0) times = std::max(times, uint64_t(*counted));
  }
  Exercise(times);
  for (const sim::Row& row : *faults) {
    const std::string key = sim::ToText(row[0]);
    std::string what = key;
    for (size_t i = 1; i < row.size(); ++i) {
      absl::StrAppend(&what, i == 1 ? ": " : ", ", columns_[i], " ", sim::ToText(row[i]));
    }
    Violate(key, std::move(what), books.at());
  }
}

}  // namespace scenarios
