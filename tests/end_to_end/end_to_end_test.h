// What all end-to-end tests share: a Command over the toy systems, and words for
// what a user does with what is printed.

#ifndef TESTS_END_TO_END_END_TO_END_TEST_H_
#define TESTS_END_TO_END_END_TO_END_TEST_H_

#include <string>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/command.h"

namespace tests {

class EndToEndTest : public ::testing::Test {
 protected:
  // What follows `mark` in `text`, without the name of the program and what is said
  // in brackets.
  static std::string Again(const std::string& text, const std::string& mark = "again:   ") {
    const size_t begin = text.find(mark);
    if (begin == std::string::npos) return "";
    const std::string line =
        text.substr(begin + mark.size(), text.find('\n', begin) - begin - mark.size());
    const size_t command = line.find(" replay ") + 1;
    return line.substr(command, line.find("     (", command) - command);
  }

  // The only repro file beneath out/.
  std::string ReproFile() const {
    for (const std::string& file : settle.Files("out")) {
      if (file.ends_with(".repro.textproto")) return "out/" + file;
    }
    return "";
  }

  static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  // The number behind `"name":"` in a JSON line.
  static int Number(const std::string& json, const std::string& name) {
    const std::string mark = "\"" + name + "\":\"";
    const size_t begin = json.find(mark);
    int number = -1;
    if (begin != std::string::npos) {
      const size_t digits = begin + mark.size();
      EXPECT_TRUE(absl::SimpleAtoi(json.substr(digits, json.find('"', digits) - digits), &number));
    }
    return number;
  }

  Command settle{"tests/end_to_end/moody", "tests/end_to_end/testdata"};
};

inline auto Contains(const std::string& text) { return ::testing::HasSubstr(text); }
inline auto Lacks(const std::string& text) { return ::testing::Not(::testing::HasSubstr(text)); }

}  // namespace tests

#endif  // TESTS_END_TO_END_END_TO_END_TEST_H_
