#include "reports/words.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/durations.h"

namespace reports {

using absl::StrCat;

absl::string_view VerdictWords(settle::Verdict verdict) {
  switch (verdict) {
    case settle::HELD:
      return "held";
    case settle::NOT_EXERCISED:
      return "not exercised";
    case settle::INCONCLUSIVE:
      return "inconclusive";
    case settle::VIOLATED:
      return "VIOLATED";
    default:
      return "no verdict";
  }
}

std::string Grouped(uint64_t number) {
  std::string digits = StrCat(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string Counted(uint64_t number, absl::string_view noun) {
  return StrCat(Grouped(number), " ", noun, number == 1 ? "" : "s");
}

std::string Elapsed(int64_t nanos) {
  constexpr int64_t kSecond = 1'000'000'000, kHour = 3600 * kSecond, kDay = 24 * kHour;
  if (nanos == std::numeric_limits<int64_t>::max()) return "292 years or more";
  if (nanos >= 2 * kDay) {
    const int64_t tenths = nanos / (kDay / 10);
    return StrCat(Grouped(static_cast<uint64_t>(tenths / 10)), ".", tenths % 10, " days");
  }
  int64_t unit = 1;
  if (nanos >= kHour) {
    unit = 60 * kSecond;
  } else if (nanos >= kSecond) {
    unit = kSecond / 10;
  } else if (nanos >= 1'000'000) {
    unit = 1'000'000;
  }
  return faults::NanosInWords(nanos / unit * unit);
}

std::string Expectation(const settle::CampaignResult& campaign) {
  const std::string checks = absl::StrJoin(campaign.expect_violated(), ", ");
  return StrCat("expected ", VerdictWords(campaign.expect()),
                checks.empty() ? "" : StrCat(" (", checks, ")"), ", got ",
                VerdictWords(campaign.verdict()));
}

std::string SeedsText(const settle::CampaignResult& campaign) {
  return absl::StrJoin(campaign.asked(), ", ", [](std::string* out, const settle::SeedRange& r) {
    absl::StrAppend(out, r.first());
    if (r.last() != r.first()) absl::StrAppend(out, "..", r.last());
    if (r.step() > 1) absl::StrAppend(out, " by ", r.step());
  });
}

}  // namespace reports
