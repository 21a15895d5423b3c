// Delta debugging finds what breaks something. Method: rapidcheck chooses what breaks it,
// and the result is compared with what is known about it.

#include "scenarios/search/ddmin.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace scenarios {
namespace {

std::vector<int> UpTo(int count) {
  std::vector<int> items;
  for (int i = 0; i < count; ++i) items.push_back(i);
  return items;
}

RC_GTEST_PROP(Ddmin, FindsExactlyWhatIsNeeded, ()) {
  const int count = *rc::gen::inRange(1, 60);
  const std::set<int> needed = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, count));
  const Breaks<int> breaks = [&](const std::vector<int>& tried) -> std::optional<std::vector<int>> {
    const std::set<int> has(tried.begin(), tried.end());
    if (!std::includes(has.begin(), has.end(), needed.begin(), needed.end())) return std::nullopt;
    return tried;
  };
  const std::vector<int> found = Ddmin(UpTo(count), breaks);
  if (needed.empty()) {
    RC_ASSERT(found.size() == 1u);  // It never asks for nothing at all.
  } else {
    RC_ASSERT(found == std::vector<int>(needed.begin(), needed.end()));
  }
}

// Whatever it is that breaks it, also if more items mend it again.
RC_GTEST_PROP(Ddmin, LeavesNothingOutInVain, ()) {
  const int count = *rc::gen::inRange(2, 20);
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const std::vector<int> all = UpTo(count);
  const auto broken = [&](const std::vector<int>& tried) {
    uint64_t hash = seed;
    for (const int item : tried) hash = (hash ^ static_cast<uint64_t>(item)) * 0x9e3779b97f4a7c15u;
    return tried == all || (hash >> 61) == 0;
  };
  const std::vector<int> found =
      Ddmin<int>(all, [&](const std::vector<int>& tried) -> std::optional<std::vector<int>> {
        return broken(tried) ? std::optional(tried) : std::nullopt;
      });
  RC_ASSERT(broken(found));
  for (size_t out = 0; found.size() > 1 && out < found.size(); ++out) {
    std::vector<int> fewer = found;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(out));
    RC_ASSERT(!broken(fewer));
  }
}

TEST(Ddmin, NeedsFewTestsForFewOfMany) {
  int tests = 0;
  const std::vector<int> found =
      Ddmin<int>(UpTo(1000), [&](const std::vector<int>& tried) -> std::optional<std::vector<int>> {
        ++tests;
        const bool both = std::count(tried.begin(), tried.end(), 17) == 1 &&
                          std::count(tried.begin(), tried.end(), 801) == 1;
        return both ? std::optional(tried) : std::nullopt;
      });
  EXPECT_EQ(found, (std::vector<int>{17, 801}));
  EXPECT_LT(tests, 150);
}

TEST(Ddmin, DropsWhatTheTestSaysDidNotMatter) {
  const std::vector<int> found =
      Ddmin<int>(UpTo(100), [&](const std::vector<int>& tried) -> std::optional<std::vector<int>> {
        if (std::count(tried.begin(), tried.end(), 40) == 0) return std::nullopt;
        return std::vector<int>{40};
      });
  EXPECT_EQ(found, std::vector<int>{40});
}

}  // namespace
}  // namespace scenarios
