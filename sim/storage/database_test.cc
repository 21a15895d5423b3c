#include "sim/storage/database.h"

#include "gtest/gtest.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE account(id TEXT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL CHECK(cents >= 0));"
    "CREATE TABLE entry(id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,"
    "  cents INTEGER NOT NULL, reference TEXT NOT NULL UNIQUE);"
    "INSERT INTO account VALUES('ann', 1000), ('bob', 0)";

Task<absl::Status> Transfer(Database* db, std::string reference, int64_t cents) {
  Transaction txn = co_await Try(db->Begin());
  Result taken = co_await Try(
      txn.Execute("UPDATE account SET cents = cents - ? WHERE id = 'ann' AND cents >= ?", cents, cents));
  if (taken.affected() == 0) co_return absl::OkStatus();
  co_await Try(txn.Execute("UPDATE account SET cents = cents + ? WHERE id = ?", cents, "bob"));
  co_await Try(txn.Execute("INSERT INTO entry(account, cents, reference) VALUES(?, ?, ?)", "bob",
                           cents, reference));
  co_return co_await txn.Commit();
}

Task<> TransferTo(absl::Status* status, Database* db, std::string reference, int64_t cents) {
  *status = co_await Transfer(db, reference, cents);
}

TEST(DatabaseTest, CommittedChangesAreSeenAndReported) {
  StorageBench bench(/*seed=*/1, kSchema);
  absl::Status status = absl::UnknownError("never ran");
  bench.Run(TransferTo(&status, &bench.db(), "r1", 300));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(bench.Peek("SELECT * FROM account ORDER BY id"), "ann|700 bob|300");
  ASSERT_EQ(bench.commits().size(), 1u);
  EXPECT_EQ(bench.commits()[0].changes.size(), 3u);
  ASSERT_EQ(bench.commits()[0].statements.size(), 3u);
}

}  // namespace
}  // namespace sim
