#include "scenarios/checks/conserved.h"

#include <sstream>
#include <variant>

#include "absl/strings/str_cat.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

// "+100", "-100".
std::string Signed(absl::int128 amount) {
  std::ostringstream text;
  text << std::showpos << amount;
  return text.str();
}

// NULL and text count as nothing, as they do for SQL's sum().
absl::int128 Amount(const sim::Value& value) {
  const auto* amount = std::get_if<int64_t>(&value);
  return amount == nullptr ? 0 : *amount;
}

}  // namespace

void Conserved::OnChange(const sim::Commit& commit, const sim::RowChange& change) {
  (void)commit;
  const sim::Value& old_by = Before(change, by_);
  const sim::Value& new_by = After(change, by_);
  const absl::int128 before = Amount(Before(change, sum_));
  const absl::int128 after = Amount(After(change, sum_));
  if (change.kind == sim::ChangeKind::kUpdate && old_by == new_by) {
    Add(new_by, after - before, change.Key());
    return;
  }
  if (change.kind != sim::ChangeKind::kInsert) Add(old_by, -before, change.Key());
  if (change.kind != sim::ChangeKind::kDelete) Add(new_by, after, change.Key());
}

void Conserved::Add(const sim::Value& by, absl::int128 amount, const std::string& key) {
  if (amount == 0) return;
  Movement& movement = moved_[sim::ToText(by)];
  movement.total += amount;
  absl::StrAppend(&movement.rows, movement.rows.empty() ? "" : ", ", key, " ", Signed(amount));
}

void Conserved::OnCommitted(const sim::Commit& commit) {
  if (!moved_.empty()) Exercise();
  for (const auto& [by, movement] : moved_) {
    if (movement.total == 0) continue;
    Violate(by,
            absl::StrCat("one commit moved the sum of ", table(), ".", sum_, " of ", by, " by ",
                         Signed(movement.total), ": ", movement.rows),
            commit.at, commit.cause);
  }
  moved_.clear();
}

}  // namespace scenarios
