// ConnectionPool: the connections of one schema, which outlive their databases.
//
// A database lives until its node crashes or its run ends; opening a connection,
// reading the schema and preparing a service's statements costs more than a whole
// life may spend in them. So an idle connection is given to the next database with the
// same schema, with the statements that were prepared on it.
//
// No life can tell from another whose connection it got: every connection, also a new
// one, reads its schema from an idle disk of the pool, and starts with an empty cache
// and a seed of its own.

#ifndef SIM_STORAGE_CONNECTION_POOL_H_
#define SIM_STORAGE_CONNECTION_POOL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/choice/choices.h"
#include "sim/storage/connection.h"
#include "sim/storage/disk.h"
#include "sim/storage/locking_statement.h"

namespace sim {

class ConnectionPool {
 public:
  // A connection and what was prepared on it. Goes back to its pool, if it has one,
  // when it is destroyed, which must be after all others that use the connection and
  // before its disk.
  class Lease {
   public:
    Lease(ConnectionPool* pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    Connection& connection() const { return *connection_; }
    // The statement that `sql` is; `tables` are those of the schema.
    LockingStatement* Find(absl::string_view sql, const std::vector<TableInfo>& tables);
    size_t prepared() const { return statements_.size(); }

   private:
    friend class ConnectionPool;

    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
    absl::flat_hash_map<std::string, std::unique_ptr<LockingStatement>>
        statements_;  // Never iterated.
  };

  // `image` is a database file with the schema and nothing else.
  explicit ConnectionPool(std::shared_ptr<const DiskImage> image);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // A connection on `file` of `disk`, which is a copy of the image or grew out of one:
  // InvalidArgument if it is not, since SQLite might not notice that statements were
  // prepared for other tables. To be started. `journal_mode` and `seed`: see Connection::Open; in
  // another mode than TRUNCATE the connection is not the pool's.
  absl::StatusOr<Lease> Take(Disk& disk, absl::string_view file, absl::string_view journal_mode,
                             uint64_t seed);

  size_t idle() const { return idle_.size(); }

 private:
  const std::shared_ptr<const DiskImage> image_;
  Choices choices_;
  Disk disk_;
  std::vector<Lease> idle_;
};

}  // namespace sim

#endif  // SIM_STORAGE_CONNECTION_POOL_H_
