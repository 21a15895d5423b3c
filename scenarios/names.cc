#include "scenarios/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "faults/spelling.h"

namespace scenarios {

bool IsIdentifier(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(name[0])) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(c) && c != '_') return false;
  }
  return true;
}

std::string Instead(absl::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) return "; there are none";
  const std::string meant = faults::DidYouMean(name, known);
  if (!meant.empty() || known.size() > 8) return meant;
  return absl::StrCat("; known: ", absl::StrJoin(known, ", "));
}

std::string Alternatives(const std::vector<std::string>& names) {
  if (names.empty()) return "";
  const absl::Span<const std::string> most(names.data(), names.size() - 1);
  if (most.empty()) return names.back();
  return absl::StrCat(absl::StrJoin(most, ", "), " or ", names.back());
}

}  // namespace scenarios
