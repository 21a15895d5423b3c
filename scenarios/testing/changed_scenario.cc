#include "scenarios/testing/changed_scenario.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "faults/fault.pb.h"
#include "faults/source_text.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using google::protobuf::TextFormat;

constexpr uint64_t kSeeds = 25;

bool Makes(const settle::Rule& rule, const std::string& fault) {
  const auto* faults = settle::Rule::descriptor()->FindOneofByName("fault");
  const auto* kind = settle::Rule::GetReflection()->GetOneofFieldDescriptor(rule, faults);
  return kind != nullptr && kind->name() == fault;
}

// Pins write a fault in capitals.
bool Makes(const settle::Pin& pin, const std::string& fault) {
  return settle::Pin::Choice_Name(pin.choice()) == absl::AsciiStrToUpper(fault);
}

// Takes out those that make `fault`; how many.
template <typename Things>
int Take(Things& things, const std::string& fault) {
  const int all = things.size();
  for (int i = all - 1; i >= 0; --i) {
    if (Makes(things.Get(i), fault)) things.DeleteSubrange(i, 1);
  }
  return all - things.size();
}

}  // namespace

ChangedScenario::ChangedScenario(std::string path) : path_(std::move(path)) {
  const auto text = faults::ReadFile(path_);
  EXPECT_TRUE(text.ok()) << text.status();
  EXPECT_TRUE(text.ok() && TextFormat::ParseFromString(*text, &text_)) << path_;
}

ChangedScenario& ChangedScenario::Plant(const std::string& system, const std::string& quirk) {
  int planted = 0;
  for (settle::Organisation& organisation : *text_.mutable_organisation()) {
    for (settle::Node& node : *organisation.mutable_node()) {
      if (node.system() != system) continue;
      node.add_quirk(quirk);
      ++planted;
    }
  }
  EXPECT_GT(planted, 0) << "no " << system << " in " << path_;
  return *this;
}

ChangedScenario& ChangedScenario::LeaveOut(const std::string& fault) {
  int taken = Take(*text_.mutable_chaos()->mutable_rule(), fault);
  taken += Take(*text_.mutable_chaos()->mutable_pin(), fault);
  for (settle::Workload& workload : *text_.mutable_workload()) {
    taken += Take(*workload.mutable_outcome(), fault);
  }
  EXPECT_GT(taken, 0) << "no " << fault << " in " << path_;
  return *this;
}

int ChangedScenario::Breaks(const std::string& check, const Catalogue& catalogue) const {
  std::string text;
  TextFormat::PrintToString(text_, &text);
  faults::Diagnostics problems;
  const auto loaded = LoadText(path_, text, catalogue, problems);
  EXPECT_NE(loaded, nullptr) << faults::ToStatus(problems);
  if (loaded == nullptr) return 0;
  const auto runner = NewRunner(*loaded);
  bool watched = false;
  int breaks = 0;
  RunOptions options;
  for (options.seed = 1; options.seed <= kSeeds; ++options.seed) {
    const settle::RunResult result = runner->Run(options);
    EXPECT_NE(result.verdict(), settle::INCONCLUSIVE) << path_ << " seed " << options.seed;
    for (const settle::CheckResult& one : result.check()) {
      if (one.name() != check) continue;
      watched = true;
      if (one.findings() > 0) ++breaks;
    }
  }
  EXPECT_TRUE(watched) << "no " << check << " in " << path_;
  return breaks;
}

}  // namespace scenarios
