#include "scenarios/checks/copies.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/core/check.h"
#include "sim/storage/sql_tokens.h"

namespace scenarios {
namespace {

constexpr char kWorld[] = "world";

// A statement costs more than the row that it inserts.
constexpr int kRowsAtOnce = 16;

// What would make an answer differ from one run to the next.
bool IsVolatile(absl::string_view function) {
  for (const absl::string_view name :
       {"random", "randomblob", "date", "time", "datetime", "julianday", "unixepoch", "strftime",
        "current_date", "current_time", "current_timestamp"}) {
    if (absl::EqualsIgnoreCase(function, name)) return true;
  }
  return false;
}

absl::StatusOr<sim::Value> ReadColumn(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return sim::Value(sim::Null());
    case SQLITE_INTEGER:
      return sim::Value(static_cast<int64_t>(sqlite3_column_int64(statement, column)));
    case SQLITE_TEXT:
      return sim::Value(TextColumn(statement, column));
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("column ", sqlite3_column_name(statement, column),
                       " of the result is neither an integer nor text nor NULL"));
  }
}

// Ends a query on `connection` that takes too long, or that somebody stops.
class Limit {
 public:
  Limit(sqlite3* connection, const Mirror::Stop& stop) : connection_(connection), stop_(stop) {
    sqlite3_progress_handler(connection_, kStride, &Limit::Passed, this);
  }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
  ~Limit() { sqlite3_progress_handler(connection_, 0, nullptr, nullptr); }

  // Why it was ended; OK: it was not.
  const absl::Status& reached() const { return reached_; }

 private:
  static constexpr int kStride = 10'000;

  static int Passed(void* self) {
    Limit& limit = *static_cast<Limit*>(self);
    limit.steps_ += kStride;
    if (limit.steps_ >= kMostSteps) {
      limit.reached_ = absl::ResourceExhaustedError(
          absl::StrCat("it does not end: SQLite has made ", kMostSteps, " steps"));
    } else if (limit.stop_ != nullptr && limit.stop_()) {
      limit.reached_ = absl::CancelledError("it was interrupted");
    }
    return limit.reached_.ok() ? 0 : 1;
  }

  sqlite3* const connection_;
  const Mirror::Stop& stop_;
  int64_t steps_ = 0;
  absl::Status reached_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Copies>> Copies::Build(const SchemaTexts& schemas,
                                                      const std::set<std::string>& attached) {
  std::unique_ptr<Copies> copies(new Copies(schemas, attached));
  const absl::Status created = copies->CreateTables();
  if (!created.ok()) return created;
  return copies;
}

Copies::Copies(const SchemaTexts& schemas, const std::set<std::string>& attached)
    : schemas_(schemas), attached_(attached), connection_(OpenInMemory()) {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_MAINDBNAME, kWorld);
  sqlite3_set_authorizer(connection_.get(), &Copies::Authorize, this);
}

absl::Status Copies::CreateTables() {
  std::string sql;
  for (const std::string& node : attached_) {
    absl::StrAppend(&sql, "ATTACH ':memory:' AS ", QuoteName(node), ";");
    for (const TableText& table : schemas_.at(node)) {
      absl::StrAppend(&sql, "CREATE TABLE ", QuoteName(node), ".", QuoteName(table.name), "(",
                      table.columns, ", PRIMARY KEY(", table.key, ")) WITHOUT ROWID;");
    }
  }

  std::map<std::string, const TableText*> first;
  for (const auto& [node, tables] : schemas_) {
    for (const TableText& table : tables) {
      const auto [found, is_new] = first.emplace(table.name, &table);
      if (is_new || found->second->columns == table.columns) {
        unions_[table.name].insert(node);
      } else {
        disputed_[table.name] = absl::StrCat("nodes disagree about the columns of ", table.name);
      }
    }
  }
  for (const auto& [name, table] : first) {
    if (disputed_.count(name) > 0) continue;
    absl::StrAppend(&sql, "CREATE TABLE world.", QuoteName(name), "(node TEXT NOT NULL, ",
                    table->columns, ", PRIMARY KEY(node, ", table->key, ")) WITHOUT ROWID;");
  }
  // Nothing is ever rolled back here.
  absl::StrAppend(&sql, "PRAGMA journal_mode = OFF;");
  return ExecuteSql(connection_.get(), sql);
}

int Copies::Authorize(void* self, int action, const char* first, const char* second,
                      const char* schema, const char* trigger) {
  (void)trigger;
  std::set<Table>* reads = static_cast<Copies*>(self)->reads_;
  if (reads == nullptr) return SQLITE_OK;  // our own statement
  switch (action) {
    case SQLITE_READ:
      // Common table expressions and subqueries belong to no schema of ours.
      if (schema != nullptr) reads->emplace(schema, first);
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return IsVolatile(second) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

// SQLite does not say of every table that it reads it, for instance if only columns in
// USING (...) matter. So every table that is named is read, whatever the name may mean
// there: better a copy too many than a check that is judged on an empty table.
void Copies::AddNamed(absl::string_view sql, std::set<Table>& reads) const {
  const std::vector<sim::SqlToken> tokens = sim::Tokenize(sql);
  // `schema` of "": the name stands alone.
  const auto add = [&](absl::string_view schema, absl::string_view name) {
    const auto add_of = [&](absl::string_view known, const std::string& table) {
      const bool main = known == kWorld && absl::EqualsIgnoreCase(schema, "main");
      const bool here = schema.empty() || main || absl::EqualsIgnoreCase(known, schema);
      if (here && absl::EqualsIgnoreCase(table, name)) reads.emplace(std::string(known), table);
    };
    for (const auto& [table, nodes] : unions_) {
      if (disputed_.count(table) == 0) add_of(kWorld, table);
    }
    // Alone, a name means the union if there is one.
    for (const std::string& node : attached_) {
      for (const TableText& table : schemas_.at(node)) {
        if (!schema.empty() || disputed_.count(table.name) > 0) add_of(node, table.name);
      }
    }
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].IsName()) continue;
    const bool qualifies = i + 2 < tokens.size() && tokens[i + 1].IsSymbol('.');
    const bool qualified = i > 1 && tokens[i - 1].IsSymbol('.');
    if (qualifies && tokens[i + 2].IsName()) add(tokens[i].text, tokens[i + 2].text);
    if (!qualified) add("", tokens[i].text);
  }
}

absl::StatusOr<Copies::Prepared*> Copies::Find(absl::string_view sql) {
  const std::string text(sql);
  const auto known = prepared_.find(text);
  if (known != prepared_.end()) return &known->second;

  std::set<Table> reads;
  reads_ = &reads;
  absl::StatusOr<Statement> statement = PrepareSql(connection_.get(), sql);
  reads_ = nullptr;
  if (!statement.ok()) {
    for (const auto& [table, why] : disputed_) {
      if (absl::StrContains(sql, absl::StrCat("world.", table))) {
        return absl::InvalidArgumentError(absl::StrCat("there is no world.", table, ": ", why));
      }
    }
    return statement.status();
  }
  if (sqlite3_column_count(statement->get()) == 0) {
    return absl::InvalidArgumentError("it returns no columns; a check is a SELECT");
  }

  if (sqlite3_bind_parameter_count(statement->get()) > 0) {
    const char* name = sqlite3_bind_parameter_name(statement->get(), 1);
    return absl::InvalidArgumentError(absl::StrCat("the parameter ", name == nullptr ? "?" : name,
                                                   " has no value; write the value itself"));
  }

  AddNamed(sql, reads);
  Prepared prepared;
  for (int i = 0; i < sqlite3_column_count(statement->get()); ++i) {
    prepared.query.columns.push_back(sqlite3_column_name(statement->get(), i));
  }
  for (const Table& table : reads) {
    if (table.first == kWorld) {
      const auto nodes = unions_.find(table.second);
      if (nodes == unions_.end()) continue;  // a name of the query's own
      prepared.query.nodes.insert(nodes->second.begin(), nodes->second.end());
    } else if (attached_.count(table.first) > 0) {
      prepared.query.nodes.insert(table.first);
    } else {
      continue;
    }
    prepared.reads.insert(table);
  }
  prepared.statement = *std::move(statement);
  return &prepared_.emplace(text, std::move(prepared)).first->second;
}

absl::StatusOr<Mirror::Query> Copies::Prepare(absl::string_view sql) {
  const absl::StatusOr<Prepared*> prepared = Find(sql);
  if (!prepared.ok()) return prepared.status();
  return (*prepared)->query;
}

absl::StatusOr<sim::Result> Copies::Run(absl::string_view sql,
                                        const std::map<std::string, Mirror::Source>& sources,
                                        const Mirror::Stop& stop) {
  const absl::StatusOr<Prepared*> prepared = Find(sql);
  if (!prepared.ok()) return prepared.status();
  for (const Table& table : (*prepared)->reads) {
    const absl::Status filled = Fill(table, sources);
    if (!filled.ok()) return filled;
  }
  return Step((*prepared)->statement.get(), stop);
}

absl::StatusOr<sim::Result> Copies::Try(absl::string_view sql) {
  const absl::StatusOr<Prepared*> prepared = Find(sql);
  if (!prepared.ok()) return prepared.status();
  Clear();
  return Step((*prepared)->statement.get(), nullptr);
}

absl::StatusOr<sim::Result> Copies::Step(sqlite3_stmt* statement, const Mirror::Stop& stop) {
  const Limit limit(connection_.get(), stop);
  std::vector<sim::Row> rows;
  absl::Status status;
  int step = SQLITE_ROW;
  while (status.ok() && (step = sqlite3_step(statement)) == SQLITE_ROW) {
    std::vector<sim::Value> values;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      absl::StatusOr<sim::Value> value = ReadColumn(statement, i);
      if (value.ok()) {
        values.push_back(*std::move(value));
      } else {
        status = value.status();
      }
    }
    rows.emplace_back(std::move(values));
    if (rows.size() > kMostRows) {
      status =
          absl::ResourceExhaustedError(absl::StrCat("it gives more than ", kMostRows, " rows"));
    }
  }
  if (status.ok() && step != SQLITE_DONE) {
    status = absl::InvalidArgumentError(sqlite3_errmsg(connection_.get()));
  }
  sqlite3_reset(statement);
  if (!limit.reached().ok()) return limit.reached();
  if (!status.ok()) return status;
  return sim::Result(std::move(rows), 0, 0);
}

absl::Status Copies::Fill(const Table& table,
                          const std::map<std::string, Mirror::Source>& sources) {
  if (const auto failed = failed_.find(table); failed != failed_.end()) return failed->second;
  if (filled_.count(table) > 0) return absl::OkStatus();
  const std::set<std::string> nodes =
      table.first == kWorld ? unions_.at(table.second) : std::set<std::string>{table.first};
  for (const std::string& node : nodes) {
    const auto source = sources.find(node);
    if (source == sources.end() || source->second.connection == nullptr) {
      return absl::UnavailableError(absl::StrCat("the database of ", node, " cannot be read"));
    }
    if (source->second.damaged) {
      return absl::UnavailableError(absl::StrCat("the disk of ", node, " is damaged"));
    }
  }
  filled_.insert(table);
  for (const std::string& node : nodes) {
    const absl::Status copied = Copy(table, node, sources.at(node));
    if (!copied.ok()) return failed_[table] = copied;  // Half of it is there.
  }
  return absl::OkStatus();
}

absl::StatusOr<Copies::Inserts*> Copies::InsertsInto(const Table& to, int columns) {
  Inserts& inserts = inserts_[to];
  if (inserts.one != nullptr) return &inserts;
  const std::vector<std::string> marks(static_cast<size_t>(columns), "?");
  const std::string row = absl::StrCat("(", absl::StrJoin(marks, ","), ")");
  const std::vector<std::string> rows(kRowsAtOnce, row);
  const std::string insert =
      absl::StrCat("INSERT INTO ", QuoteName(to.first), ".", QuoteName(to.second), " VALUES");
  absl::StatusOr<Statement> many =
      PrepareSql(connection_.get(), absl::StrCat(insert, absl::StrJoin(rows, ",")));
  if (!many.ok()) return many.status();
  absl::StatusOr<Statement> one = PrepareSql(connection_.get(), absl::StrCat(insert, row));
  if (!one.ok()) return one.status();
  inserts.many = *std::move(many);
  inserts.one = *std::move(one);
  return &inserts;
}

absl::Status Copies::Copy(const Table& to, const std::string& node, const Mirror::Source& from) {
  const absl::StatusOr<Statement> rows =
      PrepareSql(from.connection, absl::StrCat("SELECT * FROM main.", QuoteName(to.second)));
  if (!rows.ok()) return rows.status();
  const bool named = to.first == kWorld;  // the first column is the node
  const int columns = sqlite3_column_count(rows->get());
  const absl::StatusOr<Inserts*> inserts = InsertsInto(to, columns + (named ? 1 : 0));
  if (!inserts.ok()) return inserts.status();

  int64_t left = 0;  // Counted by looking, which is cheaper than a second statement.
  int counted;
  while ((counted = sqlite3_step(rows->get())) == SQLITE_ROW) ++left;
  sqlite3_reset(rows->get());
  if (counted != SQLITE_DONE) return absl::UnavailableError(sqlite3_errmsg(from.connection));
  ExecuteSql(connection_.get(), "BEGIN").IgnoreError();  // for speed only
  absl::Status status;
  while (left > 0 && status.ok()) {
    const int take = left < kRowsAtOnce ? 1 : kRowsAtOnce;
    sqlite3_stmt* const insert = (take == 1 ? (*inserts)->one : (*inserts)->many).get();
    int parameter = 0;
    for (int row = 0; row < take && status.ok(); ++row) {
      if (sqlite3_step(rows->get()) != SQLITE_ROW) {
        status = absl::UnavailableError(sqlite3_errmsg(from.connection));
        break;
      }
      if (named) {
        sqlite3_bind_text(insert, ++parameter, node.data(), static_cast<int>(node.size()),
                          SQLITE_STATIC);
      }
      for (int i = 0; i < columns; ++i) {
        sqlite3_bind_value(insert, ++parameter, sqlite3_column_value(rows->get(), i));
      }
    }
    if (status.ok() && sqlite3_step(insert) != SQLITE_DONE) {
      status = absl::InternalError(sqlite3_errmsg(connection_.get()));
    }
    sqlite3_reset(insert);
    left -= take;
  }
  ExecuteSql(connection_.get(), "COMMIT").IgnoreError();
  return status;
}

void Copies::Clear() {
  for (const Table& table : filled_) {
    const absl::Status cleared = ExecuteSql(
        connection_.get(),
        absl::StrCat("DELETE FROM ", QuoteName(table.first), ".", QuoteName(table.second)));
    SIM_CHECK(cleared.ok()) << cleared.ToString();
  }
  filled_.clear();
  failed_.clear();
}

}  // namespace scenarios
