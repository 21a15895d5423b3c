// A failure that is kept is shown by every build: `digest.cc` replays the same file, so that its
// run is compared between compilers. Method: a file as `settle shrink` has written it, with a
// crash and a partition of some length, a business outcome, an operation that begins at its
// time and small amounts; what must stay is compared: the promise, its key, each pin.
//
// The digest in the file is that of the build that wrote it, and changes with the kernel's
// events: it is not compared. If they change so much that the run does not come to a pin any
// more, make the failure anew:
//
//   ./bazelw run //:settle -- shrink scenarios/exchange/quirk_rejection_settles_order.textproto@3
//       --out=tests/determinism/testdata/rejection_settles_order.repro.textproto

#include <cstdint>
#include <set>

#include "absl/algorithm/container.h"
#include "gtest/gtest.h"
#include "reports/result.pb.h"
#include "scenarios/repro.h"
#include "tests/determinism/scenarios.h"

namespace determinism {
namespace {

TEST(Replay, ShowsTheFailureOfItsFile) {
  const Replayed replayed = Replay(kRepro);
  const settle::Repro& repro = replayed.repro;
  const settle::RunResult& run = replayed.result;
  EXPECT_EQ(run.verdict(), settle::VIOLATED);
  EXPECT_TRUE(absl::c_any_of(run.finding(), [&repro](const settle::FindingResult& finding) {
    return finding.check() == repro.check() && finding.key() == repro.key();
  })) << repro.check();
  EXPECT_EQ(run.unreached_size(), 0) << run.unreached(0).point();
  EXPECT_EQ(run.fired_size(), repro.pin_size());
}

TEST(Replay, RepeatsItself) {
  EXPECT_EQ(Replay(kRepro).result.SerializeAsString(), Replay(kRepro).result.SerializeAsString());
}

// Else a file that was made anew could lack what this test is about.
TEST(Replay, IsOfAFileWithAllThatShrinkingLeaves) {
  const settle::Repro repro = Replay(kRepro).repro;
  EXPECT_EQ(repro.schema(), scenarios::kReproSchema);
  EXPECT_TRUE(repro.calm());
  EXPECT_EQ(repro.amount(), 1);
  ASSERT_GT(repro.only_size(), 0);
  EXPECT_TRUE(absl::c_any_of(repro.only(0).start_nanos(), [](int64_t at) { return at > 0; }));
  std::set<settle::Pin::Choice> kinds;
  for (const settle::Pin& pin : repro.pin()) {
    if (!pin.for_().empty() || !pin.down_for().empty() || pin.value() != 0) {
      kinds.insert(pin.choice());
    }
  }
  EXPECT_GE(kinds.size(), 3u) << "pins of some length or value";
}

}  // namespace
}  // namespace determinism
