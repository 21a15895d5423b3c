// Tables of Markdown documents, for tests that hold them to what they say.

#ifndef SCENARIOS_TESTING_DOCUMENT_TABLE_H_
#define SCENARIOS_TESTING_DOCUMENT_TABLE_H_

#include <string>
#include <vector>

namespace scenarios {

using TableRow = std::vector<std::string>;  // cells

// The rows of the table below the line `heading`, its own heading left out.
std::vector<TableRow> TableBelow(const std::string& path, const std::string& heading);

// The words between backticks.
std::vector<std::string> NamesIn(const std::string& cell);

}  // namespace scenarios

#endif  // SCENARIOS_TESTING_DOCUMENT_TABLE_H_
