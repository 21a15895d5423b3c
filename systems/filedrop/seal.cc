#include "systems/filedrop/seal.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"
#include "systems/filedrop/statement.pb.h"

namespace filedrop {

absl::int128 TotalOf(const Statement& statement) {
  absl::int128 total = 0;
  for (const StatementLine& line : statement.line()) total += line.amount();
  return total;
}

std::string TotalText(const Statement& statement) {
  std::ostringstream text;
  text << TotalOf(statement);
  return text.str();
}

std::string DigestOf(const Statement& statement) {
  std::string text =
      absl::StrCat(statement.bill_date(), "|", statement.issue(), "|", statement.currency(), "|",
                   statement.count(), "|", statement.total(), "\n");
  for (const StatementLine& line : statement.line()) {
    absl::StrAppend(&text, line.serial(), "|", line.order_id(), "|", line.amount(), "|", line.fee(),
                    "|", line.status(), "|", line.at(), "\n");
  }
  return absl::StrCat(absl::Hex(sim::HashBytes(text, /*seed=*/0), absl::kZeroPad16));
}

void Seal(Statement& statement) {
  statement.set_count(statement.line_size());
  statement.set_total(TotalText(statement));
  statement.set_digest(DigestOf(statement));
}

}  // namespace filedrop
