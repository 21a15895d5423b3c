#include "sim/storage/schema_cache.h"

#include <utility>

#include "absl/status/status.h"
#include "sim/choice/choices.h"
#include "sim/storage/connection.h"
#include "sim/storage/schema_rules.h"

namespace sim {
namespace {

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
  }
  schema.image = disk.Snapshot(kFile);
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
