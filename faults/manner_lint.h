// Whether a fault of manners or people can happen to a call: whether the reply can say
// what it would have to say, whether anybody calls back, whether people call at all.

#ifndef FAULTS_MANNER_LINT_H_
#define FAULTS_MANNER_LINT_H_

#include <string>

#include "faults/lint.h"
#include "faults/plan.h"
#include "faults/source_text.h"
#include "sim/choice/choice.h"

namespace faults {

// The names that `rule`, whose place is of a call, gives are known, and so are those of
// a pin. What is wrong is added to `found`.
void LintManner(const Vocabulary& world, const Rule& rule, Diagnostics& found);
void LintManner(const Vocabulary& world, const sim::Pin& pin, const Where& where,
                Diagnostics& found);

// Whether whom somebody that fits `from` calls at `to` by `method` calls back by `by`.
void LintCallbackFirst(const Vocabulary& world, const std::string& from, const std::string& to,
                       const std::string& method, const std::string& by, const Where& where,
                       Diagnostics& found);

}  // namespace faults

#endif  // FAULTS_MANNER_LINT_H_
