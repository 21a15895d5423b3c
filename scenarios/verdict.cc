#include "scenarios/verdict.h"

#include <algorithm>

namespace scenarios {
namespace {

settle::Verdict VerdictOf(const settle::CheckResult& check) {
  if (check.findings() > 0) return settle::VIOLATED;
  if (!check.unknown().empty()) return settle::INCONCLUSIVE;
  return check.exercised() > 0 ? settle::HELD : settle::NOT_EXERCISED;
}

}  // namespace

settle::Verdict VerdictOf(const CheckResults& checks, bool quiet, bool rules_matched) {
  settle::Verdict verdict = rules_matched ? settle::HELD : settle::NOT_EXERCISED;
  if (!quiet) verdict = settle::INCONCLUSIVE;
  bool judged = false;
  for (const settle::CheckResult& check : checks) {
    if (!check.judged()) continue;
    judged = true;
    verdict = std::max(verdict, VerdictOf(check));
  }
  return judged ? verdict : std::max(verdict, settle::NOT_EXERCISED);
}

}  // namespace scenarios
