#include <sqlite3.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "sim/choice/choices.h"
#include "sim/core/check.h"
#include "sim/storage/connection.h"
#include "sim/storage/disk.h"
#include "sim/storage/schema_cache.h"
#include "tests/bench/bank.h"

namespace bench {
namespace {

// A prepared statement, for as long as its connection is open.
class Prepared {
 public:
  Prepared(sqlite3* connection, const char* sql) {
    const int code =
        sqlite3_prepare_v3(connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    SIM_CHECK(code == SQLITE_OK) << sqlite3_errmsg(connection);
  }
  Prepared(const Prepared&) = delete;
  ~Prepared() { sqlite3_finalize(statement_); }

  sqlite3_stmt* get() const { return statement_; }
  void Bind(int parameter, int64_t value) { sqlite3_bind_int64(statement_, parameter, value); }
  void Step(int expected) {
    const int code = sqlite3_step(statement_);
    SIM_CHECK(code == expected) << sqlite3_errstr(code);
  }
  void Run() {
    Step(SQLITE_DONE);
    sqlite3_reset(statement_);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

void RunBank(sim::SchemaCache& schemas) {
  sim::Choices choices(/*seed=*/1, /*adversary=*/nullptr);
  sim::Disk disk(choices, "bank", /*site=*/nullptr);
  disk.Install("bank.db", (*schemas.Find(kBankSchema))->image);
  auto connection = *sim::Connection::Open(disk, "bank.db", "TRUNCATE", /*seed=*/1);
  SIM_CHECK(connection->Start().ok()) << "the database does not open";
  sqlite3* const db = connection->handle();
  Prepared begin(db, "BEGIN"), commit(db, "COMMIT");
  Prepared select(db, kSelectAccount), update(db, kUpdateAccount), insert(db, kInsertTransfer);
  for (int64_t i = 0; i < kTransfers; ++i) {
    const int64_t account = 1 + i % kBankAccounts;
    begin.Run();
    select.Bind(1, account);
    select.Step(SQLITE_ROW);
    const int64_t balance = sqlite3_column_int64(select.get(), 0);
    const int64_t version = sqlite3_column_int64(select.get(), 1);
    sqlite3_reset(select.get());
    update.Bind(1, balance - 1);
    update.Bind(2, account);
    update.Bind(3, version);
    update.Run();
    const std::string reference = absl::StrCat("reference-", i);
    sqlite3_bind_text(insert.get(), 1, reference.data(), static_cast<int>(reference.size()),
                      SQLITE_STATIC);
    insert.Bind(2, account);
    insert.Run();
    commit.Run();
  }
}

}  // namespace

void RunBareSqlite(int banks) {
  static sim::SchemaCache schemas;  // Made once per process, as in the runner.
  for (int i = 0; i < banks; ++i) RunBank(schemas);
}

}  // namespace bench
