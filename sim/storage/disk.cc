#include "sim/storage/disk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

// std::map<std::string> looks up by std::string_view, which Debian's Abseil is not.
std::string_view View(absl::string_view text) { return {text.data(), text.size()}; }

uint64_t PointNamed(absl::string_view what, absl::string_view owner) {
  return HashName(absl::StrCat(what, " ", owner));
}

}  // namespace

Disk::Disk(Choices& choices, absl::string_view owner, PowerSite* site, int64_t limit)
    : choices_(choices),
      tear_(PointNamed("tear", owner)),
      stray_(PointNamed("stray", owner)),
      site_(site),
      limit_(limit) {}

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

template <typename Ask>
Choice Disk::Fault(Ask ask) {
  if (!Watched()) return {};
  const Choice fault = ask();
  if (fault.kind == ChoiceKind::kLate) cost_ += fault.amount;
  return fault;
}

DiskAnswer Disk::Read(const File& file, int64_t offset, char* out, int64_t size) {
  const Choice fault = Fault([&] { return site_->BeforeRead(file.name()); });
  if (frozen_ || fault.kind == ChoiceKind::kIoError) return DiskAnswer::kIoError;
  if (!retired_ && (lost_ || file.Damaged(offset, size))) {
    if (site_ != nullptr) site_->OnDamage(file.name());
    return DiskAnswer::kIoError;
  }
  return file.Read(offset, out, size) == size ? DiskAnswer::kOk : DiskAnswer::kShort;
}

DiskAnswer Disk::Write(File& file, int64_t offset, absl::string_view bytes) {
  const Choice fault = Fault([&] { return site_->BeforeWrite(file.name()); });
  if (frozen_ || fault.kind == ChoiceKind::kIoError) return DiskAnswer::kIoError;

  const int64_t size = static_cast<int64_t>(bytes.size());
  const Nanos now = site_ == nullptr ? 0 : site_->Now();
  if (fault.kind == ChoiceKind::kDiskFull) full_until_ = std::max(full_until_, now + fault.amount);
  if (aside_ == 0 && now < full_until_ && offset + size > file.size()) return DiskAnswer::kFull;
  if (memory() > limit_ - size) {
    if (site_ != nullptr) site_->OnOverflow();
    return DiskAnswer::kFull;
  }

  file.Write(offset, bytes);
  Charge(kWriteCost);
  const int64_t first = offset / kPageSize;
  const int64_t last = (offset + size - 1) / kPageSize;
  const bool stray = fault.kind == ChoiceKind::kMisdirected;
  if (stray || fault.kind == ChoiceKind::kBadSector) {
    for (int64_t page = first; page <= last; ++page) file.Damage(page);
  }
  if (stray) Misplace(file, first, last);
  return DiskAnswer::kOk;
}

// What was meant for the pages from `first` to `last` damages others, if there are
// any.
void Disk::Misplace(File& file, int64_t first, int64_t last) {
  const int64_t pages = last - first + 1;
  const int64_t others = file.pages() - pages;
  if (others <= 0) return;
  int64_t landed = static_cast<int64_t>(choices_.Noise(stray_, static_cast<uint64_t>(others)));
  if (landed >= first) landed += pages;
  file.Damage(landed);
}

DiskAnswer Disk::Truncate(File& file, int64_t size) {
  if (Watched()) site_->BeforeTruncate(file.name());
  if (frozen_) return DiskAnswer::kIoError;
  file.Truncate(size);
  Charge(kWriteCost);
  return DiskAnswer::kOk;
}

DiskAnswer Disk::Sync(File& file) {
  const Choice fault = Fault([&] { return site_->BeforeSync(file.name()); });
  if (frozen_ || fault.kind == ChoiceKind::kIoError) return DiskAnswer::kIoError;
  if (fault.kind == ChoiceKind::kLostSync) {
    file.PretendToSync();
  } else {
    file.Sync();
  }
  Charge(kSyncCost);
  return DiskAnswer::kOk;
}

int64_t Disk::Size(const File& file) const { return file.size(); }

void Disk::Install(absl::string_view name, std::shared_ptr<const DiskImage> image) {
  if (frozen_) return;
  Delete(name);
  Open(name).Load(std::move(image));
}

const DiskImage* Disk::ImageOf(absl::string_view name) const {
  const auto it = files_.find(View(name));
  SIM_CHECK(it != files_.end()) << "there is no file " << name;
  return it->second->image();
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
  for (auto& [name, file] : files_) {
    file->Recover(survived);
    lost_ |= file->broke_promise();
  }
  frozen_ = false;
  cost_ = 0;
}

Nanos Disk::TakeCost() { return std::exchange(cost_, 0); }

}  // namespace sim
