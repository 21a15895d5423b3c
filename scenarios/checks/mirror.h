// Mirror: the databases of a world side by side in memory, to be asked in SQL.
//
//   SELECT x.order_id, x.status, y.status FROM a.trade_order x JOIN b.trade y
//     USING (order_id) WHERE x.status <> y.status
//
// There is one schema per database, named as its node; `world.<table>` is the
// union of a table over all nodes that have it, with the column `node` in front.
// A mirror is built from the schemas once per process and scenario. Opening it
// empties it; a table is copied, through its database's own connection, when a
// query first names it.
//
// One query can name at most ten databases (what SQLite attaches at once), and
// any number of them through `world`. It can only read: no writes, no pragmas,
// nothing random, nothing of the host's clock, no floating point results, no
// parameters; text is 'text', and "name" is always a name. One that takes more
// than kMostSteps of SQLite's machine or gives more than kMostRows is ended.

#ifndef SCENARIOS_CHECKS_MIRROR_H_
#define SCENARIOS_CHECKS_MIRROR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/check.h"
#include "sim/core/time.h"
#include "sim/storage/commit.h"
#include "sim/storage/value.h"

struct sqlite3;

namespace scenarios {

// Seconds; the books of a long run take a hundredth of it.
inline constexpr int64_t kMostSteps = 50'000'000;
inline constexpr size_t kMostRows = 1'000'000;

class Mirror {
 public:
  // Asked now and then while a query runs; true ends it. May be null.
  using Stop = std::function<bool()>;

  // What is known of a query before it runs.
  struct Query {
    std::vector<std::string> columns;  // names of its result's columns
    std::set<std::string> nodes;       // whose tables it reads
  };

  // A database that can be read.
  struct Source {
    sqlite3* connection = nullptr;
    bool damaged = false;
  };

  // `schemas`: name of a node -> DDL of its database. InvalidArgument: DDL that
  // SQLite refuses, or a node that is called main, temp or world.
  static absl::StatusOr<std::unique_ptr<Mirror>> Build(
      const std::map<std::string, std::string>& schemas);

  virtual ~Mirror() = default;

  // Checks a query without running it. InvalidArgument says what is wrong and
  // shows the query from there on: `no such column: statsu, at "statsu FROM ..."`.
  virtual absl::StatusOr<Query> Prepare(absl::string_view sql) = 0;

  // Runs a query on empty tables: what fails there fails everywhere.
  virtual absl::StatusOr<sim::Result> Try(absl::string_view sql) = 0;

  // The tables of each node, in the order of their names.
  virtual const std::map<std::string, std::vector<sim::TableInfo>>& tables() const = 0;

  // How the schema declares a column that exists: "INTEGER".
  virtual const std::string& TypeOf(absl::string_view node, absl::string_view table,
                                    absl::string_view column) const = 0;

  // The books as they stand in `sources` (by node). Valid until the next Open()
  // and as long as mirror and sources. See books.h for those of a World.
  virtual std::unique_ptr<Books> Open(std::map<std::string, Source> sources, sim::Nanos at,
                                      Stop stop) = 0;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_MIRROR_H_
