// Lock waits as a person wants to read them: who waits for whom, for which row,
// since when, in which call and statement.

#ifndef SIM_STORAGE_WAIT_TEXT_H_
#define SIM_STORAGE_WAIT_TEXT_H_

#include <string>
#include <vector>

#include "sim/storage/open_transaction.h"

namespace sim {

// "bank-a exchange.Submit order-7", or "the prepared branch x1 of bank-a".
std::string WhoText(const OpenTransaction& txn);

// "<who> waits since 1.2s for account ann, locked by <who> (open since 1s; UPDATE
// ...), behind <who>: UPDATE ..."; `ahead` is in its way, first the holder. Or, if
// nobody is: "for account ann, which a fault keeps from it: UPDATE ...".
std::string WaitText(const OpenTransaction& txn, const std::vector<OpenTransaction*>& ahead);

// Of a fault: it is the victim of a deadlock without a circle.
std::string VictimText(const OpenTransaction& txn);

// Each waits for the next, and the last for the first.
std::string DeadlockText(const std::vector<OpenTransaction*>& circle);

}  // namespace sim

#endif  // SIM_STORAGE_WAIT_TEXT_H_
