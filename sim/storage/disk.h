// Disk: files that lose what was not synced.
//
// A file is a list of pages. Writes and truncations take effect for the running
// process at once and for eternity when the file is synced. A crash decides the
// fate of each one that was not synced: lost, kept, or (writes of more than one
// sector) torn, so that only its first sectors arrive. Contents outlive the
// crashes of the node. Creating and deleting a file is durable at once.
//
// Work on the disk takes simulated time; the disk adds it up, and who caused it
// waits for it (TakeCost).

#ifndef SIM_STORAGE_DISK_H_
#define SIM_STORAGE_DISK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/choices.h"
#include "sim/core/time.h"
#include "sim/storage/page_pool.h"
#include "sim/storage/power.h"

namespace sim {

// A sector is written whole or not at all.
inline constexpr int64_t kSectorSize = 512;

// An immutable content of a file, shared copy-on-write between disks.
class DiskImage {
 public:
  explicit DiskImage(std::string bytes);

  int64_t size() const { return size_; }
  const char* page(int64_t index) const { return bytes_.data() + index * kPageSize; }

 private:
  int64_t size_;
  std::string bytes_;  // Whole pages.
};

class Disk {
 public:
  // What one call costs in simulated time: a write goes to the operating
  // system's cache, a sync to a solid-state disk with a write-back cache.
  static constexpr Nanos kWriteCost = Micros(5);
  static constexpr Nanos kSyncCost = Micros(200);

  // `owner` names the disk in points; `site` may be null: the power stays on.
  Disk(Choices& choices, absl::string_view owner, PowerSite* site);
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk();

  class File;

  bool Exists(absl::string_view name) const;
  File& Open(absl::string_view name);   // Creates an empty file if there is none.
  void Delete(absl::string_view name);  // Nobody may hold it open.

  // Bytes past the end read as zero; returns how many were there.
  int64_t Read(const File& file, int64_t offset, char* out, int64_t size) const;
  void Write(File& file, int64_t offset, absl::string_view bytes);
  void Truncate(File& file, int64_t size);
  void Sync(File& file);  // The power may be cut instead: then frozen() holds.
  int64_t Size(const File& file) const;

  // Makes `name` a copy of `image`, durable at once. Costs no simulated time.
  void Install(absl::string_view name, std::shared_ptr<const DiskImage> image);

  // The content of `name`, which exists, as the running process sees it.
  std::shared_ptr<const DiskImage> Snapshot(absl::string_view name) const;

  // From here until Recover() nothing that is done to the disk has any effect.
  void Freeze() { frozen_ = true; }
  bool frozen() const { return frozen_; }

  // While it lives, work on the disk is the simulator's own bookkeeping: it takes
  // no simulated time, and the power is not cut in it.
  class Aside {
   public:
    explicit Aside(Disk& disk) : disk_(disk) { ++disk_.aside_; }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;
    ~Aside() { --disk_.aside_; }

   private:
    Disk& disk_;
  };

  // Settles the fate of every unsynced write; the disk can be used again.
  // `crash` tells this crash from the others of this disk, so that what one tears
  // does not depend on whether another has happened.
  void Recover(DiskFate fate, uint64_t crash = 0);

  // Simulated time that was spent since the last call.
  Nanos TakeCost();

  // Bytes of pages that only this disk holds (shared images not counted).
  int64_t memory() const { return pool_.in_use() * kPageSize; }

 private:
  bool Watched() const { return site_ != nullptr && !frozen_ && aside_ == 0; }
  void Charge(Nanos cost) { cost_ += aside_ == 0 ? cost : 0; }

  Choices& choices_;
  const uint64_t tear_;  // The point at which the fate of a write is drawn.
  PowerSite* const site_;
  bool frozen_ = false;
  int aside_ = 0;
  Nanos cost_ = 0;
  PagePool pool_;
  std::map<std::string, std::unique_ptr<File>, std::less<>> files_;
};

}  // namespace sim

#endif  // SIM_STORAGE_DISK_H_
