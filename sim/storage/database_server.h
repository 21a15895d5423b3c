// DatabaseServer: the server behind Database sessions, as the node, the world
// and the checks see it. Components use sim/storage/database.h.
//
// One SQLite connection on one file of one disk, opened with the journal, sync
// and locking settings that survive every crash (sim/storage/connection.h). The
// content at first boot is the image of the schema, built once per process and
// cloned copy-on-write; after a crash it is what the disk kept.
//
// Several nodes may use one server, each through sessions of its own. When the
// connection of a session breaks, what was open in it is rolled back; prepared
// branches stay.
//
// A commit that a crash has cut is settled when the database is opened again, by
// comparing rows with their after-images, and published then if it had happened.

#ifndef SIM_STORAGE_DATABASE_SERVER_H_
#define SIM_STORAGE_DATABASE_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/simulation.h"
#include "sim/storage/commit.h"
#include "sim/storage/cut_commit.h"
#include "sim/storage/database.h"
#include "sim/storage/disk.h"
#include "sim/storage/lock_rules.h"
#include "sim/storage/power.h"
#include "sim/storage/session_host.h"

struct sqlite3;

namespace sim {

// Images of schemas and what is known of their tables; one per process, shared
// by all its runs. Not thread-safe.
class SchemaCache;
std::shared_ptr<SchemaCache> NewSchemaCache();

class DatabaseServer : public SessionHost {
 public:
  struct Options {
    std::string name;  // also the file's name
    std::string node;  // the node whose disk it is on
    uint16_t node_number = 0;
    // Of SQLite. Every other one loses money; the test that shows it sets it.
    std::string journal_mode = "TRUNCATE";
    LockRules rules;
    // Replicas are asked for the past, as long ago as this; 0: never.
    Nanos longest_replica_lag = 0;
  };

  // Who is at the other end of a session.
  struct Peer {
    std::string node;
    uint16_t node_number = 0;

    // A read-only session with a replica. Where it lags behind (a fault), it goes back
    // no further than this life of the server.
    bool replica = false;
  };

  // Opens the database on `disk`. `schema` is the DDL and the fixed rows, with
  // which it begins its first life. `cut` is what the last life left, or null; it
  // is settled and taken, or left where it is if the power is cut again before
  // that is done (Unavailable). InvalidArgument names the table and the rule that
  // the schema breaks; DataLoss says that the disk did not keep its promise. The
  // disk's cost of opening is the caller's to wait for.
  static absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(
      Simulation& simulation, Disk& disk, SchemaCache& schemas, absl::string_view schema,
      Options options, CommitSink* sink, PowerSite* site, std::unique_ptr<CutCommit>& cut);

  virtual const std::string& name() const = 0;

  // A session for Database; session 0 is that of the node which has the disk.
  virtual uint64_t OpenSession(Peer peer) = 0;

  // The connection of a session is lost, now: what is open in it is rolled back, and
  // whoever waits for an answer gets UNAVAILABLE, or UNKNOWN from a COMMIT. It can
  // be used again at once.
  virtual void Break(uint64_t session) = 0;

  // Who waits for whom at this instant, a line each (sim/storage/wait_text.h).
  virtual std::vector<std::string> Waits() const = 0;

  // Runs a read at this instant, outside simulated time, on committed rows; for
  // checks.
  virtual absl::StatusOr<Result> Peek(absl::string_view sql) = 0;

  // The connection, which shows committed rows until the next statement; for
  // copying tables into the checks' mirror.
  virtual sqlite3* connection() = 0;

  // Finds out whether the last COMMIT happened, if that is not known: an I/O error
  // has cut it. Every statement does so first.
  virtual void Settle() = 0;

  // The commit that was cut if the power went off inside COMMIT, else null.
  virtual std::unique_ptr<CutCommit> TakeCut() = 0;
};

}  // namespace sim

#endif  // SIM_STORAGE_DATABASE_SERVER_H_
