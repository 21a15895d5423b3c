// Goal: of a statement that is not what it says, or not what was asked for, no line is
// believed, and the reason says why. Method: one good file, spoilt in each way.

#include "systems/exchange/verification.h"

#include <cstdint>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {
namespace {

using filedrop::Statement;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

class VerificationTest : public testing::Test {
 protected:
  VerificationTest() {
    statement_.set_bill_date("2026-01-05");
    statement_.set_currency("CNY");
    for (const char* order : {"order-1", "order-2"}) {
      filedrop::StatementLine& line = *statement_.add_line();
      line.set_serial(statement_.line_size());
      line.set_order_id(order);
      line.set_amount(1000);
      line.set_fee(6);
      line.set_status("SUCCESS");
    }
    filedrop::Seal(statement_);
  }

  std::string Reason() { return ReasonToRefuse(statement_, "2026-01-05"); }
  // Of a file that is well sealed, whatever is in it.
  std::string ReasonSealed() {
    filedrop::Seal(statement_);
    return Reason();
  }

  Statement statement_;
};

TEST_F(VerificationTest, BelievesAGoodFile) { EXPECT_EQ(Reason(), ""); }

TEST_F(VerificationTest, BelievesAnEmptyFile) {
  statement_.clear_line();
  EXPECT_EQ(ReasonSealed(), "");
}

TEST_F(VerificationTest, RefusesAReplay) {
  EXPECT_EQ(ReasonToRefuse(statement_, "2026-01-06"), "replayed: it is of 2026-01-05");
}

TEST_F(VerificationTest, RefusesTheFuture) {
  EXPECT_EQ(ReasonToRefuse(statement_, "2026-01-04"), "from the future: it is of 2026-01-05");
}

TEST_F(VerificationTest, RefusesForeignMoney) {
  statement_.set_currency("USD");
  EXPECT_EQ(ReasonSealed(), "in a foreign currency: USD");
}

TEST_F(VerificationTest, RefusesAWrongCount) {
  statement_.mutable_line()->RemoveLast();
  EXPECT_EQ(Reason(), "the header counts 2 lines, and there are 1");
}

TEST_F(VerificationTest, RefusesAWrongTotal) {
  statement_.set_total("2001");
  statement_.set_digest(filedrop::DigestOf(statement_));
  EXPECT_EQ(Reason(), "the header's total is 2001, the lines' 2000");
}

TEST_F(VerificationTest, RefusesAWrongDigest) {
  statement_.mutable_line(0)->set_fee(5);
  EXPECT_EQ(Reason(), "the digest is wrong");
}

TEST_F(VerificationTest, RefusesLinesThatAreNone) {
  statement_.mutable_line(1)->set_amount(-1000);
  EXPECT_EQ(ReasonSealed(), "a line states the amount -1000");
  statement_.mutable_line(1)->set_amount(1000);
  statement_.mutable_line(1)->set_fee(1001);
  EXPECT_EQ(ReasonSealed(), "a line states the fee 1001 of 1000");
  statement_.mutable_line(1)->set_fee(6);
  statement_.mutable_line(1)->set_status("SUCCES");
  EXPECT_EQ(ReasonSealed(), "a line states the status \"SUCCES\"");
  statement_.mutable_line(1)->set_status("SUCCESS");
  statement_.mutable_line(1)->clear_order_id();
  EXPECT_EQ(ReasonSealed(), "a line names no order");
}

TEST_F(VerificationTest, RefusesASerialThatIsNone) {
  for (const int64_t serial : {int64_t{0}, int64_t{-2}}) {
    statement_.mutable_line(1)->set_serial(serial);
    EXPECT_EQ(ReasonSealed(), "a line has the serial " + std::to_string(serial));
  }
}

TEST_F(VerificationTest, RefusesASerialTwice) {
  statement_.mutable_line(1)->set_serial(1);
  EXPECT_EQ(ReasonSealed(), "two lines have the serial 1");
}

// Added in 64 bits, the sum would be negative.
TEST_F(VerificationTest, AddsInMoreBitsThanAnAmountHas) {
  statement_.mutable_line(0)->set_amount(kMost);
  EXPECT_EQ(ReasonSealed(), "the total is more money than there is");
  EXPECT_EQ(statement_.total(), "9223372036854776807");
  statement_.mutable_line()->RemoveLast();
  EXPECT_EQ(ReasonSealed(), "");
}

}  // namespace
}  // namespace exchange
