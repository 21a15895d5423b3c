// What the two companies may conclude from what they tell each other.
//
//   N5 query_answers_committed_truth      O5 unknown_is_not_failure

#ifndef SCENARIOS_EXCHANGE_ANSWER_CHECKS_H_
#define SCENARIOS_EXCHANGE_ANSWER_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddAnswerChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_ANSWER_CHECKS_H_
