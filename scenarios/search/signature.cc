#include "scenarios/search/signature.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "reports/result.pb.h"
#include "sim/choice/place.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

std::string DigitsOf(const std::string& text) {
  return absl::StrFormat("%06x", sim::HashName(text) & 0xffffff);
}

// "pay" of the client "pay12".
std::string Kind(absl::string_view client) {
  while (!client.empty() && absl::ascii_isdigit(static_cast<unsigned char>(client.back()))) {
    client.remove_suffix(1);
  }
  return std::string(client);
}

// A place without its key: "request exchange.Pay pay>a".
std::string AbstractPlace(const std::string& point) {
  const auto parsed = sim::PointText::Parse(point);
  SIM_CHECK(parsed.ok()) << parsed.status().ToString();
  sim::Place place = parsed->place();
  const std::string node = Kind(place.node), peer = Kind(place.peer);
  place.node = node;
  place.peer = peer;
  place.key = "";
  return sim::PointName(place);
}

}  // namespace

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
  return DigitsOf(normal);
}

bool IsSmall(const settle::Repro& repro) { return !repro.only().empty(); }

std::string ShapeOf(const settle::Repro& small) {
  std::string shape = small.check() + "\n";
  for (const settle::Pin& pin : small.pin()) {
    absl::StrAppend(&shape, settle::Pin::Choice_Name(pin.choice()), " ", AbstractPlace(pin.point()),
                    "\n");
  }
  std::map<std::string, int> operations;  // by kind
  for (const settle::Operations& of_client : small.only()) {
    operations[Kind(of_client.client())] += of_client.operation_size();
  }
  for (const auto& [kind, count] : operations) absl::StrAppend(&shape, count, " ", kind, "\n");
  return shape;
}

std::string ShapeSignature(const settle::Repro& small) { return DigitsOf(ShapeOf(small)); }

}  // namespace scenarios
