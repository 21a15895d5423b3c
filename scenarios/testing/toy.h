// A toy system to test scenarios with: two nodes and a workload.
//
//   pay (clients) --toy.Pay--> toy.Teller --toy.Book--> toy.Ledger
//
// The teller tries again under the payment's own id until it is answered; the
// ledger books an id once. The ledger's quirk "books_again" forgets that.

#ifndef SCENARIOS_TESTING_TOY_H_
#define SCENARIOS_TESTING_TOY_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems toy.Teller and toy.Ledger, workload pay, check booked_once.
Catalogue ToyCatalogue();

}  // namespace scenarios

#endif  // SCENARIOS_TESTING_TOY_H_
