// The words of an SQL statement, as far as rules about SQL need them.
//
// No grammar: a list of tokens, each with how deep in parentheses it stands.
// Words are in lower case; comments are gone.

#ifndef SIM_STORAGE_SQL_TOKENS_H_
#define SIM_STORAGE_SQL_TOKENS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sim {

enum class TokenKind {
  kWord,       // a keyword or an unquoted name
  kName,       // a quoted name, without its quotes
  kLiteral,    // a number or a 'text'
  kParameter,  // ? ?1 :a @a $a
  kSymbol,     // one character of punctuation
};

struct SqlToken {
  TokenKind kind = TokenKind::kSymbol;
  std::string text;
  int depth = 0;      // of a parenthesis: that of what it encloses, less one
  size_t offset = 0;  // in the statement

  bool Is(absl::string_view word) const { return kind == TokenKind::kWord && text == word; }
  bool IsSymbol(char c) const { return kind == TokenKind::kSymbol && text[0] == c; }
  bool IsName() const { return kind == TokenKind::kWord || kind == TokenKind::kName; }
};

std::vector<SqlToken> Tokenize(absl::string_view sql);

}  // namespace sim

#endif  // SIM_STORAGE_SQL_TOKENS_H_
