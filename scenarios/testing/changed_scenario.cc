#include "scenarios/testing/changed_scenario.h"

#include <cstdint>
#include <utility>

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

constexpr uint64_t kSeeds = 10;

std::string FaultOf(const settle::Rule& rule) {
  const auto* fault = settle::Rule::descriptor()->FindOneofByName("fault");
  const auto* kind = settle::Rule::GetReflection()->GetOneofFieldDescriptor(rule, fault);
  return kind == nullptr ? "" : std::string(kind->name());
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
  auto& rules = *text_.mutable_chaos()->mutable_rule();
  const int all = rules.size();
  for (int i = all - 1; i >= 0; --i) {
    if (FaultOf(rules.Get(i)) == fault) rules.DeleteSubrange(i, 1);
  }
  EXPECT_LT(rules.size(), all) << "no " << fault << " in " << path_;
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
