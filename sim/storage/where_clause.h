// What the outermost WHERE of a statement says, as far as facts and locks ask.

#ifndef SIM_STORAGE_WHERE_CLAUSE_H_
#define SIM_STORAGE_WHERE_CLAUSE_H_

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/storage/sql_tokens.h"
#include "sim/storage/statement_shape.h"

namespace sim {

// The first token from `from` on that is outside all parentheses and one of
// `words`, else the end.
size_t FindOutermost(const std::vector<SqlToken>& tokens, size_t from,
                     std::initializer_list<absl::string_view> words);

// See StatementShape. `begin` is the verb of the statement.
std::vector<std::string> ComparedColumns(const std::vector<SqlToken>& tokens, size_t begin);
std::vector<StatementShape::Equality> Equalities(const std::vector<SqlToken>& tokens, size_t begin);

}  // namespace sim

#endif  // SIM_STORAGE_WHERE_CLAUSE_H_
