// What somebody who wrote an unknown name probably meant.

#ifndef FAULTS_SPELLING_H_
#define FAULTS_SPELLING_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace faults {

// The known name nearest to `name` by edit distance, or "" when none is near:
// more than a third of the letters would have to change. Of equals the first.
std::string NearestName(absl::string_view name, const std::vector<std::string>& known);

// `; did you mean "submit"?`, to end an error with; "" when nothing is near.
std::string DidYouMean(absl::string_view name, const std::vector<std::string>& known);

// Ends an error about the unknown `name`: with the name that was meant, or else with
// all there are, if they are few.
std::string Instead(absl::string_view name, const std::set<std::string>& known);

}  // namespace faults

#endif  // FAULTS_SPELLING_H_
