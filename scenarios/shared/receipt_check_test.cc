// Goal: a receipt is broken by a deposit that is not committed when it is given, and by
// nothing else.
// Method: answers and commits by hand.

#include "scenarios/shared/receipt_check.h"

#include <memory>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "scenarios/checks/commit_by_hand.h"
#include "sim/net/traffic.h"

namespace scenarios {
namespace {

class ReceiptCheckTest : public testing::Test {
 protected:
  ReceiptCheckTest() {
    Catalogue catalogue;
    AddReceiptCheck(catalogue);
    check_ = catalogue.checks.at("receipts_are_kept").make(CheckContext());
  }

  void Answer(absl::string_view deposit_id, absl::Status status = absl::OkStatus()) {
    sim::Traffic traffic;
    traffic.kind = sim::TrafficKind::kAnswered;
    traffic.method = "deposit.PutIn";
    traffic.caller = "deposit1";
    traffic.callee = "till";
    traffic.key = deposit_id;
    traffic.status = status;
    check_->OnTraffic(traffic);
  }
  void Note(const char* deposit_id) {
    check_->OnCommit(CommitByHand("till").Insert(deposit_, {deposit_id, "deposit1", 100, 0}));
  }
  size_t Found() const { return check_->findings().size(); }

  const sim::TableInfo deposit_{"deposit", {"deposit_id", "owner", "amount", "booked"}, {0}};
  std::unique_ptr<Check> check_;
};

TEST_F(ReceiptCheckTest, TakesReceiptsForWhatIsNoted) {
  Note("deposit1-1");
  Answer("deposit1-1");
  Answer("deposit1-1");
  EXPECT_EQ(check_->exercised(), 2u);
  EXPECT_EQ(Found(), 0u);
}

TEST_F(ReceiptCheckTest, TakesAnErrorForNoReceipt) {
  Answer("deposit1-1", absl::UnknownError("the connection broke"));
  EXPECT_EQ(check_->exercised(), 0u);
  EXPECT_EQ(Found(), 0u);
}

TEST_F(ReceiptCheckTest, FindsAReceiptThatComesFirst) {
  Note("deposit1-1");
  Answer("deposit1-2");
  Note("deposit1-2");
  ASSERT_EQ(Found(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "deposit1-2");
  EXPECT_EQ(check_->findings()[0].what,
            "till gives deposit1 a receipt for deposit1-2, which is not in its books");
}

}  // namespace
}  // namespace scenarios
