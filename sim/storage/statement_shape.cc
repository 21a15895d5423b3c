#include "sim/storage/statement_shape.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/storage/sql_tokens.h"
#include "sim/storage/where_clause.h"

namespace sim {
namespace {

using Tokens = std::vector<SqlToken>;

absl::Status Refuse(absl::string_view sql, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(why, ": ", sql));
}

absl::Status CheckWords(absl::string_view sql, const Tokens& tokens) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SqlToken& token = tokens[i];
    const bool called = i + 1 < tokens.size() && tokens[i + 1].IsSymbol('(');
    if (token.IsName() && token.text == kBranchTable) {
      return Refuse(sql, "the database's own table may not be used");
    }
    if (token.Is("rowid") || token.Is("_rowid_")) {
      return Refuse(sql, "rowid may not be used, name the primary key");
    }
    if (called && (token.Is("random") || token.Is("randomblob"))) {
      return Refuse(sql, "random() may not be used, draw from Env and bind the value");
    }
    if (called &&
        (token.Is("last_insert_rowid") || token.Is("changes") || token.Is("total_changes"))) {
      return Refuse(sql, "a connection is no state of a service; ask the Result of the statement");
    }
    if (token.IsName() && (token.text == "sqlite_stmt" || token.text == "pragma_data_version")) {
      return Refuse(sql, "tables that tell of the connection may not be used");
    }
    if (token.Is("current_timestamp") || token.Is("current_date") || token.Is("current_time")) {
      return Refuse(sql, "SQL has no clock, ask Env for the time and bind it");
    }
    if (token.Is("or") && i + 1 < tokens.size() && i > 0 &&
        (tokens[i - 1].Is("insert") || tokens[i - 1].Is("update")) &&
        (tokens[i + 1].Is("fail") || tokens[i + 1].Is("rollback"))) {
      return Refuse(sql, "OR FAIL and OR ROLLBACK may not be used, a statement is all or nothing");
    }
  }
  return absl::OkStatus();
}

bool Any(const Tokens& tokens, size_t from, std::initializer_list<absl::string_view> words) {
  for (size_t i = from; i < tokens.size(); ++i) {
    for (const absl::string_view word : words) {
      if (tokens[i].Is(word)) return true;
    }
  }
  return false;
}

// Where the name of the table begins that the statement with `verb` is about;
// past the end if there is none.
size_t TableName(const Tokens& tokens, size_t verb) {
  size_t name = verb + 1;
  if (tokens[verb].Is("update")) {
    if (name < tokens.size() && tokens[name].Is("or")) name += 2;
  } else if (tokens[verb].Is("insert") || tokens[verb].Is("replace")) {
    name = FindOutermost(tokens, verb, {"into"}) + 1;
  } else {
    name = FindOutermost(tokens, verb, {"from"}) + 1;
  }
  if (name + 2 < tokens.size() && tokens[name + 1].IsSymbol('.')) name += 2;
  return name;
}

// Whether the statement is about no table but the one that is named at `name`.
bool NamesOneTable(const Tokens& tokens, size_t verb, size_t name) {
  if (verb != 0 || name >= tokens.size() || !tokens[name].IsName()) return false;
  if (Any(tokens, 1, {"select", "join", "union", "intersect", "except", "with"})) return false;
  if (tokens[verb].Is("update")) return FindOutermost(tokens, verb, {"from"}) == tokens.size();
  const size_t end = FindOutermost(tokens, name, {"where", "group", "order", "limit", "returning"});
  for (size_t i = name; i < end && !tokens[verb].Is("insert") && !tokens[verb].Is("replace"); ++i) {
    if (tokens[i].depth == 0 && tokens[i].IsSymbol(',')) return false;
  }
  return true;
}

absl::Status ShapeForUpdate(absl::string_view sql, const Tokens& tokens, size_t name,
                            StatementShape& shape) {
  if (!shape.one_table || Any(tokens, 0, {"group", "distinct", "having", "window"})) {
    return Refuse(sql, "FOR UPDATE locks rows of one table, without joins, subqueries and groups");
  }
  const bool limited = Any(tokens, name, {"limit"});
  for (size_t i = 0; i < name; ++i) {
    if (limited && tokens[i].IsSymbol('(')) {
      return Refuse(sql, "FOR UPDATE with LIMIT takes plain columns only");
    }
    if (tokens[i].kind == TokenKind::kParameter) {
      return Refuse(sql, "FOR UPDATE takes values in WHERE only");
    }
  }
  shape.sql.resize(tokens[tokens.size() - 2].offset);
  shape.locked_rows_sql = absl::StrCat("SELECT * FROM ", shape.sql.substr(tokens[name].offset));
  return absl::OkStatus();
}

// What an INSERT or UPDATE does about duplicates, and how to ask for their keys.
void ShapeDuplicates(absl::string_view sql, const Tokens& tokens, size_t verb,
                     StatementShape& shape) {
  if (tokens[verb].Is("replace")) {
    shape.on_duplicate = OnDuplicate::kReplace;
    return;
  }
  size_t rest = verb + 1;
  if (rest + 1 < tokens.size() && tokens[rest].Is("or")) {
    if (tokens[rest + 1].Is("ignore")) shape.on_duplicate = OnDuplicate::kIgnore;
    if (tokens[rest + 1].Is("replace")) shape.on_duplicate = OnDuplicate::kReplace;
    rest += 2;
  }
  size_t end = sql.size();
  for (size_t i = rest; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].Is("do")) continue;
    if (tokens[i + 1].Is("update")) shape.on_duplicate = OnDuplicate::kUpdate;
    if (tokens[i + 1].Is("nothing")) {
      shape.on_duplicate = OnDuplicate::kIgnore;
      end = tokens[FindOutermost(tokens, rest, {"on"})].offset;
    }
    break;
  }
  if (rest >= tokens.size() || shape.on_duplicate == OnDuplicate::kReplace) return;
  const size_t from = tokens[rest].offset;
  shape.probe_sql = absl::StrCat(sql.substr(0, tokens[verb].offset), tokens[verb].text,
                                 " OR REPLACE ", sql.substr(from, end - from));
}

}  // namespace

absl::StatusOr<StatementShape> ShapeOf(absl::string_view sql) {
  Tokens tokens = Tokenize(sql);
  if (absl::Status status = CheckWords(sql, tokens); !status.ok()) return status;
  while (!tokens.empty() && tokens.back().IsSymbol(';')) tokens.pop_back();
  for (const SqlToken& token : tokens) {
    if (token.IsSymbol(';')) return Refuse(sql, "one statement at a time");
  }

  StatementShape shape;
  shape.sql = std::string(sql);
  const size_t verb =
      FindOutermost(tokens, 0, {"select", "values", "insert", "replace", "update", "delete"});
  if (verb == tokens.size() || (verb != 0 && !tokens[0].Is("with"))) {
    return Refuse(sql, "only SELECT, INSERT, REPLACE, UPDATE and DELETE may be executed");
  }
  shape.writes = !tokens[verb].Is("select") && !tokens[verb].Is("values");
  shape.compared = ComparedColumns(tokens, verb);
  const size_t count = tokens.size();
  shape.for_update =
      !shape.writes && count > 2 && tokens[count - 1].Is("update") && tokens[count - 2].Is("for");
  const size_t name = TableName(tokens, verb);
  if (name < count) shape.table = tokens[name].text;
  shape.one_table = NamesOneTable(tokens, verb, name);
  if (shape.one_table) shape.equalities = Equalities(tokens, verb);
  if (shape.for_update) {
    if (absl::Status status = ShapeForUpdate(sql, tokens, name, shape); !status.ok()) {
      return status;
    }
  }
  if (!shape.writes) return shape;

  if (tokens[verb].Is("update")) shape.kind = ChangeKind::kUpdate;
  if (tokens[verb].Is("delete")) shape.kind = ChangeKind::kDelete;
  if (shape.kind != ChangeKind::kDelete) ShapeDuplicates(sql, tokens, verb, shape);
  if (shape.table.rfind("sqlite_", 0) == 0) {
    return Refuse(sql, "the tables of SQLite itself may not be written");
  }
  return shape;
}

}  // namespace sim
