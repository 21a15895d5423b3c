// `settle fuzz` where one bug is met as many kinds of failures, some of which are one when they
// have been made small. Method: two planted bugs of the exchange, fuzzed twice into one corpus.

#include <filesystem>
#include <string>
#include <vector>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

class FuzzExchangeTest : public EndToEndTest {
 protected:
  Seen Fuzz() {
    const std::string folder =
        (std::filesystem::current_path() / "scenarios/exchange/quirk_").string();
    return exchange.Run({"fuzz", folder + "reversal_skips_success.textproto",
                         folder + "query_from_memory.textproto", "--seeds=20"});
  }

  // Where the kinds are listed.
  static size_t Summary(const Seen& seen) { return seen.out.find("VIOLATED, as expected"); }

  Command exchange{"settle", "tests/end_to_end/testdata"};
};

TEST_F(FuzzExchangeTest, TellsKindsOfOneShapeAsOneAndKnowsThem) {
  const Seen first = Fuzz();
  EXPECT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_THAT(first.out, Lacks("NONDETERMINISM"));
  EXPECT_THAT(first.out, Contains("VIOLATED  legal_transitions"));  // in full
  EXPECT_THAT(first.out, Lacks("of failures, 0 new"));
  const Seen second = Fuzz();
  EXPECT_EQ(second.code, 0) << second.out << second.err;
  EXPECT_THAT(second.out, Lacks("VIOLATED  legal_transitions"));
  EXPECT_THAT(second.out, Contains("of failures, 0 new"));
  // What was made small in the first is what is told in the second.
  for (const Seen* seen : {&first, &second}) {
    const Seen again = exchange.Shell("settle " + Again(seen->out.substr(Summary(*seen))));
    EXPECT_THAT(seen->out, Contains("(1 fault)"));
    EXPECT_EQ(again.code, 1) << again.err;
    EXPECT_THAT(again.out, Contains("in the very same run"));
  }
}

}  // namespace
}  // namespace tests
