#include "reports/junit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "reports/words.h"

namespace reports {
namespace {

using absl::StrAppend;
using absl::StrCat;

std::string Escaped(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        // XML 1.0 has no other control characters, not even escaped.
        if (static_cast<unsigned char>(c) >= ' ' || c == '\t') out += c;
    }
  }
  return out;
}

struct Case {
  std::string name;
  std::string failure;  // empty: passed
  std::string details;
};

// A violated promise fails its case, unless the scenario is there to show that
// it is noticed; so does one of which nobody knows.
Case CaseOf(const settle::CampaignResult& campaign, const settle::CheckTotal& check) {
  Case out{check.name(), "", ""};
  if (check.verdict() == settle::INCONCLUSIVE) {
    out.failure = StrCat("could not be judged: ", check.unknown());
    return out;
  }
  if (campaign.expect() == settle::VIOLATED || check.verdict() != settle::VIOLATED) return out;
  for (const settle::Failure& failure : campaign.failure()) {
    if (failure.finding().check() != check.name()) continue;
    if (out.failure.empty()) out.failure = failure.finding().what();
    StrAppend(&out.details, failure.finding().what(), " (seed ", failure.repro().seed(), ")\n",
              absl::StrJoin(failure.fault(), "\n"), "\n", failure.repro_file(), "\n");
  }
  if (out.failure.empty()) out.failure = "violated";
  return out;
}

std::vector<Case> CasesOf(const settle::CampaignResult& campaign) {
  std::vector<Case> cases;
  for (const settle::CheckTotal& check : campaign.check()) cases.push_back(CaseOf(campaign, check));
  Case whole{StrCat("expect_", settle::Verdict_Name(campaign.expect())), "", ""};
  if (!campaign.as_expected()) {
    whole.failure = Expectation(campaign);
    whole.details = StrCat(absl::StrJoin(campaign.because(), "\n"), "\n",
                           absl::StrJoin(campaign.going_on(), "\n"));
  }
  cases.push_back(std::move(whole));
  return cases;
}

}  // namespace

std::string JunitXml(const std::vector<settle::CampaignResult>& campaigns) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const settle::CampaignResult& campaign : campaigns) {
    const std::vector<Case> cases = CasesOf(campaign);
    int failures = 0;
    for (const Case& c : cases) failures += c.failure.empty() ? 0 : 1;
    const std::string name = Escaped(campaign.scenario());
    StrAppend(&xml, "  <testsuite name=\"", name, "\" tests=\"", cases.size(), "\" failures=\"",
              failures, "\">\n");
    for (const Case& c : cases) {
      StrAppend(&xml, "    <testcase name=\"", Escaped(c.name), "\" classname=\"", name, "\"");
      if (c.failure.empty()) {
        StrAppend(&xml, "/>\n");
      } else {
        StrAppend(&xml, "><failure message=\"", Escaped(c.failure), "\">", Escaped(c.details),
                  "</failure></testcase>\n");
      }
    }
    StrAppend(&xml, "  </testsuite>\n");
  }
  return xml + "</testsuites>\n";
}

}  // namespace reports
