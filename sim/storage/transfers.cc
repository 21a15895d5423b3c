#include "sim/storage/transfers.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

constexpr int kAccounts = 30;
constexpr int64_t kMoney = 1000 * kAccounts;

Task<absl::Status> Transfer(Database* db, std::string reference, uint64_t bits) {
  const int from = static_cast<int>(Below(Mix(bits), kAccounts));
  const int to = static_cast<int>(Below(Mix(bits + 1), kAccounts));
  const int64_t cents = static_cast<int64_t>(1 + bits % 50);
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Execute("UPDATE account SET cents = cents - ? WHERE id = ?", cents, from));
  co_await Try(txn.Execute("UPDATE account SET cents = cents + ? WHERE id = ?", cents, to));
  const std::string note(bits % 700, 'n');
  co_await Try(txn.Execute("INSERT INTO transfer VALUES(?, ?, ?)", reference, cents, note));
  co_return co_await txn.Commit();
}

bool IsSound(DatabaseServer& server) {
  std::string said;
  auto hear = [](void* out, int, char** columns, char**) {
    absl::StrAppend(static_cast<std::string*>(out), columns[0]);
    return 0;
  };
  sqlite3_exec(server.connection(), "PRAGMA integrity_check", hear, &said, nullptr);
  return said == "ok";
}

}  // namespace

std::string TransferSchema() {
  return absl::StrCat(
      "CREATE TABLE account(id INT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL, note TEXT) "
      "WITHOUT ROWID;"
      "CREATE TABLE transfer(reference TEXT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL,"
      "  note TEXT) WITHOUT ROWID;"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ",
      kAccounts - 1, ") INSERT INTO account SELECT i, 1000, printf('%0200d', i) FROM n");
}

Task<> TransferMoney(TransferOutcomes* outcomes, Database* db, std::string name, uint64_t bits) {
  for (int i = 0; i < 4; ++i) {
    const std::string reference = absl::StrCat(name, "-", i);
    const absl::Status done =
        co_await Transfer(db, reference, Mix(bits + static_cast<uint64_t>(i)));
    if (done.ok()) {
      outcomes->acknowledged.insert(reference);
    } else if (absl::IsUnknown(done)) {
      outcomes->unknown.insert(reference);
    } else {
      outcomes->failed.insert(reference);
    }
  }
}

std::string Audit(StorageBench& bench, const TransferOutcomes& outcomes) {
  if (!IsSound(bench.server())) return "corrupt";
  if (bench.Peek("SELECT sum(cents) FROM account") != absl::StrCat(kMoney)) return "money";
  const absl::StatusOr<Result> found =
      bench.server().Peek("SELECT reference FROM transfer ORDER BY reference");
  if (!found.ok()) return std::string(found.status().message());
  std::set<std::string> transfers;
  for (const Row& row : *found) transfers.insert(row.Text(0));
  for (const std::string& reference : outcomes.acknowledged) {
    if (transfers.count(reference) == 0) return "lost";
  }
  for (const std::string& reference : outcomes.failed) {
    if (transfers.count(reference) > 0) return "failed, but there";
  }
  std::multiset<std::string> facts;
  for (const Commit& commit : bench.commits()) facts.insert(commit.changes.back().Key());
  if (facts != std::multiset<std::string>(transfers.begin(), transfers.end())) return "facts";
  return "";
}

}  // namespace sim
