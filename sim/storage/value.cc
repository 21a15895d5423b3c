#include "sim/storage/value.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "sim/core/check.h"

namespace sim {

std::string ToSql(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return ToText(value);
  return absl::StrCat("'", absl::StrReplaceAll(*text, {{"'", "''"}}), "'");
}

std::string ToText(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return absl::StrCat(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "NULL";
}

int64_t Row::Int(size_t column) const {
  SIM_CHECK(column < values_.size())
      << "the row has " << values_.size() << " columns, not " << column + 1;
  const auto* number = std::get_if<int64_t>(&values_[column]);
  SIM_CHECK(number != nullptr) << "column " << column << " holds " << ToSql(values_[column])
                               << ", not an integer";
  return *number;
}

const std::string& Row::Text(size_t column) const {
  SIM_CHECK(column < values_.size())
      << "the row has " << values_.size() << " columns, not " << column + 1;
  const auto* text = std::get_if<std::string>(&values_[column]);
  SIM_CHECK(text != nullptr) << "column " << column << " holds " << ToSql(values_[column])
                             << ", not a text";
  return *text;
}

}  // namespace sim
