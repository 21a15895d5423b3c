// What a database holds in a column, and what a statement returns.
//
// Integers, text and NULL. No floating point: money is integers of minor units,
// and a REAL column is refused when the schema is opened.

#ifndef SIM_STORAGE_VALUE_H_
#define SIM_STORAGE_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace sim {

struct Null {
  bool operator==(const Null&) const = default;
  bool operator<(const Null&) const { return false; }
};

using Value = std::variant<Null, int64_t, std::string>;

inline bool IsNull(const Value& value) { return std::holds_alternative<Null>(value); }

// 'text', 42 or NULL, as SQL would write it.
std::string ToSql(const Value& value);

// text, 42 or NULL, as a person would write it.
std::string ToText(const Value& value);

// One result row; columns are counted from 0. Asking a column for a type that it
// does not hold is a bug of the component and ends the process with the reason.
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  int64_t Int(size_t column) const;
  const std::string& Text(size_t column) const;
  bool IsNull(size_t column) const { return sim::IsNull(values_[column]); }
  const Value& operator[](size_t column) const { return values_[column]; }
  size_t size() const { return values_.size(); }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<Value> values_;
};

// What a statement gave: its rows, and what it changed.
class Result {
 public:
  Result() = default;
  Result(std::vector<Row> rows, int64_t affected, int64_t inserted_id)
      : rows_(std::move(rows)), affected_(affected), inserted_id_(inserted_id) {}

  bool empty() const { return rows_.empty(); }
  size_t size() const { return rows_.size(); }
  const Row& operator[](size_t i) const { return rows_[i]; }
  std::vector<Row>::const_iterator begin() const { return rows_.begin(); }
  std::vector<Row>::const_iterator end() const { return rows_.end(); }

  // Rows that the statement matched and changed, deleted or inserted.
  int64_t affected() const { return affected_; }

  // The id that AUTOINCREMENT gave to the last inserted row.
  int64_t inserted_id() const { return inserted_id_; }

 private:
  std::vector<Row> rows_;
  int64_t affected_ = 0;
  int64_t inserted_id_ = 0;
};

}  // namespace sim

#endif  // SIM_STORAGE_VALUE_H_
