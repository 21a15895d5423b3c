#include "sim/storage/sql_tokens.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace sim {
namespace {

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The end of what begins at `at` with a quote and ends with `close`; a doubled
// `close` stands for itself.
size_t QuoteEnd(absl::string_view sql, size_t at, char close) {
  for (++at; at < sql.size(); ++at) {
    if (sql[at] != close) continue;
    if (at + 1 < sql.size() && sql[at + 1] == close) {
      ++at;
    } else {
      return at + 1;
    }
  }
  return sql.size();
}

size_t CommentEnd(absl::string_view sql, size_t at) {
  const bool line = sql[at] == '-';
  const size_t end = sql.find(line ? "\n" : "*/", at + 2);
  return end == absl::string_view::npos ? sql.size() : end + (line ? 1 : 2);
}

}  // namespace

std::vector<SqlToken> Tokenize(absl::string_view sql) {
  std::vector<SqlToken> tokens;
  int depth = 0;
  auto word_end = [sql](size_t at) {
    while (at < sql.size() && IsWordCharacter(sql[at])) ++at;
    return at;
  };
  for (size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    const absl::string_view two = sql.substr(at, 2);
    size_t end = at + 1;
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
      at = end;
      continue;
    }
    if (two == "--" || two == "/*") {
      at = CommentEnd(sql, at);
      continue;
    }
    TokenKind kind = TokenKind::kSymbol;
    if (c == '\'') {
      kind = TokenKind::kLiteral;
      end = QuoteEnd(sql, at, '\'');
    } else if (c == '"' || c == '`' || c == '[') {
      kind = TokenKind::kName;
      end = QuoteEnd(sql, at, c == '[' ? ']' : c);
    } else if (c == '?' || c == ':' || c == '@' || c == '$') {
      kind = TokenKind::kParameter;
      end = word_end(at + 1);
    } else if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      kind = TokenKind::kLiteral;
      end = word_end(at);
    } else if (IsWordCharacter(c)) {
      kind = TokenKind::kWord;
      end = word_end(at);
    }
    if (c == ')') --depth;
    std::string text(sql.substr(at, end - at));
    if (kind == TokenKind::kName) text = text.substr(1, std::max<size_t>(text.size(), 2) - 2);
    if (kind == TokenKind::kName || kind == TokenKind::kWord) absl::AsciiStrToLower(&text);
    tokens.push_back({kind, std::move(text), depth, at});
    if (c == '(') ++depth;
    at = end;
  }
  return tokens;
}

}  // namespace sim
