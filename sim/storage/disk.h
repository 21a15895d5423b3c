// Disk: files that lose what was not synced.
//
// A file is a list of pages. Writes and truncations take effect for the running
// process at once and for eternity when the file is synced. A crash decides the
// fate of each one that was not synced: lost, kept, or torn in the middle.
// Contents outlive the crashes of the node. Creating and deleting a file is
// durable at once.
//
// Work on the disk takes simulated time; the disk adds it up, and who caused it
// waits for it (TakeCost).

#ifndef SIM_STORAGE_DISK_H_
#define SIM_STORAGE_DISK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/choices.h"
#include "sim/core/time.h"
#include "sim/storage/power.h"

namespace sim {

// An immutable content of a file, shared copy-on-write between disks.
class DiskImage;

class Disk {
 public:
  // `owner` names the disk in points; `site` may be null: the power stays on.
  Disk(Choices& choices, std::string owner, PowerSite* site);
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk();

  class File;

  bool Exists(absl::string_view name) const;
  File& Open(absl::string_view name);  // Creates an empty file if there is none.
  void Delete(absl::string_view name);

  // Bytes past the end read as zero; returns how many were there.
  int64_t Read(const File& file, int64_t offset, char* out, int64_t size);
  void Write(File& file, int64_t offset, absl::string_view bytes);
  void Truncate(File& file, int64_t size);
  void Sync(File& file);  // The power may be cut instead: then frozen() holds.
  int64_t Size(const File& file) const;

  // Makes `name` a copy of `image`, durable at once. Costs no simulated time.
  void Install(absl::string_view name, std::shared_ptr<const DiskImage> image);
  std::shared_ptr<const DiskImage> Snapshot(absl::string_view name) const;

  // From here until Recover() nothing that is done to the disk has any effect.
  void Freeze() { frozen_ = true; }
  bool frozen() const { return frozen_; }

  // Settles the fate of every unsynced write; the disk can be used again.
  void Recover(DiskFate fate);

  // Simulated time that was spent since the last call.
  Nanos TakeCost();

  // Bytes of pages that only this disk holds (shared images not counted).
  int64_t memory() const;

 private:
  Choices& choices_;
  const std::string owner_;
  PowerSite* const site_;
  bool frozen_ = false;
  Nanos cost_ = 0;
  uint64_t recoveries_ = 0;
  std::map<std::string, std::unique_ptr<File>> files_;
};

}  // namespace sim

#endif  // SIM_STORAGE_DISK_H_
