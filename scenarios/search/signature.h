// The signature of a failure: what makes two failures the same one.
//
// A search meets one bug in a thousand seeds, each time with other keys, amounts and
// times; people want to be told once. Of a failure that was made small (shrink.h) it is the
// check and the shape of its story: the kinds of its faults in their order, at which kind of
// message or step each strikes, and the kinds of operations. Before that it is preliminary:
// the check and what was found, without keys and numbers. Nobody else may look inside.

#ifndef SCENARIOS_SEARCH_SIGNATURE_H_
#define SCENARIOS_SEARCH_SIGNATURE_H_

#include <string>

namespace settle {
class FindingResult;  // reports/result.proto
class Repro;          // the same
}  // namespace settle

namespace scenarios {

// Preliminary: six hexadecimal digits that stay the same from seed to seed.
std::string Signature(const settle::FindingResult& finding);

// Whether shrinking has made it: it says which operations are left.
bool IsSmall(const settle::Repro& repro);

// The same number of digits for the shape of a small one, whose pins are valid.
std::string ShapeSignature(const settle::Repro& small);

// The shape itself, a line for each part of it; for tests and the curious.
std::string ShapeOf(const settle::Repro& small);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_SIGNATURE_H_
