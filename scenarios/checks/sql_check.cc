#include "scenarios/checks/sql_check.h"

#include <algorithm>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace scenarios {

absl::StatusOr<int64_t> CountIn(const sim::Result& counted) {
  if (counted.size() == 1 && counted[0].size() == 1) {
    if (counted[0].IsNull(0)) return 0;  // a sum over no rows
    if (const auto* count = std::get_if<int64_t>(&counted[0][0])) return *count;
  }
  const size_t columns = counted.empty() ? 0 : counted[0].size();
  return absl::InvalidArgumentError(
      absl::StrCat("it must give one integer, and gives ",
                   columns == 1 && counted.size() == 1
                       ? absl::StrCat("\"", sim::ToText(counted[0][0]), "\"")
                       : absl::StrCat(counted.size(), counted.size() == 1 ? " row" : " rows",
                                      columns > 1 ? absl::StrCat(" of ", columns, " columns") : ""),
                   "; SELECT count(*) counts rows"));
}

void SqlCheck::Judge(Books& books) {
  const absl::StatusOr<sim::Result> exercised = books.Query(exercised_sql_);
  const absl::StatusOr<sim::Result> faults = books.Query(sql_);
  if (!faults.ok()) return Unknown(absl::StrCat("sql: ", faults.status().message()));
  // What broke is broken, also where the author's count fails or misses it.
  uint64_t times = faults->size();
  const absl::StatusOr<int64_t> counted =
      exercised.ok() ? CountIn(*exercised) : absl::StatusOr<int64_t>(exercised.status());
  if (!counted.ok()) {
    Unknown(absl::StrCat("exercised_sql: ", counted.status().message()));
  } else if (*counted > 0) {
    times = std::max(times, static_cast<uint64_t>(*counted));
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
