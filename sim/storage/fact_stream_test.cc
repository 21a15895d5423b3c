// Goal: facts are neither lost nor invented: what they say, change by change, is
// what the tables become, under failing statements, probes, deadlocks, rollbacks
// and a crash at every write, truncation and sync.
//
// Method: clients contend for few rows; the facts are replayed, each on the rows
// that the facts before it left, and compared with the tables. The power is cut at
// the n-th place, for n from 0 on.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/core/hash.h"
#include "sim/core/waiter.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE account(id INT NOT NULL PRIMARY KEY, owner TEXT UNIQUE,"
    "  cents INTEGER NOT NULL CHECK(cents >= 0)) WITHOUT ROWID;"
    "INSERT INTO account VALUES(1, 'a', 100), (2, 'b', 100), (3, 'c', 100)";

// A few statements, of which some fail, wait or are duplicates; then an end.
Task<absl::Status> Act(StorageBench* bench, uint64_t bits) {
  Transaction txn = co_await Try(bench->db().Begin());
  for (int i = 0; i < 4; ++i) {
    bits = Mix(bits + 1);
    const int id = static_cast<int>(bits % 4) + 1;
    const std::string owner(1, static_cast<char>('a' + bits / 8 % 5));
    absl::StatusOr<Result> result;
    switch (bits / 64 % 6) {
      case 0:
        result = co_await txn.Execute("UPDATE account SET cents = cents - 60 WHERE id = ?", id);
        break;
      case 1:
        result = co_await txn.Execute("INSERT INTO account VALUES(?, ?, 5)", id, owner);
        break;
      case 2:
        result = co_await txn.Execute("UPDATE account SET owner = ? WHERE id = ?", owner, id);
        break;
      case 3:
        result = co_await txn.Execute("INSERT OR IGNORE INTO account VALUES(?, ?, 5)", id, owner);
        break;
      case 4:
        result = co_await txn.Execute("DELETE FROM account WHERE id = ?", id);
        break;
      default:
        result = co_await txn.Execute("UPDATE account SET cents = cents + 1 WHERE cents > 0");
    }
    if (absl::IsAborted(result.status())) co_return result.status();
    co_await Sleeper(bench->simulation(), Micros(static_cast<int64_t>(bits % 500)));
  }
  if (bits % 4 == 0) co_return absl::CancelledError("rolled back");
  co_return co_await txn.Commit();
}

Task<> Client(StorageBench* bench, uint64_t bits, std::map<absl::StatusCode, int>* seen) {
  for (int i = 0; i < 4; ++i) {
    bits = Mix(bits);
    const absl::Status done = co_await Act(bench, bits);
    ++(*seen)[done.code()];
  }
}

// The rows that the facts leave, or what is wrong with them.
std::string Replay(const std::vector<Commit>& commits) {
  std::map<std::string, std::string> rows = {{"1", "a|100"}, {"2", "b|100"}, {"3", "c|100"}};
  auto text = [](const std::vector<Value>& row) {
    return absl::StrCat(ToText(row[1]), "|", ToText(row[2]));
  };
  for (const Commit& commit : commits) {
    for (const RowChange& change : commit.changes) {
      if (!change.old_row.empty()) {
        const auto it = rows.find(ToText(change.old_row[0]));
        if (it == rows.end() || it->second != text(change.old_row)) return "it was not so";
        rows.erase(it);
      }
      if (change.new_row.empty()) continue;
      if (!rows.emplace(ToText(change.new_row[0]), text(change.new_row)).second) {
        return "it was there";
      }
    }
  }
  std::string out;
  for (const auto& [id, row] : rows) absl::StrAppend(&out, out.empty() ? "" : " ", id, "|", row);
  return out;
}

TEST(FactStream, IsTheDifferenceOfTheTablesAtEveryCut) {
  std::map<absl::StatusCode, int> seen;
  int cuts = 0, found = 0;
  for (int n = 0; n < 400; ++n) {
    StorageBench bench(/*seed=*/static_cast<uint64_t>(n), kSchema);
    bench.set_cut([left = n](absl::string_view place, absl::string_view) mutable {
      return place != "resume" && left-- == 0;
    });
    for (uint64_t c = 0; c < 4 && !bench.dead(); ++c) {
      bench.Spawn(absl::StrCat("client", c),
                  Client(&bench, Mix(static_cast<uint64_t>(n % 7) * 4 + c), &seen));
    }
    bench.RunAll();
    cuts += bench.dead();
    ASSERT_TRUE(bench.Reboot(n % 2 == 0 ? DiskFate::kKeepAll : DiskFate::kEach).ok()) << n;
    for (const Commit& commit : bench.commits()) found += commit.found_at_reopen;
    ASSERT_EQ(bench.Peek("SELECT * FROM account ORDER BY id"), Replay(bench.commits())) << n;
  }
  EXPECT_GT(cuts, 100);
  EXPECT_GT(found, 0);
  EXPECT_GT(seen[absl::StatusCode::kOk], 500);
  EXPECT_GT(seen[absl::StatusCode::kAborted], 50);
  EXPECT_GT(seen[absl::StatusCode::kCancelled], 50);
}

}  // namespace
}  // namespace sim
