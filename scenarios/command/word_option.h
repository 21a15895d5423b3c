// An option whose value is one of few words. Another word is refused by naming them.

#ifndef SCENARIOS_COMMAND_WORD_OPTION_H_
#define SCENARIOS_COMMAND_WORD_OPTION_H_

#include <map>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace scenarios {

// `value` must live until the command line is parsed.
template <typename Value>
void AddWordOption(CLI::App& command, const std::string& flag, Value& value,
                   const std::map<std::string, Value>& words, const std::string& about) {
  const auto name = [](std::string* out, const auto& word) { out->append(word.first); };
  const std::string all = absl::StrJoin(words, ", ", name);
  command
      .add_option_function<std::string>(
          flag,
          [&value, words, flag, all](const std::string& word) {
            const auto at = words.find(word);
            if (at == words.end()) {
              throw CLI::ValidationError(
                  flag, absl::StrCat("\"", word, "\" is no such word; write one of ", all));
            }
            value = at->second;
          },
          about)
      ->type_name("WORD");
}

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_WORD_OPTION_H_
