// The file system through which SQLite sees simulated disks.
//
// One is registered for all disks; a path says by which mount its file is found. There
// are no locks (one connection per database), no shared memory and no temporary
// files. Time stands still, and anything done to a frozen disk is an I/O error.

#ifndef SIM_STORAGE_SQLITE_VFS_H_
#define SIM_STORAGE_SQLITE_VFS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "sim/storage/disk.h"

namespace sim {

struct MountedFile;

inline constexpr char kSqliteVfs[] = "simulated-disk";

// Once per process, by StartSqlite().
void RegisterSqliteVfs();

// Where a connection finds its database file. SQLite opens path() and keeps it open;
// the mount can be moved to another disk meanwhile, as long as SQLite then forgets
// what it has read (Connection::Move).
class Mount {
 public:
  Mount(Disk& disk, absl::string_view file);
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  void Move(Disk& disk, absl::string_view file);

  // Means nothing outside this process, and is written nowhere.
  std::string path() const;

 private:
  friend struct MountedFile;

  Disk* disk_;
  std::string file_;
  MountedFile* open_ = nullptr;  // a list of what SQLite has open
};

}  // namespace sim

#endif  // SIM_STORAGE_SQLITE_VFS_H_
