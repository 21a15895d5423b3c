// The words in which verdicts, counts and times are told, everywhere the same.
//
// Times are nanoseconds of the simulated world. All of them are pure functions: no
// locale, no wall time.

#ifndef REPORTS_WORDS_H_
#define REPORTS_WORDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "reports/result.pb.h"

namespace reports {

// "held", "VIOLATED", "not exercised", "inconclusive": what is broken stands out
// also without colour.
absl::string_view VerdictWords(settle::Verdict verdict);

// "1,284,113".
std::string Grouped(uint64_t number);

// "1 seed", "1,200 seeds".
std::string Counted(uint64_t number, absl::string_view noun);

// "142 ms", "3 h 20 min", "38.2 days": as long as a reader wants to know it. The longest time
// that nanoseconds can say is "292 years or more".
std::string Elapsed(int64_t nanos);

// "expected VIOLATED (exactly_once_effect), got held".
std::string Expectation(const settle::CampaignResult& campaign);

// "1..200", "3..199 by 4", "17", joined by commas.
std::string SeedsText(const settle::CampaignResult& campaign);

}  // namespace reports

#endif  // REPORTS_WORDS_H_
