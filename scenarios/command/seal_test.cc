// Goal: the seal of a repro breaks with every change, and survives its file.
// Method: write, read, change.

#include "scenarios/command/seal.h"

#include "gtest/gtest.h"
#include "reports/result.pb.h"
#include "scenarios/repro.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

settle::Repro Sealed() {
  settle::Repro repro;
  repro.set_scenario("pay.textproto");
  repro.set_seed(17);
  repro.set_digest(0xfedcba9876543210);
  repro.add_set("b.retries=2");
  settle::Pin& late = *repro.add_pin();
  late.set_point("reply exchange.Submit a<b order-7");
  late.set_occurrence(1);
  late.set_choice(settle::Pin::LATE);
  late.set_by("900ms");
  Seal(repro);
  return repro;
}

TEST(Seal, SurvivesWritingAndReading) {
  const std::string path = testing::TempDir() + "/pay.repro.textproto";
  ASSERT_TRUE(WriteRepro(path, Sealed()).ok());
  faults::Diagnostics left_out;
  const auto read = ReadRepro(path, left_out);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(read->schema(), kReproSchema);
  EXPECT_TRUE(IsSealed(*read));
}

// As files without a number were written.
TEST(Seal, OfAFileWithoutASchemaHolds) {
  settle::Repro old = Sealed();
  old.clear_schema();
  old.clear_seal();
  old.set_seal(sim::HashBytes(old.SerializeAsString(), 0));
  EXPECT_TRUE(IsSealed(old));
}

TEST(Seal, BreaksWithEveryChange) {
  settle::Repro digest = Sealed();
  digest.set_digest(1);
  EXPECT_FALSE(IsSealed(digest));

  settle::Repro pin = Sealed();
  pin.mutable_pin(0)->set_by("901ms");
  EXPECT_FALSE(IsSealed(pin));

  settle::Repro none = Sealed();
  none.clear_seal();
  EXPECT_FALSE(IsSealed(none));
}

}  // namespace
}  // namespace scenarios
