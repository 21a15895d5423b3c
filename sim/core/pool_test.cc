// Goal: what the pool hands out is apart from everything else in use, comes back
// into use, and does not make a process grow.
// Method: pieces of random sizes, each filled with a byte of its own; and the same
// work done many times.

#include "sim/core/pool.h"

#include <cstring>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

// A piece of the pool that is full of one byte for as long as it lives.
class Piece {
 public:
  Piece(size_t bytes, unsigned char fill)
      : bytes_(bytes), fill_(fill), memory_(static_cast<unsigned char*>(Pool::Take(bytes))) {
    std::memset(memory_, fill_, bytes_);
  }
  Piece(Piece&& other) noexcept
      : bytes_(other.bytes_), fill_(other.fill_), memory_(std::exchange(other.memory_, nullptr)) {}
  Piece& operator=(Piece&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(fill_, other.fill_);
    std::swap(memory_, other.memory_);
    return *this;
  }
  ~Piece() {
    if (memory_ != nullptr) Pool::GiveBack(memory_, bytes_);
  }
  bool Intact() const {
    for (size_t i = 0; i < bytes_; ++i) {
      if (memory_[i] != fill_) return false;
    }
    return true;
  }

 private:
  size_t bytes_;
  unsigned char fill_;
  unsigned char* memory_;
};

RC_GTEST_PROP(PoolLaw, KeepsPiecesApart, ()) {
  std::vector<Piece> pieces;
  const int steps = *rc::gen::inRange(1, 200);
  for (int i = 0; i < steps; ++i) {
    if (!pieces.empty() && *rc::gen::inRange(0, 3) == 0) {
      const auto which = *rc::gen::inRange<size_t>(0, pieces.size());
      std::swap(pieces[which], pieces.back());
      pieces.pop_back();
    } else {
      const auto bytes = *rc::gen::inRange<size_t>(1, Pool::kLargest + 100);
      pieces.emplace_back(bytes, static_cast<unsigned char>(i));
    }
    for (const Piece& piece : pieces) RC_ASSERT(piece.Intact());
  }
}

#ifndef SIM_POOL_IS_HEAP

TEST(Pool, HandsOutAgainWhatItGotBackLast) {
  void* const piece = Pool::Take(100);
  Pool::GiveBack(piece, 100);
  void* const again = Pool::Take(97);
  EXPECT_EQ(again, piece) << "97 and 100 bytes are one size";
  Pool::GiveBack(again, 97);
}

TEST(Pool, DoesNotGrowFromRunToRun) {
  const auto run = [] {
    std::vector<Piece> pieces;
    for (size_t i = 0; i < 10'000; ++i) pieces.emplace_back(1 + i % 1000, 1);
    EXPECT_EQ(Pool::in_use(), 10'000u);
  };
  run();
  Pool::Rest();
  const size_t held = Pool::held();
  EXPECT_GT(held, 0u);
  for (int i = 0; i < 10; ++i) {
    run();
    Pool::Rest();
    EXPECT_EQ(Pool::held(), held);
  }
}

TEST(Pool, LeavesWhatIsInUseAlone) {
  const Piece piece(100, 1);
  Pool::Rest();
  const Piece other(100, 2);
  EXPECT_TRUE(piece.Intact());
  EXPECT_EQ(Pool::in_use(), 2u);
}

#endif

}  // namespace
}  // namespace sim
