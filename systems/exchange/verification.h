// Verification: whether a statement may be believed at all, before its lines are.
//
// Nothing of a file that is refused is processed: what is missing or wrong in it
// cannot be told from what the provider has not done.

#ifndef SYSTEMS_EXCHANGE_VERIFICATION_H_
#define SYSTEMS_EXCHANGE_VERIFICATION_H_

#include <string>

namespace filedrop {
class Statement;
}

namespace exchange {

// Why the statement is refused that was given for the day `bill_date`; "" if it is not.
std::string ReasonToRefuse(const filedrop::Statement& statement, const std::string& bill_date);

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_VERIFICATION_H_
