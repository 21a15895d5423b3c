// Rows of the table: a target, what was measured, and whether that is enough.
//
// Targets are ratios where they can be, since times differ between machines. "must"
// is promised, "stretch" is hoped for.

#ifndef TESTS_BENCH_ROW_H_
#define TESTS_BENCH_ROW_H_

#include <string>
#include <vector>

namespace bench {

struct Row {
  std::string name;
  double measured = 0;
  std::string unit;  // "x" for a ratio
  double must = 0;
  double stretch = 0;
  bool at_least = false;  // else at most

  // How much of what must be it is: at most 1 if the target is met. Of nothing: none,
  // or infinitely much.
  double share() const {
    if (!at_least && measured <= 0) return 0;
    return at_least ? must / measured : measured / must;
  }
  bool Meets(double target) const { return at_least ? measured >= target : measured <= target; }
};

// "W1 limit: ...   1.52 x   0.76   <= 2   <= 1.3   met".
std::string LineOf(const Row& row);
std::string HeadOfRows();

// How much time may be spent.
enum class Effort { kQuick, kFull };

// Prints each row as it is measured.
class Rows {
 public:
  void Add(Row row);
  const std::vector<Row>& all() const { return rows_; }

 private:
  std::vector<Row> rows_;
};

}  // namespace bench

#endif  // TESTS_BENCH_ROW_H_
