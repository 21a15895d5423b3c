#include "tests/bench/row.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bench {
namespace {

constexpr char kColumns[] = "%-58s %10s %-8s %7s %10s %10s  %s\n";

std::string Target(const Row& row, double target) {
  return absl::StrCat(row.at_least ? ">= " : "<= ", target);
}

}  // namespace

std::string HeadOfRows() {
  return absl::StrFormat(kColumns, "target", "measured", "", "of must", "must", "stretch",
                         "verdict");
}

std::string LineOf(const Row& row) {
  const char* const verdict = row.Meets(row.stretch) ? "met, and the stretch"
                              : row.Meets(row.must)  ? "met"
                                                     : "MISSED";
  return absl::StrFormat(kColumns, row.name, absl::StrFormat("%.2f", row.measured), row.unit,
                         absl::StrFormat("%.2f", row.share()), Target(row, row.must),
                         Target(row, row.stretch), verdict);
}

void Rows::Add(Row row) {
  if (rows_.empty()) std::printf("\n%s", HeadOfRows().c_str());
  std::printf("%s", LineOf(row).c_str());
  std::fflush(stdout);
  rows_.push_back(std::move(row));
}

}  // namespace bench
