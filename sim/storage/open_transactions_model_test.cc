// Goal: many transactions over one connection answer, statement by statement, what
// an interpreter of the same lock rules answers, through waits, deadlocks,
// timeouts, prepared branches and crashes at every write; and whose changes are
// resident never matters.
//
// Method: random programs of six transactions on a few keys (model_run.h). The
// same programs must find every bug that can be planted in the lock rules.

#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/core/hash.h"
#include "sim/storage/model_run.h"

namespace sim {
namespace {

// Draws from `bits`, which it advances.
int Draw(uint64_t& bits, int bound) {
  bits = Mix(bits + 0x9e3779b97f4a7c15ULL);
  return static_cast<int>(Below(bits, static_cast<uint64_t>(bound)));
}

ModelRow RandomRow(uint64_t& bits) {
  ModelRow row;
  row.key = Draw(bits, 7);
  row.u = Draw(bits, 6) - 1;
  row.grp = Draw(bits, 3);
  row.v = Draw(bits, 3);
  return row;
}

ModelStep StepOf(uint64_t bits) {
  ModelStep step;
  step.slot = Draw(bits, 6);
  step.repeatable = Draw(bits, 4) == 0;
  const int dice = Draw(bits, 1000);
  step.kind = dice < 140   ? StepKind::kCommit
              : dice < 170 ? StepKind::kPrepare
              : dice < 210 ? StepKind::kRollback
              : dice < 260 ? StepKind::kFinish
              : dice < 290 ? StepKind::kTimeOut
              : dice < 294 ? StepKind::kCrash
                           : StepKind::kExecute;
  step.cut = Draw(bits, 12) == 0 ? Draw(bits, 16) : -1;
  step.commit = Draw(bits, 2) == 0;
  step.statement.verb = static_cast<ModelVerb>(Draw(bits, kModelVerbs));
  // Emptying groups leaves little to fight for.
  if (step.statement.verb == ModelVerb::kDeleteGroup && Draw(bits, 3) != 0) {
    step.statement.verb = ModelVerb::kInsert;
  }
  step.statement.table =
      step.statement.verb == ModelVerb::kGenerate ? kModelTables : Draw(bits, kModelTables);
  step.statement.row = RandomRow(bits);
  step.statement.other = RandomRow(bits);
  step.statement.flag = Draw(bits, 2) == 0;
  step.statement.who = Draw(bits, 100);
  return step;
}

std::vector<ModelStep> ProgramOf(const std::vector<uint64_t>& seeds) {
  std::vector<ModelStep> program;
  for (const uint64_t seed : seeds) program.push_back(StepOf(seed));
  return program;
}

std::vector<ModelStep> RandomProgram(uint64_t seed, size_t steps) {
  std::vector<ModelStep> program;
  for (size_t i = 0; i < steps; ++i) program.push_back(StepOf(Mix(seed) + i));
  return program;
}

RC_GTEST_PROP(OpenTransactionsModel, AnyProgramIsAnsweredAsTheModelDoes,
              (const std::vector<uint64_t>& seeds, uint64_t seed, bool beside)) {
  ModelCounts counts;
  LockRules rules;
  rules.beside = beside;
  const std::string difference = ModelRun(seed, rules, counts).Run(ProgramOf(seeds));
  RC_ASSERT(difference == "");
}

TEST(OpenTransactionsModel, LongProgramsAreAnsweredAsTheModelDoes) {
  ModelCounts counts;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    LockRules rules;
    rules.beside = seed % 4 != 0;
    ASSERT_EQ(ModelRun(seed, rules, counts).Run(RandomProgram(seed, 1500)), "") << seed;
  }
  for (const char* what :
       {"statements", "waits", "deadlocks", "timeouts", "duplicates", "gaps", "commits", "prepared",
        "crashes", "cut commits", "cut second phases", "parks"}) {
    EXPECT_GE(counts[what], 100) << what;
  }
}

// Every combination of the options that are free to choose answers what the first does,
// row for row in the same order.
TEST(OpenTransactionsModel, NoFreeOptionChangesAnAnswer) {
  constexpr size_t kCombinations = size_t{1} << std::size(kFreeOptions);
  for (uint64_t seed = 100; seed < 115; ++seed) {
    std::vector<ModelStep> program = RandomProgram(seed, 800);
    for (ModelStep& step : program) step.cut = -1;  // Less work is cut elsewhere.
    std::string first;
    for (size_t combination = 0; combination < kCombinations; ++combination) {
      ModelCounts counts;
      LockRules rules;
      for (size_t option = 0; option < std::size(kFreeOptions); ++option) {
        rules.*kFreeOptions[option] = ((combination >> option) & 1) != 0;
      }
      ModelRun run(seed, rules, counts);
      ASSERT_EQ(run.Run(program), "") << seed << " " << combination;
      if (combination == 0) first = run.transcript();
      ASSERT_EQ(run.transcript(), first) << seed << " " << combination;
      ASSERT_GE(counts["statements"], 100);
    }
  }
}

class PlantedFlaw : public testing::TestWithParam<LockFlaw> {};

TEST_P(PlantedFlaw, IsFound) {
  LockRules rules;
  rules.flaw = GetParam();
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    ModelCounts counts;
    if (!ModelRun(seed, rules, counts).Run(RandomProgram(seed, 1000)).empty()) return;
  }
  FAIL() << "60 programs have not met it";
}

INSTANTIATE_TEST_SUITE_P(Each, PlantedFlaw,
                         testing::Values(LockFlaw::kNoRowLocks, LockFlaw::kNoProbe,
                                         LockFlaw::kOthersAreSeen, LockFlaw::kPartialEffectKept,
                                         LockFlaw::kUniqueValuesUnlocked,
                                         LockFlaw::kRecoveredUnlocked,
                                         LockFlaw::kNoDeadlockDetection, LockFlaw::kIdsGivenTwice));

}  // namespace
}  // namespace sim
