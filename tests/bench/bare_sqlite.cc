#include <sqlite3.h>

#include <memory>
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

// A connection that serves one bank after the other, as those of the simulator do.
struct Bare {
  explicit Bare(sim::SchemaCache& schemas) {
    image = (*schemas.Find(kBankSchema))->image;
    idle.Install("idle.db", image);
    connection = *sim::Connection::Open(idle, "idle.db", "TRUNCATE", /*seed=*/1);
    const bool ready = connection->Start().ok() && connection->Detach(idle, "idle.db").ok();
    SIM_CHECK(ready) << "the database does not open";
  }

  sim::Choices choices{/*seed=*/1, /*adversary=*/nullptr};
  sim::Disk idle{choices, "idle", /*site=*/nullptr};
  std::shared_ptr<const sim::DiskImage> image;
  std::unique_ptr<sim::Connection> connection;
};

void RunBank(Bare& bare) {
  sim::Disk disk(bare.choices, "bank", /*site=*/nullptr);
  disk.Install("bank.db", bare.image);
  const bool open =
      bare.connection->Attach(disk, "bank.db", /*seed=*/1).ok() && bare.connection->Start().ok();
  SIM_CHECK(open) << "the database does not open";
  static sqlite3* const db = bare.connection->handle();
  static Prepared begin(db, "BEGIN"), commit(db, "COMMIT"), select(db, kSelectAccount),
      update(db, kUpdateAccount), insert(db, kInsertTransfer);
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
  SIM_CHECK(bare.connection->Detach(bare.idle, "idle.db").ok()) << "it does not close";
}

}  // namespace

void RunBareSqlite(int banks) {
  // Made once per process, as in the runner.
  static sim::SchemaCache& schemas = *new sim::SchemaCache;
  static Bare& bare = *new Bare(schemas);
  for (int i = 0; i < banks; ++i) RunBank(bare);
}

}  // namespace bench
