// receipts_are_kept: who is told that a deposit was taken can rely on it.
//
// The till's answer is the receipt. Whatever the till believes, the row must have been
// committed by then; what comes later is not what the customer was told.

#ifndef SCENARIOS_SHARED_RECEIPT_CHECK_H_
#define SCENARIOS_SHARED_RECEIPT_CHECK_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddReceiptCheck(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_SHARED_RECEIPT_CHECK_H_
