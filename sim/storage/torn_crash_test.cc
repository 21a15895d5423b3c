// Goal: whatever a crash does to the disk, no acknowledged transaction is lost, no
// transaction happens by half, money is conserved, and every transaction that
// happened is a fact once.
//
// Method: transfers between accounts run on the database as the product opens it.
// The power is cut before a chosen write, truncation or sync of the journal or of
// the database file, or around COMMIT; each unsynced write is lost, kept or torn;
// in a part of the runs the power is cut again while the database recovers. Then
// the books are audited and work goes on, three lives long. The same test with
// the journal in memory must find damage, or it could not find any.

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/core/hash.h"
#include "sim/storage/storage_bench.h"
#include "sim/storage/transfers.h"

namespace sim {
namespace {

// Cuts the power at the `skip`-th time that a place is passed; notes where.
class Saw {
 public:
  Saw(std::string place, uint64_t skip) : place_(std::move(place)), skip_(skip) {}

  bool operator()(absl::string_view place, absl::string_view file) {
    const std::string here = absl::EndsWith(file, "-journal") ? absl::StrCat(place, " journal")
                             : absl::EndsWith(file, ".db")    ? absl::StrCat(place, " database")
                                                              : std::string(place);
    if (place == "before commit") in_commit_ = true;
    if (place == "after commit") in_commit_ = false;
    if ((!place_.empty() && here != place_) || skip_-- > 0) return false;
    cut_at_ = here;
    return true;
  }

  const std::string& cut_at() const { return cut_at_; }
  bool cut_in_commit() const { return !cut_at_.empty() && in_commit_; }

 private:
  const std::string place_;  // Any if empty.
  uint64_t skip_;
  bool in_commit_ = false;
  std::string cut_at_;
};

struct Count {
  std::map<std::string, int> crashes;  // by place
  std::map<std::string, int> damage;   // by kind
  int unsettled = 0;                   // cut commits, by what the disk decided
  int found = 0;
};

const std::vector<std::string> kPlaces = {"write journal", "write database", "truncate journal",
                                          "sync journal",  "sync database",  "before commit",
                                          "after commit",  "resume"};

// One database, three lives, until the books are wrong. A life ends at `place`, and
// most recoveries end at `in_recovery`, or anywhere if that is empty.
void Live(uint64_t seed, const std::string& place, const std::string& in_recovery,
          const std::string& journal_mode, Count& count) {
  StorageBench bench(seed, TransferSchema(), journal_mode);
  TransferOutcomes outcomes;
  for (uint64_t life = 0; life < 3; ++life) {
    const uint64_t bits = Mix(seed * 3 + life);
    Saw saw(place, Below(bits, absl::StartsWith(place, "write") ? 40 : 10));
    bench.set_cut(std::ref(saw));
    for (int c = 0; c < 3 && !bench.dead(); ++c) {
      const std::string name = absl::StrCat(life, ".", c);
      bench.Spawn(name, TransferMoney(&outcomes, &bench.db(), name, HashName(name) + seed));
    }
    bench.RunAll();
    if (!saw.cut_at().empty()) ++count.crashes[saw.cut_at()];
    if (saw.cut_in_commit()) ++count.crashes["inside COMMIT"];

    Saw again(in_recovery, in_recovery.empty() ? Below(Mix(bits), 16) : 0);
    if (bits % 4 != 0) bench.set_cut(std::ref(again));
    absl::Status rebooted = bench.Reboot(DiskFate::kEach);
    if (!again.cut_at().empty()) {
      ++count.crashes["inside recovery"];
      ++count.crashes[absl::StrCat(again.cut_at(), " in recovery")];
      rebooted = bench.Reboot(DiskFate::kEach);
    }
    bench.set_cut(nullptr);
    const std::string damage = rebooted.ok() ? Audit(bench, outcomes) : "not opened";
    if (!damage.empty()) {
      ++count.damage[damage];
      return;
    }
  }
  for (RecordId id = 1; id <= bench.simulation().trace().size(); ++id) {
    const Record& record = bench.simulation().trace().record(id);
    if (record.kind != static_cast<uint64_t>(RecordKind::kUnsettled)) continue;
    ++count.unsettled;
    count.found += static_cast<int>(record.value);
  }
}

Count LiveMany(uint64_t seeds, const std::vector<std::string>& places,
               const std::string& in_recovery, const std::string& journal_mode) {
  Count count;
  for (const std::string& place : places) {
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      Live(seed, place, in_recovery, journal_mode, count);
    }
  }
  std::printf("journal_mode %s\n", journal_mode.c_str());
  for (const auto& [place, n] : count.crashes)
    std::printf("  %6d crashes at %s\n", n, place.c_str());
  for (const auto& [kind, n] : count.damage) std::printf("  %6d damaged: %s\n", n, kind.c_str());
  std::printf("  %6d commits cut, %d of them had happened\n", count.unsettled, count.found);
  return count;
}

TEST(TornCrashTest, NothingAcknowledgedIsLost) {
  Count count = LiveMany(/*seeds=*/110, kPlaces, "", "TRUNCATE");
  for (const auto& [kind, n] : count.damage) ADD_FAILURE() << n << " times " << kind;
  for (const std::string& place : kPlaces) EXPECT_GE(count.crashes[place], 300) << place;
  EXPECT_GE(count.crashes["inside COMMIT"], 500);
  EXPECT_GE(count.crashes["inside recovery"], 200);
  EXPECT_GE(count.found, 20);
  EXPECT_GE(count.unsettled - count.found, 50);
}

// The database file is truncated only when recovery undoes a commit that had made it
// longer.
TEST(TornCrashTest, NothingIsLostWhenRecoveryIsCutAsItShortensTheFile) {
  Count count = LiveMany(/*seeds=*/150, {"write database", "sync database", "truncate journal"},
                         "truncate database", "TRUNCATE");
  for (const auto& [kind, n] : count.damage) ADD_FAILURE() << n << " times " << kind;
  EXPECT_GE(count.crashes["truncate database in recovery"], 300);
}

TEST(TornCrashTest, AJournalInMemoryLosesMoney) {
  Count count = LiveMany(/*seeds=*/20, kPlaces, "", "MEMORY");
  EXPECT_FALSE(count.damage.empty());
}

}  // namespace
}  // namespace sim
