// Mistakes: what a line of the provider's statement and our order do not agree on.
//
// "Short" is where we have less than the provider says, "over" where we have more. An
// order whose outcome we do not know is short of one. All that differs is told: first
// the status, then the amount, and the fee if the amounts agree.
//
// Source: ReconciliationMistakeTypeEnum and ReconciliationCheckBiz of roncoo/roncoo-pay.

#ifndef SYSTEMS_EXCHANGE_MISTAKES_H_
#define SYSTEMS_EXCHANGE_MISTAKES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "systems/exchange/contract.h"

namespace exchange {

// An order of ours that no statement tells of, and a line of which we know nothing.
inline constexpr char kBankMiss[] = "BANK_MISS";
inline constexpr char kPlatformMiss[] = "PLATFORM_MISS";

inline constexpr char kShortStatus[] = "PLATFORM_SHORT_STATUS_MISMATCH";
inline constexpr char kOverStatus[] = "PLATFORM_OVER_STATUS_MISMATCH";
inline constexpr char kShortCash[] = "PLATFORM_SHORT_CASH_MISMATCH";
inline constexpr char kOverCash[] = "PLATFORM_OVER_CASH_MISMATCH";
inline constexpr char kFee[] = "FEE_MISMATCH";

// Ours, or theirs.
struct Stated {
  std::string status;
  int64_t amount = 0;
  int64_t fee = 0;
};

inline std::vector<std::string> MistakesBetween(const Stated& ours, const Stated& theirs) {
  std::vector<std::string> mistakes;
  if (ours.status != theirs.status) {
    const bool over =
        ours.status == "SUCCESS" || (ours.status == "REVERSED" && theirs.status == "FAILED");
    mistakes.push_back(over ? kOverStatus : kShortStatus);
  }
  if (ours.amount != theirs.amount) {
    mistakes.push_back(ours.amount > theirs.amount ? kOverCash : kShortCash);
  } else if (ours.fee != theirs.fee) {
    mistakes.push_back(kFee);
  }
  return mistakes;
}

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_MISTAKES_H_
