// The verdict of one run.
//
// VIOLATED before INCONCLUSIVE before NOT_EXERCISED before HELD: a broken promise
// is one however the run ended; a run that was still busy cannot say that
// promises held; and a promise that was never put to the test did not hold.

#ifndef SCENARIOS_VERDICT_H_
#define SCENARIOS_VERDICT_H_

#include "google/protobuf/repeated_field.h"
#include "reports/result.pb.h"

namespace scenarios {

using CheckResults = google::protobuf::RepeatedPtrField<settle::CheckResult>;

// `quiet`: the run ended with nothing but recurring timers pending.
// `rules_matched`: every rule that must match did. Checks that could not be judged
// count for nothing; if that is all of them, nothing was exercised.
settle::Verdict VerdictOf(const CheckResults& checks, bool quiet, bool rules_matched);

}  // namespace scenarios

#endif  // SCENARIOS_VERDICT_H_
