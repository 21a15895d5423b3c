// The signature of a failure: what makes two failures the same one.
//
// A search meets one bug in a thousand seeds, each time with other keys, amounts and
// times; people want to be told once. Today it is the check and what was found, without
// keys and numbers. Nobody else may look inside.

#ifndef SCENARIOS_SEARCH_SIGNATURE_H_
#define SCENARIOS_SEARCH_SIGNATURE_H_

#include <string>

namespace settle {
class FindingResult;  // reports/result.proto
}

namespace scenarios {

// Six hexadecimal digits that stay the same from seed to seed.
std::string Signature(const settle::FindingResult& finding);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_SIGNATURE_H_
