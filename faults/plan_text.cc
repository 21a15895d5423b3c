#include "faults/plan_text.h"

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace faults {
namespace {

// Depth first through the includes.
class Gathering {
 public:
  explicit Gathering(Diagnostics& problems) : problems_(problems) {}

  void Add(const settle::FaultPlan& plan, const Where& where) {
    const bool included = !open_.empty();
    open_.push_back(where.file());
    for (int i = 0; i < plan.rule_size(); ++i) {
      text_.rules.push_back({plan.rule(i), where.Field("rule", i), included});
    }
    for (int i = 0; i < plan.pin_size(); ++i) {
      text_.pins.push_back({plan.pin(i), where.Field("pin", i), included});
    }
    for (int i = 0; i < plan.include_size(); ++i) {
      Include(plan.include(i), where.Field("include", i));
    }
    open_.pop_back();
  }

  PlanText Take() { return std::move(text_); }

 private:
  void Include(const std::string& name, const Where& where) {
    const std::string path =
        (std::filesystem::path(where.file()).parent_path() / name).lexically_normal().string();
    for (const std::string& file : open_) {
      if (std::filesystem::path(file).lexically_normal() != path) continue;
      problems_.push_back(where.Error(absl::StrCat(
          "this plan includes itself: ", absl::StrJoin(open_, " includes "), " includes ", path)));
      return;
    }
    if (!seen_.insert(path).second) return;
    const absl::StatusOr<std::string> text = ReadFile(path);
    if (!text.ok()) {
      problems_.push_back(where.Error(std::string(text.status().message())));
      return;
    }
    settle::FaultPlan plan;
    const Where there = ParseText(path, *text, plan, problems_);
    Add(plan, there);
  }

  PlanText text_;
  Diagnostics& problems_;
  std::vector<std::string> open_;  // From the outermost file to the one at work.
  std::set<std::string> seen_;
};

}  // namespace

PlanText GatherPlan(const settle::FaultPlan& plan, const Where& where, Diagnostics& problems) {
  Gathering gathering(problems);
  gathering.Add(plan, where);
  return gathering.Take();
}

PlanText ReadPlan(const std::string& path, Diagnostics& problems) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    Diagnostic problem;
    problem.file = path;
    problem.message = std::string(text.status().message());
    problems.push_back(std::move(problem));
    return {};
  }
  settle::FaultPlan plan;
  const Where where = ParseText(path, *text, plan, problems);
  return GatherPlan(plan, where, problems);
}

}  // namespace faults
