#include "scenarios/checks/never_negative.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "sim/storage/value.h"

namespace scenarios {

void NeverNegative::OnChange(const sim::Commit& commit, const sim::RowChange& change) {
  if (change.kind == sim::ChangeKind::kDelete) return;
  if (!unless_.empty() && After(change, unless_) != sim::Value(int64_t{0})) return;

  const auto* before = std::get_if<int64_t>(&Before(change, column_));
  const auto* after = std::get_if<int64_t>(&After(change, column_));
  if (after == nullptr) return;
  if (before == nullptr || *after < *before) Exercise();
  if (*after >= 0) return;
  Violate(BusinessKey(change),
          absl::StrCat(column_, " of ", table(), " ", change.Key(), " is ", *after), commit.at,
          commit.cause);
}

}  // namespace scenarios
