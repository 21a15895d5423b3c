// Rules and pins in English, for reports.
//
//   the 1st reply to order-7's exchange.Submit, b > a, is 900 ms late
//   one in 30 replies to ledger.Credit calls is lost (at most 3 times)
//
// Without capital and full stop, so that a sentence can be built around them.

#ifndef FAULTS_SENTENCES_H_
#define FAULTS_SENTENCES_H_

#include <cstdint>
#include <string>

#include "faults/plan.h"
#include "sim/choice/choice.h"
#include "sim/core/time.h"

namespace faults {

// "1st", "2nd", "11th", "21st".
std::string Ordinal(uint64_t n);

// `link_slot` is the network's slot of time, in which a partition's occurrence
// is counted.
std::string Sentence(const sim::Pin& pin, sim::Nanos link_slot);
std::string Sentence(const Rule& rule, sim::Nanos link_slot);

}  // namespace faults

#endif  // FAULTS_SENTENCES_H_
