// A promise in SQL, judged on the books when the world is quiet: no row = it
// holds. The first column of a row is the business key at fault; the others are
// printed with their names.

#ifndef SCENARIOS_CHECKS_SQL_CHECK_H_
#define SCENARIOS_CHECKS_SQL_CHECK_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "scenarios/check.h"
#include "sim/storage/value.h"

namespace scenarios {

// The one integer that `exercised_sql` has given. InvalidArgument: it gave
// something else.
absl::StatusOr<int64_t> CountIn(const sim::Result& counted);

class SqlCheck final : public Check {
 public:
  // `columns`: names of the result's columns. `exercised_sql` gives one integer,
  // how often the antecedent came up; NULL is none. Both have been prepared and
  // tried without an error.
  SqlCheck(std::string sql, std::vector<std::string> columns, std::string exercised_sql)
      : sql_(std::move(sql)),
        columns_(std::move(columns)),
        exercised_sql_(std::move(exercised_sql)) {}

  // A query that fails on these books leaves the promise unknown.
  void Judge(Books& books) override;

 private:
  const std::string sql_;
  const std::vector<std::string> columns_;
  const std::string exercised_sql_;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_SQL_CHECK_H_
