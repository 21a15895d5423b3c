#include "scenarios/checks/mirror.h"

#include <cctype>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/copies.h"
#include "scenarios/checks/sqlite.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

constexpr size_t kMostAttached = 10;  // SQLITE_MAX_ATTACHED

// The tables of a database, from its DDL.
struct Schema {
  std::vector<TableText> texts;
  std::vector<sim::TableInfo> infos;
  std::map<std::pair<std::string, std::string>, std::string> types;  // by table and column
};

absl::StatusOr<Schema> ReadSchema(const std::string& node, const std::string& ddl) {
  const Connection connection = OpenInMemory();
  const absl::Status executed = ExecuteSql(connection.get(), ddl);
  if (!executed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the schema of node ", node, ": ", executed.message()));
  }
  const absl::StatusOr<Statement> columns = PrepareSql(
      connection.get(),
      "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c"
      " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
      " ORDER BY t.name, c.cid");
  SIM_CHECK(columns.ok()) << columns.status().ToString();

  Schema schema;
  std::map<std::string, std::map<int, int>> keys;  // table -> place in the key -> column
  while (sqlite3_step(columns->get()) == SQLITE_ROW) {
    const std::string table = TextColumn(columns->get(), 0);
    const std::string column = TextColumn(columns->get(), 1);
    const int key = sqlite3_column_int(columns->get(), 3);
    if (schema.infos.empty() || schema.infos.back().name != table) {
      schema.infos.push_back({table, {}, {}});
      schema.texts.push_back({table, "", ""});
    }
    sim::TableInfo& info = schema.infos.back();
    if (key > 0) keys[table][key] = static_cast<int>(info.columns.size());
    info.columns.push_back(column);
    schema.types[{table, column}] = TextColumn(columns->get(), 2);
    std::string& declared = schema.texts.back().columns;
    absl::StrAppend(&declared, declared.empty() ? "" : ", ", QuoteName(column), " ",
                    TextColumn(columns->get(), 2));
  }
  for (size_t i = 0; i < schema.infos.size(); ++i) {
    sim::TableInfo& info = schema.infos[i];
    for (const auto& [place, column] : keys[info.name]) {
      info.primary_key.push_back(column);
      std::string& key = schema.texts[i].key;
      absl::StrAppend(&key, key.empty() ? "" : ", ",
                      QuoteName(info.columns[static_cast<size_t>(column)]));
    }
    if (info.primary_key.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the schema of node ", node, ": table ", info.name, " has no primary key"));
    }
  }
  return schema;
}

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Whether `sql` may mean the schema `name`: the word with a dot behind it.
bool MayName(absl::string_view sql, absl::string_view name) {
  for (size_t i = 0; i + name.size() < sql.size(); ++i) {
    if (i > 0 && IsNameCharacter(sql[i - 1])) continue;
    if (!absl::EqualsIgnoreCase(sql.substr(i, name.size()), name)) continue;
    absl::string_view rest = sql.substr(i + name.size());
    if (absl::StartsWith(rest, "\"")) rest.remove_prefix(1);
    if (absl::StartsWith(rest, ".")) return true;
  }
  return false;
}

class SqliteMirror final : public Mirror {
 public:
  absl::Status AddSchemas(const std::map<std::string, std::string>& schemas) {
    std::set<std::string> all;
    for (const auto& [node, ddl] : schemas) {
      for (const absl::string_view reserved : {"main", "temp", "world"}) {
        if (absl::EqualsIgnoreCase(node, reserved)) {
          return absl::InvalidArgumentError(
              absl::StrCat("a node with a database cannot be called ", node));
        }
      }
      absl::StatusOr<Schema> schema = ReadSchema(node, ddl);
      if (!schema.ok()) return schema.status();
      texts_[node] = std::move(schema->texts);
      tables_[node] = std::move(schema->infos);
      types_[node] = std::move(schema->types);
      all.insert(node);
    }
    if (all.size() > kMostAttached) return absl::OkStatus();  // each check has its own few
    return CopiesOf(all).status();
  }

  absl::StatusOr<Query> Prepare(absl::string_view sql) override {
    const absl::StatusOr<Copies*> copies = CopiesFor(sql);
    if (!copies.ok()) return copies.status();
    return (*copies)->Prepare(sql);
  }

  absl::StatusOr<sim::Result> Try(absl::string_view sql) override {
    const absl::StatusOr<Copies*> copies = CopiesFor(sql);
    if (!copies.ok()) return copies.status();
    return (*copies)->Try(sql);
  }

  const std::map<std::string, std::vector<sim::TableInfo>>& tables() const override {
    return tables_;
  }

  const std::string& TypeOf(absl::string_view node, absl::string_view table,
                            absl::string_view column) const override {
    return types_.at(std::string(node)).at({std::string(table), std::string(column)});
  }

  std::unique_ptr<Books> Open(std::map<std::string, Source> sources, sim::Nanos at,
                              Stop stop) override;

  // The copies on which `sql` runs.
  absl::StatusOr<Copies*> CopiesFor(absl::string_view sql) {
    std::set<std::string> named;
    for (const auto& [node, tables] : tables_) {
      if (MayName(sql, node)) named.insert(node);
    }
    for (const std::unique_ptr<Copies>& copies : copies_) {
      bool all = true;
      for (const std::string& node : named) all = all && copies->attached().count(node) > 0;
      if (all) return copies.get();
    }
    return CopiesOf(named);
  }

 private:
  absl::StatusOr<Copies*> CopiesOf(const std::set<std::string>& nodes) {
    if (nodes.size() > kMostAttached) {
      return absl::InvalidArgumentError(
          absl::StrCat("it names ", nodes.size(), " databases; at most ", kMostAttached,
                       " can be named at once, and any number read as world.<table>"));
    }
    absl::StatusOr<std::unique_ptr<Copies>> built = Copies::Build(texts_, nodes);
    if (!built.ok()) return built.status();
    copies_.push_back(*std::move(built));
    return copies_.back().get();
  }

  SchemaTexts texts_;
  std::map<std::string, std::vector<sim::TableInfo>> tables_;
  std::map<std::string, std::map<std::pair<std::string, std::string>, std::string>> types_;
  std::vector<std::unique_ptr<Copies>> copies_;
};

class MirrorBooks final : public Books {
 public:
  MirrorBooks(SqliteMirror& mirror, std::map<std::string, Mirror::Source> sources, sim::Nanos at,
              Mirror::Stop stop)
      : mirror_(mirror), sources_(std::move(sources)), at_(at), stop_(std::move(stop)) {}

  absl::StatusOr<sim::Result> Query(absl::string_view sql) override {
    const absl::StatusOr<Copies*> copies = mirror_.CopiesFor(sql);
    if (!copies.ok()) return copies.status();
    return (*copies)->Run(sql, sources_, stop_);
  }

  bool damaged(absl::string_view node) const override {
    const auto source = sources_.find(std::string(node));
    return source != sources_.end() && source->second.damaged;
  }

  sim::Nanos at() const override { return at_; }

 private:
  SqliteMirror& mirror_;
  const std::map<std::string, Mirror::Source> sources_;
  const sim::Nanos at_;
  const Mirror::Stop stop_;
};

std::unique_ptr<Books> SqliteMirror::Open(std::map<std::string, Source> sources, sim::Nanos at,
                                          Stop stop) {
  for (const std::unique_ptr<Copies>& copies : copies_) copies->Clear();
  return std::make_unique<MirrorBooks>(*this, std::move(sources), at, std::move(stop));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Mirror>> Mirror::Build(
    const std::map<std::string, std::string>& schemas) {
  auto mirror = std::make_unique<SqliteMirror>();
  const absl::Status added = mirror->AddSchemas(schemas);
  if (!added.ok()) return added;
  return mirror;
}

}  // namespace scenarios
