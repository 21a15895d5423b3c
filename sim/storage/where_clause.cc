#include "sim/storage/where_clause.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"

namespace sim {
namespace {

using Tokens = std::vector<SqlToken>;

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

// The end of the WHERE that begins at `where`.
size_t WhereEnd(const Tokens& tokens, size_t where) {
  return FindOutermost(tokens, where,
                       {"group", "order", "limit", "returning", "window", "union", "on", "for"});
}

// The number of each parameter, by the index of its token: as SQLite counts them.
std::map<size_t, size_t> ParameterNumbers(const Tokens& tokens) {
  std::map<size_t, size_t> numbers;
  std::map<std::string, size_t> names;
  size_t last = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::kParameter) continue;
    const std::string& text = tokens[i].text;
    size_t number = last + 1;
    if (text.size() > 1 && text[0] == '?') {
      if (!absl::SimpleAtoi(text.substr(1), &number)) continue;
    } else if (text.size() > 1) {
      number = names.emplace(text, last + 1).first->second;
    }
    last = std::max(last, number);
    numbers.emplace(i, number);
  }
  return numbers;
}

std::optional<Value> Literal(const Tokens& tokens, size_t begin, size_t end) {
  const bool negative = end - begin == 2 && tokens[begin].IsSymbol('-');
  const SqlToken& token = tokens[end - 1];
  if (token.kind != TokenKind::kLiteral || end - begin != (negative ? 2 : 1)) return std::nullopt;
  if (token.text[0] == '\'') {
    if (negative) return std::nullopt;
    const std::string inner = token.text.substr(1, token.text.size() - 2);
    return absl::StrReplaceAll(inner, {{"''", "'"}});
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(token.text, &number)) return std::nullopt;
  return negative ? -number : number;
}

}  // namespace

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

std::vector<std::string> ComparedColumns(const Tokens& tokens, size_t begin) {
  std::vector<std::string> compared;
  const size_t where = FindOutermost(tokens, begin, {"where"});
  const size_t end = WhereEnd(tokens, where);
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

std::vector<StatementShape::Equality> Equalities(const Tokens& tokens, size_t begin) {
  std::vector<StatementShape::Equality> equalities;
  const size_t where = FindOutermost(tokens, begin, {"where"});
  const size_t end = WhereEnd(tokens, where);
  // Words that make AND mean something else, or nothing sure.
  if (where == tokens.size() || FindOutermost(tokens, where, {"or", "between", "case"}) < end) {
    return equalities;
  }
  const std::map<size_t, size_t> parameters = ParameterNumbers(tokens);
  for (size_t i = where + 1; i < end;) {
    const size_t next = std::min(end, FindOutermost(tokens, i, {"and"}));
    // [table .] column = value, or = = value.
    size_t at = i;
    i = next + 1;
    if (at + 2 < next && tokens[at].IsName() && tokens[at + 1].IsSymbol('.')) at += 2;
    if (at + 2 >= next || !tokens[at].IsName() || !tokens[at + 1].IsSymbol('=')) continue;
    StatementShape::Equality equality;
    equality.column = tokens[at].text;
    size_t value = at + 2;
    if (tokens[value].IsSymbol('=')) ++value;
    if (value + 1 == next && parameters.count(value) != 0) {
      equality.parameter = parameters.at(value);
    } else if (value < next) {
      std::optional<Value> literal = Literal(tokens, value, next);
      if (!literal) continue;
      equality.literal = *std::move(literal);
    } else {
      continue;
    }
    equalities.push_back(std::move(equality));
  }
  return equalities;
}

}  // namespace sim
