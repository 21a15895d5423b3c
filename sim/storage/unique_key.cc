#include "sim/storage/unique_key.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

// SQLite folds ASCII only, and trims nothing but spaces.
std::string Folded(const std::string& text, Collation collation) {
  std::string folded = text;
  if (collation == Collation::kNoCase) absl::AsciiStrToLower(&folded);
  if (collation == Collation::kRtrim) folded.resize(folded.find_last_not_of(' ') + 1);
  return folded;
}

bool SameValue(const Value& a, const Value& b, Collation collation) {
  if (a == b) return true;
  const auto* left = std::get_if<std::string>(&a);
  const auto* right = std::get_if<std::string>(&b);
  if (collation == Collation::kBinary || left == nullptr || right == nullptr) return false;
  return Folded(*left, collation) == Folded(*right, collation);
}

}  // namespace

Affinity AffinityOf(absl::string_view type) {
  const std::string upper = absl::AsciiStrToUpper(type);
  if (absl::StrContains(upper, "INT")) return Affinity::kInteger;
  for (const absl::string_view part : {"CHAR", "CLOB", "TEXT"}) {
    if (absl::StrContains(upper, part)) return Affinity::kText;
  }
  // NUMERIC, as of BOOLEAN and DATE, makes an integer of what looks like one.
  return upper.empty() || absl::StrContains(upper, "BLOB") ? Affinity::kNone : Affinity::kInteger;
}

bool AddToLock(const Value& value, Collation collation, uint64_t& hash) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    hash = Mix(hash ^ Mix(static_cast<uint64_t>(*number)));
    return true;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return false;
  hash = collation == Collation::kBinary ? HashBytes(*text, hash)
                                         : HashBytes(Folded(*text, collation), hash);
  return true;
}

uint64_t LockOf(const UniqueKey& key, const std::vector<Value>& row) {
  uint64_t hash = key.seed;
  for (const UniqueKey::Part& part : key.parts) {
    if (!AddToLock(row[static_cast<size_t>(part.column)], part.collation, hash)) return 0;
  }
  return hash;
}

uint64_t LockOfParts(const UniqueKey& key, const std::vector<Value>& parts) {
  uint64_t hash = key.seed;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!AddToLock(parts[i], key.parts[i].collation, hash)) return 0;
  }
  return hash;
}

bool SameKey(const UniqueKey& key, const std::vector<Value>& a, const std::vector<Value>& b) {
  for (const UniqueKey::Part& part : key.parts) {
    const size_t column = static_cast<size_t>(part.column);
    if (!SameValue(a[column], b[column], part.collation)) return false;
  }
  return true;
}

std::vector<Value> FoldedParts(const UniqueKey& key, const std::vector<Value>& row) {
  std::vector<Value> parts;
  for (const UniqueKey::Part& part : key.parts) {
    const Value& value = row[static_cast<size_t>(part.column)];
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
      parts.push_back(value);
    } else {
      parts.push_back(Folded(*text, part.collation));
    }
  }
  return parts;
}

std::optional<Value> AsStored(const Value& value, Affinity affinity) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    if (affinity == Affinity::kText) return absl::StrCat(*number);
    return value;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;  // Nothing equals NULL.
  if (affinity != Affinity::kInteger || text->empty()) return value;
  int64_t number = 0;
  if (absl::SimpleAtoi(*text, &number) && absl::StrCat(number) == *text) return number;
  // "1e3", "007" and " 5 " are numbers to SQLite too; "order-7" is a text.
  const bool numeric = text->find_first_of("0123456789") == text->find_first_not_of(" \t\n+-.");
  if (numeric) return std::nullopt;
  return value;
}

std::string KeyText(const UniqueKey& key, const std::vector<Value>& row) {
  std::string text;
  for (const UniqueKey::Part& part : key.parts) {
    if (!text.empty()) text += '/';
    text += ToText(row[static_cast<size_t>(part.column)]);
  }
  return text;
}

}  // namespace sim
