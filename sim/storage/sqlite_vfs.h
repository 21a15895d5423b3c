// The file system through which SQLite sees simulated disks.
//
// One is registered for all disks; a path says on which disk its file is. There
// are no locks (one connection per database), no shared memory and no temporary
// files. Time stands still, and anything done to a frozen disk is an I/O error.

#ifndef SIM_STORAGE_SQLITE_VFS_H_
#define SIM_STORAGE_SQLITE_VFS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "sim/storage/disk.h"

namespace sim {

inline constexpr char kSqliteVfs[] = "simulated-disk";

// Once per process, by StartSqlite().
void RegisterSqliteVfs();

// The path by which SQLite opens `file` on `disk`. Means nothing outside this
// process, and is written nowhere.
std::string SqlitePath(Disk& disk, absl::string_view file);

}  // namespace sim

#endif  // SIM_STORAGE_SQLITE_VFS_H_
