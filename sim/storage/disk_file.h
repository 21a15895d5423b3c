// DiskFile: the pages of one file, with a way back to what was synced last.
//
// Every page carries the epoch, which is the number of syncs so far, in which it
// was written. A page of an earlier epoch is durable: it is never changed, but
// replaced by a copy and remembered. Pages of epoch 0 belong to the image.
//
// A page can be damaged. Writing all of it heals it, as a drive puts another
// sector in the place of a bad one; if a crash loses that write, the damage is
// there again.

#ifndef SIM_STORAGE_DISK_FILE_H_
#define SIM_STORAGE_DISK_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/storage/page_pool.h"

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

class DiskFile {
 public:
  DiskFile(std::string name, PagePool& pool) : name_(std::move(name)), pool_(pool) {}
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;
  ~DiskFile();

  // Only of a fresh file; durable at once.
  void Load(std::shared_ptr<const DiskImage> image);

  const std::string& name() const { return name_; }
  const DiskImage* image() const { return image_.get(); }  // that it began as, or null
  int64_t size() const { return size_; }
  int64_t pages() const { return static_cast<int64_t>(pages_.size()); }

  // Bytes past the end read as zero; returns how many were there. Damage is not
  // looked at.
  int64_t Read(int64_t offset, char* out, int64_t size) const;

  void Write(int64_t offset, absl::string_view bytes);
  void Truncate(int64_t size);

  // The last write has damaged the page `index`, which exists: the damage has the
  // fate of that write.
  void Damage(int64_t index);

  void Sync();
  // Says that it has synced. What is lost from now on was promised.
  void PretendToSync() { promised_ = unsynced_.size(); }

  // Whether a page of these bytes is damaged.
  bool Damaged(int64_t offset, int64_t size) const;
  // Whether a crash has lost what it had said was synced.
  bool broke_promise() const { return broke_promise_; }

  // Goes back to what was synced, and does the unsynced work again as far as it
  // survived. `survived(sectors)` is asked once for each piece of work, in order;
  // of a write it returns how many of its `sectors` arrive; a truncation counts
  // as one sector.
  template <typename Survived>
  void Recover(Survived survived) {
    std::vector<int64_t> arrived;
    for (const Work& work : unsynced_) {
      arrived.push_back(work.kind == Work::kDamage ? arrived.back() : survived(Sectors(work)));
    }
    Redo(arrived);
  }

 private:
  struct Page {
    char* bytes;
    uint64_t epoch;
    bool damaged;
  };
  struct Replaced {
    size_t index;
    Page page;
  };
  struct Work {
    enum Kind { kWrite, kTruncate, kDamage } kind;
    int64_t offset;  // or the new size, or the page that is damaged
    size_t from;     // in unsynced_bytes_
    size_t length;
  };

  static int64_t Sectors(const Work& work);
  void GiveBack(const Page& page) {
    if (page.epoch != 0) pool_.GiveBack(page.bytes);
  }
  Page& Writable(size_t index, bool whole);
  void ApplyWrite(int64_t offset, absl::string_view bytes);
  void ApplyTruncate(int64_t size);
  void GoBack();
  void Redo(absl::Span<const int64_t> arrived);

  const std::string name_;
  PagePool& pool_;
  std::shared_ptr<const DiskImage> image_;
  std::vector<Page> pages_;
  int64_t size_ = 0;
  bool broke_promise_ = false;

  // Since the last sync:
  uint64_t epoch_ = 1;
  int64_t durable_size_ = 0;
  std::vector<Replaced> replaced_;
  std::vector<Work> unsynced_;
  size_t promised_ = 0;  // so many of these it said were synced
  std::string unsynced_bytes_;
};

}  // namespace sim

#endif  // SIM_STORAGE_DISK_FILE_H_
