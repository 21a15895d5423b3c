#include "sim/storage/sqlite_library.h"

#include <sqlite3.h>

#include "sim/core/check.h"
#include "sim/storage/sqlite_vfs.h"

namespace sim {
namespace {

bool Start() {
  // Refused if this process has opened a connection before: then SQLite only
  // counts its memory and takes its mutexes, which costs a tenth of its speed.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  SIM_CHECK(sqlite3_initialize() == SQLITE_OK) << "SQLite does not start";
  SIM_CHECK(sqlite3_compileoption_used("ENABLE_PREUPDATE_HOOK"))
      << "this SQLite was built without SQLITE_ENABLE_PREUPDATE_HOOK, which Debian's has";
  RegisterSqliteVfs();
  return true;
}

}  // namespace

void StartSqlite() {
  static const bool started = Start();
  static_cast<void>(started);
}

void SeedSqlite(uint64_t seed) {
  // 0 would mean: ask the operating system.
  const int nonzero = static_cast<int>(seed & 0x3fffffff) + 1;
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, nonzero, static_cast<sqlite3*>(nullptr));
}

}  // namespace sim
