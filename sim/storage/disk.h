// Disk: files that lose what was not synced.
//
// A file is a list of pages. Writes and truncations take effect for the running
// process at once and for eternity when the file is synced. A crash decides the
// fate of each one that was not synced: lost, kept, or (writes of more than one
// sector) torn, so that only its first sectors arrive. Contents outlive the
// crashes of the node. Creating and deleting a file is durable at once.
//
// A disk can also fail, as its site chooses before each read, write and sync:
//   I/O error     the work is not done; what was not synced stays so
//   full          no file can grow, until a moment
//   slow          the work takes longer
//   bad sector    the write arrives, but its pages cannot be read again
//   misdirected   the write lands on another page: neither can be read again
//   lost sync     it says that it has synced, and has not
// The reader is never given wrong data: nobody could notice, since SQLite keeps no
// checksums. What was damaged reads as an I/O error, and so does all of a disk that
// lost in a crash what it had promised; the site is told (PowerSite::OnDamage).
//
// Work on the disk takes simulated time; the disk adds it up, and who caused it
// waits for it (TakeCost).

#ifndef SIM_STORAGE_DISK_H_
#define SIM_STORAGE_DISK_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/choices.h"
#include "sim/core/time.h"
#include "sim/storage/disk_file.h"
#include "sim/storage/page_pool.h"
#include "sim/storage/power.h"

namespace sim {

enum class DiskAnswer : uint8_t {
  kOk,
  kShort,    // a read went past the end; the rest is zero
  kIoError,  // also of a frozen disk
  kFull,
};

class Disk {
 public:
  using File = DiskFile;

  // What one call costs in simulated time: a write goes to the operating
  // system's cache, a sync to a solid-state disk with a write-back cache.
  static constexpr Nanos kWriteCost = Micros(5);
  static constexpr Nanos kSyncCost = Micros(200);
  static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

  // `owner` names the disk in points; `site` may be null: the power stays on and
  // nothing fails. A write by which it would hold more than `limit` bytes is
  // refused.
  Disk(Choices& choices, absl::string_view owner, PowerSite* site, int64_t limit = kNoLimit);
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk();

  bool Exists(absl::string_view name) const;
  File& Open(absl::string_view name);   // Creates an empty file if there is none.
  void Delete(absl::string_view name);  // Nobody may hold it open.

  DiskAnswer Read(const File& file, int64_t offset, char* out, int64_t size);
  DiskAnswer Write(File& file, int64_t offset, absl::string_view bytes);
  DiskAnswer Truncate(File& file, int64_t size);
  DiskAnswer Sync(File& file);
  int64_t Size(const File& file) const;

  // Makes `name` a copy of `image`, durable at once. Costs no simulated time.
  void Install(absl::string_view name, std::shared_ptr<const DiskImage> image);

  // The image that `name`, which exists, began as; null: it began empty.
  const DiskImage* ImageOf(absl::string_view name) const;

  // The content of `name`, which exists, as the running process sees it, damaged
  // or not.
  std::shared_ptr<const DiskImage> Snapshot(absl::string_view name) const;

  // From here until Recover() nothing that is done to the disk has any effect.
  void Freeze() { frozen_ = true; }
  bool frozen() const { return frozen_; }

  // While it lives, work on the disk is the simulator's own bookkeeping: it takes
  // no simulated time, the power is not cut in it and nothing else goes wrong.
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

  // It is not full any more; what is damaged stays so.
  void Heal() { full_until_ = 0; }

  // The run is over, and checks look at what was written: damage that nobody has
  // read in the run does not stand in their way.
  void Retire() { retired_ = true; }

  // From now on work takes no time.
  void TakeNoTime() { takes_time_ = false; }

  // Simulated time that was spent since the last call.
  Nanos TakeCost();

  // Bytes of pages that only this disk holds (shared images not counted).
  int64_t memory() const { return pool_.in_use() * kPageSize; }

 private:
  bool Watched() const { return site_ != nullptr && !frozen_ && aside_ == 0; }
  void Charge(Nanos cost) { cost_ += aside_ == 0 && takes_time_ ? cost : 0; }
  // What the site chooses for work that is about to be done.
  template <typename Ask>
  Choice Fault(Ask ask);
  void Misplace(File& file, int64_t first, int64_t last);

  Choices& choices_;
  const uint64_t tear_;   // The point at which the fate of a write is drawn,
  const uint64_t stray_;  // and that at which it is drawn where one lands.
  PowerSite* const site_;
  const int64_t limit_;
  bool frozen_ = false;
  int aside_ = 0;
  bool takes_time_ = true;
  bool lost_ = false;  // A file broke its promise.
  bool retired_ = false;
  Nanos full_until_ = 0;
  Nanos cost_ = 0;
  PagePool pool_;
  std::map<std::string, std::unique_ptr<File>, std::less<>> files_;
};

}  // namespace sim

#endif  // SIM_STORAGE_DISK_H_
