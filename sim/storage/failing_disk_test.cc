// Goal: whatever errors a disk answers with, no acknowledged transaction is lost,
// none of which failure was said has happened, none happens by half, and every one
// that happened is a fact once. A disk that damages what it keeps is noticed before
// anybody is given wrong rows.
//
// Method: transfers run while reads, writes and syncs fail at random, or one at a
// chosen place; in most lives the power is cut on top. Then the disk works again, the
// books are audited (PRAGMA integrity_check among others), and work goes on.

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/choice/choices.h"
#include "sim/core/hash.h"
#include "sim/storage/storage_bench.h"
#include "sim/storage/transfers.h"
#include "sim/testing/status_matchers.h"

namespace sim {
namespace {

using absl::StatusCode;

Choice Fault(ChoiceKind kind, int64_t amount = 0) {
  Choice choice;
  choice.kind = kind;
  choice.amount = amount;
  return choice;
}

// Fails at random, once in `one_in` times.
class Moody {
 public:
  Moody(uint64_t seed, uint64_t one_in) : seed_(seed), one_in_(one_in) {}

  Choice operator()(absl::string_view place, absl::string_view) {
    const uint64_t bits = Mix(seed_ + ++asked_);
    if (Below(bits, one_in_) != 0) return {};
    ++fired_;
    switch (Below(Mix(bits), place == "write" ? 3 : 2)) {
      case 0:
        return Fault(ChoiceKind::kIoError);
      case 1:
        return Fault(ChoiceKind::kLate, Millis(50));
      default:
        return Fault(ChoiceKind::kDiskFull, Millis(20));
    }
  }
  uint64_t fired() const { return fired_; }

 private:
  const uint64_t seed_;
  const uint64_t one_in_;
  uint64_t asked_ = 0;
  uint64_t fired_ = 0;
};

struct Count {
  std::map<std::string, int> damage;
  uint64_t fired = 0;
  size_t acknowledged = 0, failed = 0, unknown = 0;
};

void Work(StorageBench& bench, TransferOutcomes& outcomes, uint64_t life, uint64_t seed) {
  for (int c = 0; c < 3 && !bench.dead(); ++c) {
    const std::string name = absl::StrCat(life, ".", c);
    bench.Spawn(name, TransferMoney(&outcomes, &bench.db(), name, HashName(name) + seed));
  }
  bench.RunAll();
}

// Three lives of one database.
void Live(uint64_t seed, uint64_t one_in, Count& count) {
  StorageBench bench(seed, TransferSchema());
  TransferOutcomes outcomes;
  for (uint64_t life = 0; life < 3; ++life) {
    const uint64_t bits = Mix(seed * 3 + life);
    Moody moody(bits, one_in);
    bench.set_fault(std::ref(moody));
    uint64_t left = Below(Mix(bits), 200);  // until the power is cut, perhaps
    bench.set_cut([&left](absl::string_view, absl::string_view) { return left-- == 0; });
    Work(bench, outcomes, life, seed);
    bench.set_cut(nullptr);
    // The disk may fail in recovery too.
    absl::Status rebooted = bench.Reboot(DiskFate::kEach);
    for (int i = 0; i < 20 && absl::IsUnavailable(rebooted); ++i) {
      rebooted = bench.Reboot(DiskFate::kEach);
    }
    bench.set_fault(nullptr);
    if (absl::IsUnavailable(rebooted)) rebooted = bench.Reboot(DiskFate::kEach);
    count.fired += moody.fired();
    const std::string damage =
        rebooted.ok() ? Audit(bench, outcomes) : std::string(rebooted.message());
    if (!damage.empty()) {
      ++count.damage[damage];
      return;
    }
  }
  count.acknowledged += outcomes.acknowledged.size();
  count.failed += outcomes.failed.size();
  count.unknown += outcomes.unknown.size();
}

TEST(FailingDiskTest, NothingAcknowledgedIsLost) {
  size_t acknowledged = 0;
  for (const uint64_t one_in : {2, 5, 20, 80}) {
    Count count;
    for (uint64_t seed = 1; seed <= 150; ++seed) Live(seed, one_in, count);
    for (const auto& [kind, n] : count.damage) ADD_FAILURE() << n << " times " << kind;
    EXPECT_GE(count.fired, 300u) << one_in;
    EXPECT_GE(count.failed, 20u) << one_in;
    EXPECT_GE(count.unknown, 10u) << one_in;
    acknowledged += count.acknowledged;
  }
  EXPECT_GE(acknowledged, 1000u);
}

// One transfer, and the disk fails at the `nth` of the places called `place`.
class OneFault {
 public:
  OneFault(Choice fault, absl::string_view place, uint64_t nth)
      : bench_(/*seed=*/1, TransferSchema()) {
    bench_.set_fault([this, fault, place, nth](absl::string_view here, absl::string_view) {
      if (here != place || ++passed_ != nth) return Choice();
      struck_ = true;
      return fault;
    });
    bench_.Run(TransferMoney(&outcomes_, &bench_.db(), "t", /*bits=*/7));
    bench_.set_fault(nullptr);
  }

  bool struck() const { return struck_; }
  StorageBench& bench() { return bench_; }
  const TransferOutcomes& outcomes() const { return outcomes_; }

 private:
  StorageBench bench_;
  uint64_t passed_ = 0;
  bool struck_ = false;
  TransferOutcomes outcomes_;
};

TEST(FailingDiskTest, EverySingleErrorSpoilsAtMostItsOwnTransaction) {
  size_t failed = 0, unknown = 0;
  for (const char* place : {"read", "write", "sync"}) {
    for (uint64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 500u);
      OneFault story(Fault(ChoiceKind::kIoError), place, nth);
      if (!story.struck()) break;
      EXPECT_EQ(Audit(story.bench(), story.outcomes()), "") << place << " " << nth;
      EXPECT_GE(story.outcomes().acknowledged.size(), 3u) << place << " " << nth;
      failed += story.outcomes().failed.size();
      unknown += story.outcomes().unknown.size();
    }
  }
  EXPECT_GE(failed, 5u);
  EXPECT_GE(unknown, 5u);
}

TEST(FailingDiskTest, AFullDiskIsNeverUnknown) {
  size_t failed = 0;
  for (uint64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 500u);
    OneFault story(Fault(ChoiceKind::kDiskFull, Micros(1)), "write", nth);
    if (!story.struck()) break;
    EXPECT_EQ(Audit(story.bench(), story.outcomes()), "") << nth;
    EXPECT_TRUE(story.outcomes().unknown.empty()) << nth;
    failed += story.outcomes().failed.size();
  }
  EXPECT_GE(failed, 5u);
}

TEST(FailingDiskTest, ASlowDiskSpoilsNothing) {
  OneFault story(Fault(ChoiceKind::kLate, Seconds(40)), "sync", 2);
  EXPECT_TRUE(story.struck());
  EXPECT_EQ(story.outcomes().acknowledged.size(), 4u);
  EXPECT_GT(story.bench().simulation().now(), Seconds(40));
}

// Whoever opens the database again finds all rows, or is told.
TEST(FailingDiskTest, DamageIsNoticedOrDoesNotMatter) {
  for (const ChoiceKind kind :
       {ChoiceKind::kBadSector, ChoiceKind::kMisdirected, ChoiceKind::kLostSync}) {
    int noticed = 0;
    const bool sync = kind == ChoiceKind::kLostSync;
    for (uint64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 500u);
      OneFault story(Fault(kind), sync ? "sync" : "write", nth);
      if (!story.struck()) break;
      // The file is read to its end, so that nothing stays hidden.
      const absl::Status rebooted = story.bench().Reboot(DiskFate::kLoseAll);
      const std::string audit =
          rebooted.ok() ? Audit(story.bench(), story.outcomes()) : "not opened";
      if (story.bench().damaged()) ++noticed;
      EXPECT_TRUE(story.bench().damaged() || audit.empty()) << nth << ": " << audit;
    }
    EXPECT_GE(noticed, 1) << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace sim
