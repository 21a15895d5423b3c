// Copies: one SQLite connection with copies of the tables of some databases, on
// which checks are prepared and run. The mirror is made of these.

#ifndef SCENARIOS_CHECKS_COPIES_H_
#define SCENARIOS_CHECKS_COPIES_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/checks/sqlite.h"
#include "sim/storage/value.h"

namespace scenarios {

// A table of one database: its column declarations, ready for CREATE TABLE.
struct TableText {
  std::string name;
  std::string columns;  // "order_id" TEXT, "amount" INTEGER
  std::string key;      // "order_id"
};

// Name of a node -> its tables.
using SchemaTexts = std::map<std::string, std::vector<TableText>>;

class Copies {
 public:
  // Copies of the databases in `attached` (at most ten) and of the unions over
  // all `schemas`, which must outlive it. InvalidArgument: names that clash.
  static absl::StatusOr<std::unique_ptr<Copies>> Build(const SchemaTexts& schemas,
                                                       const std::set<std::string>& attached);

  const std::set<std::string>& attached() const { return attached_; }

  absl::StatusOr<Mirror::Query> Prepare(absl::string_view sql);

  // Runs a query, after copying the tables that it names and nobody has copied
  // since the last Clear().
  absl::StatusOr<sim::Result> Run(absl::string_view sql,
                                  const std::map<std::string, Mirror::Source>& sources,
                                  const Mirror::Stop& stop);

  // Runs a query on empty tables.
  absl::StatusOr<sim::Result> Try(absl::string_view sql);

  void Clear();

 private:
  using Table = std::pair<std::string, std::string>;  // schema ("world" for unions), table

  struct Prepared {
    Statement statement;
    Mirror::Query query;
    std::set<Table> reads;
  };

  // Copies one row, and many at once.
  struct Inserts {
    Statement one;
    Statement many;
  };

  Copies(const SchemaTexts& schemas, const std::set<std::string>& attached);

  static int Authorize(void* self, int action, const char* first, const char* second,
                       const char* schema, const char* trigger);
  absl::Status CreateTables();
  // Adds the tables that `sql` names.
  void AddNamed(absl::string_view sql, std::set<Table>& reads) const;
  absl::StatusOr<Prepared*> Find(absl::string_view sql);
  absl::StatusOr<sim::Result> Step(sqlite3_stmt* statement, const Mirror::Stop& stop);
  absl::Status Fill(const Table& table, const std::map<std::string, Mirror::Source>& sources);
  absl::StatusOr<Inserts*> InsertsInto(const Table& to, int columns);
  absl::Status Copy(const Table& to, const std::string& node, const Mirror::Source& from);

  const SchemaTexts& schemas_;
  const std::set<std::string> attached_;
  std::map<std::string, std::set<std::string>> unions_;  // table -> nodes that have it
  std::map<std::string, std::string> disputed_;          // table -> why there is no union
  std::set<Table>* reads_ = nullptr;                     // that Authorize() notes, if anybody asks
  std::set<Table> filled_;                               // at least in part
  std::map<Table, absl::Status> failed_;                 // of those, why the rest is missing
  Connection connection_;
  std::map<std::string, Prepared> prepared_;  // by the query's text
  std::map<Table, Inserts> inserts_;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_COPIES_H_
