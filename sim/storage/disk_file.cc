#include "sim/storage/disk_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/core/check.h"

namespace sim {
namespace {

constexpr int64_t PagesOf(int64_t size) { return (size + kPageSize - 1) / kPageSize; }

}  // namespace

DiskImage::DiskImage(std::string bytes)
    : size_(static_cast<int64_t>(bytes.size())), bytes_(std::move(bytes)) {
  bytes_.resize(static_cast<size_t>(PagesOf(size_) * kPageSize), '\0');
}

DiskFile::~DiskFile() {
  for (const Replaced& old : replaced_) GiveBack(old.page);
  for (const Page& page : pages_) GiveBack(page);
}

void DiskFile::Load(std::shared_ptr<const DiskImage> image) {
  image_ = std::move(image);
  for (int64_t i = 0; i < PagesOf(image_->size()); ++i) {
    // Never written through: a page of epoch 0 is replaced first.
    pages_.push_back({const_cast<char*>(image_->page(i)), 0, false});
  }
  durable_size_ = size_ = image_->size();
}

int64_t DiskFile::Read(int64_t offset, char* out, int64_t size) const {
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

void DiskFile::Write(int64_t offset, absl::string_view bytes) {
  unsynced_.push_back({Work::kWrite, offset, unsynced_bytes_.size(), bytes.size()});
  unsynced_bytes_.append(bytes.data(), bytes.size());
  ApplyWrite(offset, bytes);
}

void DiskFile::Truncate(int64_t size) {
  unsynced_.push_back({Work::kTruncate, size, 0, 0});
  ApplyTruncate(size);
}

void DiskFile::Damage(int64_t index) {
  SIM_CHECK(!unsynced_.empty() && index < pages()) << "damage comes with a write";
  unsynced_.push_back({Work::kDamage, index, 0, 0});
  Writable(static_cast<size_t>(index), /*whole=*/false).damaged = true;
}

void DiskFile::Sync() {
  for (const Replaced& old : replaced_) GiveBack(old.page);
  replaced_.clear();
  unsynced_.clear();
  unsynced_bytes_.clear();
  promised_ = 0;
  durable_size_ = size_;
  ++epoch_;
}

bool DiskFile::Damaged(int64_t offset, int64_t size) const {
  const int64_t end = std::min(offset + size, size_);
  for (int64_t page = offset / kPageSize; page * kPageSize < end; ++page) {
    if (pages_[static_cast<size_t>(page)].damaged) return true;
  }
  return false;
}

int64_t DiskFile::Sectors(const Work& work) {
  if (work.kind != Work::kWrite) return 1;
  const int64_t end = work.offset + static_cast<int64_t>(work.length) + kSectorSize - 1;
  return end / kSectorSize - work.offset / kSectorSize;
}

void DiskFile::Redo(absl::Span<const int64_t> arrived) {
  GoBack();
  const std::vector<Work> unsynced = std::exchange(unsynced_, {});
  const std::string bytes = std::exchange(unsynced_bytes_, {});
  for (size_t i = 0; i < unsynced.size(); ++i) {
    const Work& work = unsynced[i];
    if (i < promised_ && arrived[i] < Sectors(work)) broke_promise_ = true;
    if (arrived[i] == 0) continue;
    if (work.kind == Work::kTruncate) {
      ApplyTruncate(work.offset);
    } else if (work.kind == Work::kDamage) {
      // A torn write may not have reached the page.
      const size_t page = static_cast<size_t>(work.offset);
      if (page < pages_.size()) Writable(page, /*whole=*/false).damaged = true;
    } else {
      const int64_t length = static_cast<int64_t>(work.length);
      const int64_t end = (work.offset / kSectorSize + arrived[i]) * kSectorSize;
      const int64_t stop = std::min(end - work.offset, length);
      ApplyWrite(work.offset, {bytes.data() + work.from, static_cast<size_t>(stop)});
    }
  }
  Sync();
}

// A page of this epoch at `index`; what it holds is kept unless it is to be
// written `whole`.
DiskFile::Page& DiskFile::Writable(size_t index, bool whole) {
  while (pages_.size() <= index) {
    pages_.push_back({pool_.Take(), epoch_, false});
    std::memset(pages_.back().bytes, 0, kPageSize);
  }
  Page& page = pages_[index];
  if (page.epoch != epoch_) {
    replaced_.push_back({index, page});
    char* copy = pool_.Take();
    if (!whole) std::memcpy(copy, page.bytes, kPageSize);
    page = {copy, epoch_, page.damaged};
  }
  if (whole) page.damaged = false;
  return page;
}

void DiskFile::ApplyWrite(int64_t offset, absl::string_view bytes) {
  const int64_t size = static_cast<int64_t>(bytes.size());
  for (int64_t done = 0; done < size;) {
    const int64_t at = (offset + done) % kPageSize;
    const int64_t part = std::min(size - done, kPageSize - at);
    Page& page = Writable(static_cast<size_t>((offset + done) / kPageSize), part == kPageSize);
    std::memcpy(page.bytes + at, bytes.data() + done, static_cast<size_t>(part));
    done += part;
  }
  size_ = std::max(size_, offset + size);
}

// Bytes of the last page that are past the end are always zero.
void DiskFile::ApplyTruncate(int64_t size) {
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
    char* last = Writable(count - 1, /*whole=*/false).bytes;
    std::memset(last + size % kPageSize, 0, static_cast<size_t>(kPageSize - size % kPageSize));
  }
  if (size > size_ && count > 0) Writable(count - 1, /*whole=*/false);
  size_ = size;
}

void DiskFile::GoBack() {
  // A page that was durable has been replaced at most once; the others of this
  // epoch lie past the old end.
  const size_t durable_pages = static_cast<size_t>(PagesOf(durable_size_));
  for (; pages_.size() > durable_pages; pages_.pop_back()) GiveBack(pages_.back());
  pages_.resize(durable_pages, {nullptr, 0, false});
  for (const Replaced& old : replaced_) {
    GiveBack(pages_[old.index]);
    pages_[old.index] = old.page;
  }
  replaced_.clear();
  size_ = durable_size_;
}

}  // namespace sim
