#include "scenarios/checks/unique.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

bool HasNull(const std::vector<sim::Value>& values) {
  for (const sim::Value& value : values) {
    if (sim::IsNull(value)) return true;
  }
  return false;
}

}  // namespace

void Unique::OnChange(const sim::Commit& commit, const sim::RowChange& change) {
  (void)commit;
  Values before;
  Values after;
  for (const std::string& column : columns_) {
    before.push_back(Before(change, column));
    after.push_back(After(change, column));
  }
  if (before == after) return;
  if (!HasNull(before)) --rows_[before];
  if (HasNull(after)) return;
  Exercise();
  ++rows_[after];
  arrived_.insert(std::move(after));
}

void Unique::OnCommitted(const sim::Commit& commit) {
  for (const Values& values : arrived_) {
    if (rows_[values] < 2) continue;
    const std::string key = absl::StrJoin(
        values, "/", [](std::string* out, const sim::Value& value) { *out += sim::ToText(value); });
    Violate(key, absl::StrCat(rows_[values], " rows of ", table(), " have ", key), commit.at,
            commit.cause);
  }
  arrived_.clear();
}

}  // namespace scenarios
