#include "scenarios/testing/document_table.h"

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"

namespace scenarios {

std::vector<TableRow> TableBelow(const std::string& path, const std::string& heading) {
  const auto text = faults::ReadFile(path);
  EXPECT_TRUE(text.ok()) << text.status();
  if (!text.ok()) return {};
  std::vector<TableRow> rows;
  bool below = false;
  bool in_table = false;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    if (absl::StartsWith(line, "#")) below = line == heading;
    if (!below || !absl::StartsWith(line, "|")) continue;
    if (absl::StartsWith(line, "|---")) {
      in_table = true;
    } else if (in_table) {
      const TableRow cells = absl::StrSplit(line, '|');
      rows.emplace_back(cells.begin() + 1, cells.end() - 1);
    }
  }
  return rows;
}

std::vector<std::string> NamesIn(const std::string& cell) {
  std::vector<std::string> names;
  const std::vector<std::string> parts = absl::StrSplit(cell, '`');
  for (size_t i = 1; i < parts.size(); i += 2) names.push_back(parts[i]);
  return names;
}

}  // namespace scenarios
