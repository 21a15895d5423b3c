#include "sim/storage/schema_cache.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sim/choice/choices.h"
#include "sim/storage/connection.h"
#include "sim/storage/schema_rules.h"
#include "sim/storage/statement_shape.h"

namespace sim {
namespace {

// The rows and the table that the database needs for itself.
absl::Status AddOwn(Connection& connection, const std::vector<TableInfo>& tables) {
  // Where prepared branches of distributed transactions wait for their second phase.
  std::string sql =
      absl::StrCat("CREATE TABLE ", kBranchTable,
                   "(xid TEXT NOT NULL PRIMARY KEY, branch TEXT NOT NULL) WITHOUT ROWID;");
  for (const TableInfo& table : tables) {
    if (!table.autoincrement) continue;
    // SQLite adds the row at the first insert; ids are raised in it before that.
    const std::string name = ToSql(table.name);
    absl::StrAppend(&sql, "INSERT INTO sqlite_sequence SELECT ", name,
                    ", 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ", name,
                    ");");
  }
  return connection.Script(sql);
}

absl::StatusOr<Schema> Create(absl::string_view ddl) {
  constexpr absl::string_view kFile = "schema";
  Choices choices(/*seed=*/0, /*adversary=*/nullptr);
  Disk disk(choices, "schema", /*site=*/nullptr);
  Schema schema;
  {
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(disk, kFile, "TRUNCATE", /*seed=*/0);
    if (!connection.ok()) return connection.status();
    for (const absl::string_view part :
         {absl::string_view("BEGIN"), ddl, absl::string_view("COMMIT")}) {
      const absl::Status done = (*connection)->Script(part);
      if (!done.ok()) return absl::InvalidArgumentError(done.message());
    }
    absl::StatusOr<std::vector<TableInfo>> tables = CheckSchema((*connection)->handle(), ddl);
    if (!tables.ok()) return tables.status();
    schema.tables = *std::move(tables);
    absl::Status added = AddOwn(**connection, schema.tables);
    if (!added.ok()) return absl::InvalidArgumentError(added.message());
  }
  schema.image = disk.Snapshot(kFile);
  schema.connections = std::make_unique<ConnectionPool>(schema.image);
  return schema;
}

}  // namespace

absl::StatusOr<const Schema*> SchemaCache::Find(absl::string_view ddl) {
  auto it = schemas_.find(std::string_view(ddl.data(), ddl.size()));
  if (it == schemas_.end()) it = schemas_.emplace(std::string(ddl), Create(ddl)).first;
  if (!it->second.ok()) return it->second.status();
  return &*it->second;
}

}  // namespace sim
