// Goal: the kernel and both bare implementations do the same work, so that their
// times can be compared. Method: all of them at a small size; the full size is
// checked whenever the table is printed.

#include "gtest/gtest.h"
#include "tests/bench/bare_coroutines.h"
#include "tests/bench/bare_loop.h"
#include "tests/bench/kernel.h"

namespace bench {
namespace {

TEST(Workloads, TimersAgree) {
  const Size size{100, 50};
  const Checksum expected = BareLoopW1(size);
  EXPECT_GT(expected.sum, 0u);
  EXPECT_EQ(BareCoroutinesW1(size), expected);
  EXPECT_EQ(KernelW1(size), expected);
}

TEST(Workloads, PingPongAgrees) {
  const Size size{10, 50};
  const Checksum expected = BareLoopW2(size);
  EXPECT_GT(expected.sum, 0u);
  EXPECT_EQ(BareCoroutinesW2(size), expected);
  EXPECT_EQ(KernelW2(size), expected);
}

TEST(Workloads, TransfersAgree) {
  const Size size{10, 50};
  const Checksum expected = BareLoopW3(size);
  EXPECT_GT(expected.sum, 0u);
  EXPECT_NE(expected.state, 0u);
  EXPECT_EQ(BareCoroutinesW3(size), expected);
  EXPECT_EQ(KernelW3(size), expected);
}

TEST(Workloads, TheBareLoopIsTheReference) {
  EXPECT_EQ(BareLoopW1(kW1), kW1Sum);
  EXPECT_EQ(BareLoopW2(kW2), kW2Sum);
  EXPECT_EQ(BareLoopW3(kW3), kW3Sum);
}

}  // namespace
}  // namespace bench
