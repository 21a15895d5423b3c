// A promise in SQL, judged on the books when the world is quiet: no row = it
// holds. The first column of a row is the business key at fault; the others are
// printed with their names.

#ifndef SCENARIOS_CHECKS_SQL_CHECK_H_
#define SCENARIOS_CHECKS_SQL_CHECK_H_

#include <string>
#include <utility>
#include <vector>

#include "scenarios/check.h"

namespace scenarios {

class SqlCheck final : public Check {
 public:
  // `columns`: names of the result's columns. `exercised_sql` gives one number,
  // how often the antecedent came up. Both have been prepared without an error.
  SqlCheck(std::string sql, std::vector<std::string> columns, std::string exercised_sql)
      : sql_(std::move(sql)),
        columns_(std::move(columns)),
        exercised_sql_(std::move(exercised_sql)) {}

  // Books that cannot be read leave the check unexercised.
  void Judge(Books& books) override;

 private:
  const std::string sql_;
  const std::vector<std::string> columns_;
  const std::string exercised_sql_;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_SQL_CHECK_H_
