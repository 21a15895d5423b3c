#include "scenarios/search/signature.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "reports/result.pb.h"
#include "sim/core/hash.h"

namespace scenarios {

std::string Signature(const settle::FindingResult& finding) {
  std::string what = finding.what();
  if (!finding.key().empty()) what = absl::StrReplaceAll(what, {{finding.key(), "*"}});
  std::string normal = finding.check() + "\n";
  for (const char c : what) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      normal += c;
    } else if (normal.back() != '#') {
      normal += '#';
    }
  }
  return absl::StrFormat("%06x", sim::HashName(normal) & 0xffffff);
}

}  // namespace scenarios
