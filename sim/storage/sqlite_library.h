// The one place where SQLite is set up, once per process.
//
// SQLite keeps process-wide state: its configuration, its list of file systems
// and its random numbers. The first two are set here before the first connection
// and never change; the last is given a fresh seed by every connection that a
// simulation opens, because the journal draws its check number from it.

#ifndef SIM_STORAGE_SQLITE_LIBRARY_H_
#define SIM_STORAGE_SQLITE_LIBRARY_H_

#include <cstdint>

namespace sim {

// Configures SQLite and registers the file system of simulated disks.
void StartSqlite();

// From here SQLite's own random numbers are a function of `seed`.
void SeedSqlite(uint64_t seed);

}  // namespace sim

#endif  // SIM_STORAGE_SQLITE_LIBRARY_H_
