#include "sim/storage/disk.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

constexpr int64_t PagesOf(int64_t size) { return (size + kPageSize - 1) / kPageSize; }

// std::map<std::string> looks up by std::string_view, which Debian's Abseil is not.
std::string_view View(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

DiskImage::DiskImage(std::string bytes)
    : size_(static_cast<int64_t>(bytes.size())), bytes_(std::move(bytes)) {
  bytes_.resize(static_cast<size_t>(PagesOf(size_) * kPageSize), '\0');
}

// The pages as the running process sees them, and what is needed to go back to
// what was synced last and to come forward again write by write.
//
// Every page carries the epoch, which is the number of syncs so far, in which it
// was written. A page of an earlier epoch is durable: it is never changed, but
// replaced by a copy and remembered. Pages of epoch 0 belong to the image.
class Disk::File {
 public:
  File(std::string name, PagePool& pool) : name_(std::move(name)), pool_(pool) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    for (const Replaced& old : replaced_) GiveBack(old.page);
    for (const Page& page : pages_) GiveBack(page);
  }

  void Load(std::shared_ptr<const DiskImage> image) {
    image_ = std::move(image);
    for (int64_t i = 0; i < PagesOf(image_->size()); ++i) {
      // Never written through: a page of epoch 0 is replaced first.
      pages_.push_back({const_cast<char*>(image_->page(i)), 0});
    }
    durable_size_ = size_ = image_->size();
  }

  const std::string& name() const { return name_; }
  int64_t size() const { return size_; }

  int64_t Read(int64_t offset, char* out, int64_t size) const {
    const int64_t have = std::clamp<int64_t>(size_ - offset, 0, size);
    for (int64_t done = 0; done < have;) {
      const int64_t at = (offset + done) % kPageSize;
      const int64_t part = std::min(have - done, kPageSize - at);
      const char* page = pages_[static_cast<size_t>((offset + done) / kPageSize)].bytes;
      std::memcpy(out + done, page + at, static_cast<size_t>(part));
      done += part;
    }
    std::memset(out + have, 0, static_cast<size_t>(size - have));
    return have;
  }

  void Write(int64_t offset, absl::string_view bytes) {
    unsynced_.push_back({offset, unsynced_bytes_.size(), bytes.size(), /*truncate=*/false});
    unsynced_bytes_.append(bytes.data(), bytes.size());
    ApplyWrite(offset, bytes);
  }

  void Truncate(int64_t size) {
    unsynced_.push_back({size, 0, 0, /*truncate=*/true});
    ApplyTruncate(size);
  }

  void Sync() {
    for (const Replaced& old : replaced_) GiveBack(old.page);
    replaced_.clear();
    unsynced_.clear();
    unsynced_bytes_.clear();
    durable_size_ = size_;
    ++epoch_;
  }

  // Goes back to what was synced, and does the unsynced work again as far as it
  // survived. `survived(sectors)` is asked once for each piece of work, in order;
  // of a write it returns how many of its `sectors` arrive; a truncation counts
  // as one sector.
  template <typename Survived>
  void Recover(Survived survived) {
    GoBack();
    const std::vector<Work> unsynced = std::exchange(unsynced_, {});
    const std::string bytes = std::exchange(unsynced_bytes_, {});
    for (const Work& work : unsynced) {
      if (work.truncate) {
        if (survived(1) == 1) ApplyTruncate(work.offset);
        continue;
      }
      const int64_t begin = work.offset / kSectorSize;
      const int64_t length = static_cast<int64_t>(work.length);
      const int64_t end = (work.offset + length + kSectorSize - 1) / kSectorSize;
      const int64_t arrived = survived(end - begin);
      if (arrived == 0) continue;
      const int64_t stop = std::min((begin + arrived) * kSectorSize - work.offset, length);
      ApplyWrite(work.offset, {bytes.data() + work.from, static_cast<size_t>(stop)});
    }
    Sync();
  }

 private:
  struct Page {
    char* bytes;
    uint64_t epoch;
  };
  struct Replaced {
    size_t index;
    Page page;
  };
  struct Work {
    int64_t offset;  // or the new size, of a truncation
    size_t from;     // in unsynced_bytes_
    size_t length;
    bool truncate;
  };

  void GiveBack(const Page& page) {
    if (page.epoch != 0) pool_.GiveBack(page.bytes);
  }

  // A page of this epoch at `index`; what it holds is kept unless `whole`.
  char* Writable(size_t index, bool whole) {
    while (pages_.size() <= index) {
      pages_.push_back({pool_.Take(), epoch_});
      std::memset(pages_.back().bytes, 0, kPageSize);
    }
    Page& page = pages_[index];
    if (page.epoch != epoch_) {
      replaced_.push_back({index, page});
      char* copy = pool_.Take();
      if (!whole) std::memcpy(copy, page.bytes, kPageSize);
      page = {copy, epoch_};
    }
    return page.bytes;
  }

  void ApplyWrite(int64_t offset, absl::string_view bytes) {
    const int64_t size = static_cast<int64_t>(bytes.size());
    for (int64_t done = 0; done < size;) {
      const int64_t at = (offset + done) % kPageSize;
      const int64_t part = std::min(size - done, kPageSize - at);
      char* page = Writable(static_cast<size_t>((offset + done) / kPageSize), part == kPageSize);
      std::memcpy(page + at, bytes.data() + done, static_cast<size_t>(part));
      done += part;
    }
    size_ = std::max(size_, offset + size);
  }

  // Bytes of the last page that are past the end are always zero.
  void ApplyTruncate(int64_t size) {
    const size_t count = static_cast<size_t>(PagesOf(size));
    while (pages_.size() > count) {
      const Page page = pages_.back();
      pages_.pop_back();
      if (page.epoch == epoch_) {
        pool_.GiveBack(page.bytes);
      } else {
        replaced_.push_back({pages_.size(), page});
      }
    }
    if (size < size_ && size % kPageSize != 0) {
      char* last = Writable(count - 1, /*whole=*/false);
      std::memset(last + size % kPageSize, 0, static_cast<size_t>(kPageSize - size % kPageSize));
    }
    if (size > size_ && count > 0) Writable(count - 1, /*whole=*/false);
    size_ = size;
  }

  void GoBack() {
    // A page that was durable has been replaced at most once; the others of this
    // epoch lie past the old end.
    const size_t durable_pages = static_cast<size_t>(PagesOf(durable_size_));
    for (; pages_.size() > durable_pages; pages_.pop_back()) GiveBack(pages_.back());
    pages_.resize(durable_pages, {nullptr, 0});
    for (const Replaced& old : replaced_) {
      GiveBack(pages_[old.index]);
      pages_[old.index] = old.page;
    }
    replaced_.clear();
    size_ = durable_size_;
  }

  const std::string name_;
  PagePool& pool_;
  std::shared_ptr<const DiskImage> image_;
  std::vector<Page> pages_;
  int64_t size_ = 0;

  // Since the last sync:
  uint64_t epoch_ = 1;
  int64_t durable_size_ = 0;
  std::vector<Replaced> replaced_;
  std::vector<Work> unsynced_;
  std::string unsynced_bytes_;
};

Disk::Disk(Choices& choices, absl::string_view owner, PowerSite* site)
    : choices_(choices), tear_(HashName(absl::StrCat("tear ", owner))), site_(site) {}

Disk::~Disk() = default;

bool Disk::Exists(absl::string_view name) const { return files_.find(View(name)) != files_.end(); }

Disk::File& Disk::Open(absl::string_view name) {
  auto it = files_.find(View(name));
  if (it == files_.end()) {
    auto file = std::make_unique<File>(std::string(name), pool_);
    it = files_.emplace(std::string(name), std::move(file)).first;
  }
  return *it->second;
}

void Disk::Delete(absl::string_view name) {
  if (frozen_) return;
  const auto it = files_.find(View(name));
  if (it != files_.end()) files_.erase(it);
}

int64_t Disk::Read(const File& file, int64_t offset, char* out, int64_t size) const {
  return file.Read(offset, out, size);
}

void Disk::Write(File& file, int64_t offset, absl::string_view bytes) {
  if (Watched()) site_->BeforeWrite(file.name());
  if (frozen_) return;
  file.Write(offset, bytes);
  Charge(kWriteCost);
}

void Disk::Truncate(File& file, int64_t size) {
  if (Watched()) site_->BeforeTruncate(file.name());
  if (frozen_) return;
  file.Truncate(size);
  Charge(kWriteCost);
}

void Disk::Sync(File& file) {
  if (Watched()) site_->BeforeSync(file.name());
  if (frozen_) return;
  file.Sync();
  Charge(kSyncCost);
}

int64_t Disk::Size(const File& file) const { return file.size(); }

void Disk::Install(absl::string_view name, std::shared_ptr<const DiskImage> image) {
  if (frozen_) return;
  Delete(name);
  Open(name).Load(std::move(image));
}

std::shared_ptr<const DiskImage> Disk::Snapshot(absl::string_view name) const {
  const auto it = files_.find(View(name));
  SIM_CHECK(it != files_.end()) << "there is no file " << name;
  const File& file = *it->second;
  std::string bytes(static_cast<size_t>(file.size()), '\0');
  file.Read(0, bytes.data(), file.size());
  return std::make_shared<DiskImage>(std::move(bytes));
}

void Disk::Recover(DiskFate fate, uint64_t crash) {
  // The fate of a write is keyed by the crash and by its place among the unsynced
  // writes.
  const uint64_t crash_words[] = {tear_, crash};
  const uint64_t crashes = HashWords(crash_words, 2, /*seed=*/0);
  const uint64_t words[] = {crashes, choices_.Count(crashes)};
  const uint64_t point = HashWords(words, 2, /*seed=*/1);
  uint64_t occurrence = 0;
  auto survived = [&](int64_t sectors) -> int64_t {
    if (fate == DiskFate::kKeepAll) return sectors;
    if (fate == DiskFate::kLoseAll) return 0;
    const uint64_t bits = choices_.Bits(point, ++occurrence);
    switch (Below(bits, 3)) {
      case 0:
        return 0;
      case 1:
        return sectors;
      // Torn: some of its first sectors, never all.
      default:
        return static_cast<int64_t>(Below(Mix(bits), static_cast<uint64_t>(sectors)));
    }
  };
  for (auto& [name, file] : files_) file->Recover(survived);
  frozen_ = false;
  cost_ = 0;
}

Nanos Disk::TakeCost() { return std::exchange(cost_, 0); }

}  // namespace sim
