#include "reports/measured.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/words.h"

namespace reports {
namespace {

constexpr size_t kColumns = 6;
using Line = std::array<std::string, kColumns>;

// "1 min 34 s" of nanoseconds, "1,200" of everything else; below zero where A was first.
std::string ValueText(int64_t value, const std::string& unit) {
  const std::string sign = value < 0 ? "-" : "";
  const uint64_t size = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  if (unit != "ns") return absl::StrCat(sign, Grouped(size));
  return absl::StrCat(sign, Elapsed(static_cast<int64_t>(size)));
}

Line LineOf(const settle::Distribution& of) {
  return {of.group().empty() ? of.name() : absl::StrCat("  ", of.group()),
          Grouped(of.count()),
          ValueText(of.p50(), of.unit()),
          ValueText(of.p90(), of.unit()),
          ValueText(of.p99(), of.unit()),
          ValueText(of.most(), of.unit())};
}

}  // namespace

std::string MeasuredText(const settle::CampaignResult& campaign) {
  if (campaign.distribution().empty()) return "";
  std::vector<Line> lines = {{"measured", "samples", "p50", "p90", "p99", "most"}};
  std::string measure;
  for (const settle::Distribution& distribution : campaign.distribution()) {
    // Groups stand below their measure, which may have no sample of its own.
    if (distribution.name() != measure && !distribution.group().empty()) {
      lines.push_back({distribution.name(), "0", "", "", "", ""});
    }
    measure = distribution.name();
    lines.push_back(LineOf(distribution));
  }

  std::array<size_t, kColumns> widths{};
  for (const Line& line : lines) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text = "\n";
  for (const Line& line : lines) {
    std::string row = " ";
    for (size_t i = 0; i < kColumns; ++i) {
      absl::StrAppendFormat(&row, " %-*s ", static_cast<int>(widths[i]), line[i]);
    }
    absl::StrAppend(&text, row.substr(0, row.find_last_not_of(' ') + 1), "\n");
  }
  return text;
}

}  // namespace reports
