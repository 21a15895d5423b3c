// PagePool: pages of one disk, handed out and taken back without the allocator.

#ifndef SIM_STORAGE_PAGE_POOL_H_
#define SIM_STORAGE_PAGE_POOL_H_

#include <cstdint>
#include <memory>
#include <vector>

namespace sim {

inline constexpr int64_t kPageSize = 1024;

class PagePool {
 public:
  PagePool() = default;
  PagePool(const PagePool&) = delete;
  PagePool& operator=(const PagePool&) = delete;

  // A page with any content.
  char* Take() {
    if (free_.empty()) Grow();
    char* page = free_.back();
    free_.pop_back();
    ++in_use_;
    return page;
  }
  void GiveBack(char* page) {
    free_.push_back(page);
    --in_use_;
  }

  int64_t in_use() const { return in_use_; }

 private:
  // Slabs are small: a world has many disks, most of them with few pages.
  static constexpr int64_t kPagesPerSlab = 16;

  void Grow() {
    slabs_.push_back(std::make_unique<char[]>(kPagesPerSlab * kPageSize));
    for (int64_t i = kPagesPerSlab; i-- > 0;) free_.push_back(&slabs_.back()[i * kPageSize]);
  }

  std::vector<std::unique_ptr<char[]>> slabs_;
  std::vector<char*> free_;
  int64_t in_use_ = 0;
};

}  // namespace sim

#endif  // SIM_STORAGE_PAGE_POOL_H_
