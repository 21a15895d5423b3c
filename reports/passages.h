// Passages: what the texts of a campaign and of a run have in common.
//
// All return whole lines with line ends, but for Paint. Nothing is coloured unless the
// style says so.

#ifndef REPORTS_PASSAGES_H_
#define REPORTS_PASSAGES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "faults/fault.pb.h"
#include "google/protobuf/repeated_field.h"
#include "reports/result.pb.h"
#include "reports/text.h"

namespace reports {

// Red is what is broken or proves nothing, yellow what is undecided.
enum class Color { kPlain, kRed, kGreen, kYellow, kDim };

Color ColorOf(settle::Verdict verdict);

std::string Paint(absl::string_view text, Color color, const TextStyle& style);

// Faults and how business ended, as sentences, and if they are few each with the pin that
// repeats it.
// `all_in` names the file that has those that are not printed.
std::string FaultsText(const std::vector<std::string>& sentences,
                       const google::protobuf::RepeatedPtrField<settle::Pin>& pins,
                       const std::string& all_in, const TextStyle& style);

// The line over what is said of one check.
std::string CheckTitle(absl::string_view verdict, Color color, absl::string_view name,
                       absl::string_view catalogue, absl::string_view claim,
                       const TextStyle& style);

}  // namespace reports

#endif  // REPORTS_PASSAGES_H_
