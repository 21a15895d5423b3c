// Whether a world has the database that a rule or pin speaks about.

#ifndef FAULTS_DATABASE_LINT_H_
#define FAULTS_DATABASE_LINT_H_

#include <string>

#include "faults/lint.h"
#include "faults/source_text.h"
#include "sim/choice/place.h"

namespace faults {

// A database, and who uses it, each with its place in the text; "" is any.
struct DatabaseNames {
  const std::string& node;
  const Where& where_node;
  const std::string& database;
  const Where& where_database;
};

// Adds to `found` why the node has no connection with that shared database.
void LintConnection(const Vocabulary& world, const DatabaseNames& names, Diagnostics& found);

// Adds to `found` why the node has no statements on that database, or reads no replica
// of it if `kind` is kReplica.
void LintStatement(const Vocabulary& world, sim::PlaceKind kind, const DatabaseNames& names,
                   Diagnostics& found);

}  // namespace faults

#endif  // FAULTS_DATABASE_LINT_H_
