#include "sim/storage/database_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"
#include "sim/storage/connection_pool.h"
#include "sim/storage/schema_cache.h"
#include "sim/storage/sqlite_server.h"

namespace sim {

std::shared_ptr<SchemaCache> NewSchemaCache() { return std::make_shared<SchemaCache>(); }

absl::StatusOr<std::unique_ptr<DatabaseServer>> DatabaseServer::Open(
    Simulation& simulation, Disk& disk, SchemaCache& schemas, absl::string_view schema,
    Options options, CommitSink* sink, PowerSite* site, std::unique_ptr<CutCommit>& cut) {
  const absl::StatusOr<const Schema*> known = schemas.Find(schema);
  if (!known.ok()) return known.status();
  const std::string file = absl::StrCat(options.name, ".db");
  if (!disk.Exists(file)) disk.Install(file, (*known)->image);

  const uint64_t lives = HashName(absl::StrCat("sqlite ", options.node, " ", file));
  Choices& choices = simulation.choices();
  const uint64_t seed = choices.Bits(lives, choices.Count(lives));
  absl::StatusOr<ConnectionPool::Lease> lease =
      (*known)->connections->Take(disk, file, options.journal_mode, seed);
  if (!lease.ok()) return lease.status();

  auto server = std::make_unique<SqliteServer>(simulation, disk, **known, std::move(options), sink,
                                               site, *std::move(lease));
  if (absl::Status started = server->Start(cut); !started.ok()) return started;
  return std::unique_ptr<DatabaseServer>(std::move(server));
}

}  // namespace sim
