// time.Worker: one of two that share a database; who holds the lease works.
//
// A lease lasts two seconds by the wall clock of who takes it, and has a token that
// grows from holder to holder. The holder renews it, computes for a second, and writes
// what it has found under its token, in a transaction that sees that the lease is
// still its own.
//
// Quirk "believes_its_lease": it writes without that look. Whatever happens meanwhile,
// a pause, a slow computation, a clock that says otherwise, it writes over a newer
// holder's shoulder (Kleppmann, "How to do distributed locking", 2016).

#ifndef SCENARIOS_TIME_WORKER_H_
#define SCENARIOS_TIME_WORKER_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// System time.Worker, check no_stale_write.
void AddWorker(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_TIME_WORKER_H_
