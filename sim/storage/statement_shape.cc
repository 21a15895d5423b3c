#include "sim/storage/statement_shape.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/storage/sql_tokens.h"

namespace sim {
namespace {

using Tokens = std::vector<SqlToken>;

absl::Status Refuse(absl::string_view sql, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(why, ": ", sql));
}

// The first token from `from` on that is outside all parentheses and one of
// `words`, else the end.
size_t FindOutermost(const Tokens& tokens, size_t from,
                     std::initializer_list<absl::string_view> words) {
  for (size_t i = from; i < tokens.size(); ++i) {
    if (tokens[i].depth != 0) continue;
    for (const absl::string_view word : words) {
      if (tokens[i].Is(word)) return i;
    }
  }
  return tokens.size();
}

// The index after the parenthesis that `open` opens.
size_t SkipParentheses(const Tokens& tokens, size_t open) {
  size_t i = open + 1;
  while (i < tokens.size() && !(tokens[i].IsSymbol(')') && tokens[i].depth == tokens[open].depth)) {
    ++i;
  }
  return i + 1;
}

bool OpensSelect(const Tokens& tokens, size_t i) {
  return tokens[i].IsSymbol('(') && i + 1 < tokens.size() &&
         (tokens[i + 1].Is("select") || tokens[i + 1].Is("with") || tokens[i + 1].Is("values"));
}

bool IsValue(const SqlToken& token) {
  return token.kind == TokenKind::kLiteral || token.kind == TokenKind::kParameter ||
         token.Is("null") || token.IsSymbol('-');
}

// Whether a comparison of the column at `i` with a value follows it.
bool ComparesWithValue(const Tokens& tokens, size_t i, size_t end) {
  size_t next = i + 1;
  if (next >= end) return false;
  if (tokens[next].Is("in")) {
    return next + 1 < end && tokens[next + 1].IsSymbol('(') && !OpensSelect(tokens, next + 1);
  }
  if (tokens[next].Is("is")) {
    ++next;
  } else if (tokens[next].IsSymbol('=')) {
    ++next;
    if (next < end && tokens[next].IsSymbol('=')) ++next;
  } else {
    return false;
  }
  return next < end && IsValue(tokens[next]);
}

std::vector<std::string> ComparedColumns(const Tokens& tokens, size_t begin) {
  std::vector<std::string> compared;
  const size_t where = FindOutermost(tokens, begin, {"where"});
  const size_t end = FindOutermost(
      tokens, where, {"group", "order", "limit", "returning", "window", "union", "on"});
  for (size_t i = where; i < end; ++i) {
    if (OpensSelect(tokens, i)) {
      i = SkipParentheses(tokens, i) - 1;
      continue;
    }
    if (!tokens[i].IsName() || tokens[i].Is("not") || tokens[i].Is("end")) continue;
    const bool after_value = i >= where + 3 && tokens[i - 1].IsSymbol('=') &&
                             IsValue(tokens[i - 2]) &&
                             !(i + 1 < end && tokens[i + 1].IsSymbol('.'));
    if (!ComparesWithValue(tokens, i, end) && !after_value) continue;
    if (std::find(compared.begin(), compared.end(), tokens[i].text) == compared.end()) {
      compared.push_back(tokens[i].text);
    }
  }
  return compared;
}

absl::Status CheckWords(absl::string_view sql, const Tokens& tokens) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SqlToken& token = tokens[i];
    const bool called = i + 1 < tokens.size() && tokens[i + 1].IsSymbol('(');
    if (token.Is("rowid") || token.Is("_rowid_")) {
      return Refuse(sql, "rowid may not be used, name the primary key");
    }
    if (called && (token.Is("random") || token.Is("randomblob"))) {
      return Refuse(sql, "random() may not be used, draw from Env and bind the value");
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
  if (!shape.writes) {
    const size_t count = tokens.size();
    shape.for_update = tokens[count - 1].Is("update") && tokens[count - 2].Is("for");
    if (shape.for_update) shape.sql.resize(tokens[count - 2].offset);
    return shape;
  }

  size_t name = verb + 1;
  if (tokens[verb].Is("update")) {
    shape.kind = ChangeKind::kUpdate;
    if (name < tokens.size() && tokens[name].Is("or")) name += 2;
  } else if (tokens[verb].Is("delete")) {
    shape.kind = ChangeKind::kDelete;
    name = FindOutermost(tokens, verb, {"from"}) + 1;
  } else {
    name = FindOutermost(tokens, verb, {"into"}) + 1;
  }
  if (name + 2 < tokens.size() && tokens[name + 1].IsSymbol('.')) name += 2;
  if (name < tokens.size()) shape.table = tokens[name].text;
  if (shape.table.rfind("sqlite_", 0) == 0) {
    return Refuse(sql, "the tables of SQLite itself may not be written");
  }
  return shape;
}

}  // namespace sim
