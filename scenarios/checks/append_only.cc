#include "scenarios/checks/append_only.h"

#include "absl/strings/str_cat.h"

namespace scenarios {

void AppendOnly::OnChange(const sim::Commit& commit, const sim::RowChange& change) {
  if (change.kind == sim::ChangeKind::kInsert) {
    Exercise();
    return;
  }
  const char* what = change.kind == sim::ChangeKind::kUpdate ? " was updated" : " was deleted";
  Violate(BusinessKey(change), absl::StrCat(table(), " ", change.Key(), what), commit.at,
          commit.cause);
}

}  // namespace scenarios
