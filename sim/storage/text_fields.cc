#include "sim/storage/text_fields.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace sim {

void AppendField(std::string& out, const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    absl::StrAppend(&out, "i", *number, ",");
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    absl::StrAppend(&out, "t", text->size(), ":", *text);
  } else {
    out += 'n';
  }
}

Value FieldReader::Next() {
  if (rest_.empty()) return Fail();
  const char tag = rest_[0];
  rest_.remove_prefix(1);
  if (tag == 'n') return Null{};
  if (tag == 'i') {
    const std::optional<int64_t> number = UpTo(',');
    if (number) return *number;
  }
  if (tag == 't') {
    const std::optional<int64_t> size = UpTo(':');
    if (size && *size >= 0 && static_cast<size_t>(*size) <= rest_.size()) {
      std::string text(rest_.substr(0, static_cast<size_t>(*size)));
      rest_.remove_prefix(text.size());
      return text;
    }
  }
  return Fail();
}

int64_t FieldReader::Number() {
  const Value value = Next();
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  Fail();
  return 0;
}

std::string FieldReader::Text() {
  Value value = Next();
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  Fail();
  return "";
}

std::optional<int64_t> FieldReader::UpTo(char end) {
  const size_t at = rest_.find(end);
  int64_t number = 0;
  if (at == absl::string_view::npos || !absl::SimpleAtoi(rest_.substr(0, at), &number)) {
    return std::nullopt;
  }
  rest_.remove_prefix(at + 1);
  return number;
}

Value FieldReader::Fail() {
  ok_ = false;
  rest_ = absl::string_view();
  return Null{};
}

}  // namespace sim
