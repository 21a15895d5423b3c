#include "scenarios/reached_steps.h"

#include "sim/choice/place.h"
#include "sim/core/check.h"

namespace scenarios {

void ReachedSteps::OnStep(absl::string_view node, absl::string_view step, sim::Nanos) {
  ++reached_[{std::string(node), std::string(step)}];
}

void ReachedSteps::Report(settle::RunResult& result) const {
  std::map<std::pair<std::string, std::string>, uint64_t> struck;
  for (const settle::Pin& pin : result.fired()) {
    const auto point = sim::PointText::Parse(pin.point());
    SIM_CHECK(point.ok()) << point.status().ToString();
    const sim::Place place = point->place();
    if (place.kind != sim::PlaceKind::kStep) continue;
    ++struck[{std::string(place.node), std::string(place.method)}];
  }
  for (const sim::Step& step : steps_) {
    const std::pair<std::string, std::string> which(step.node, step.name);
    const auto reached = reached_.find(which);
    settle::StepCount& count = *result.add_step();
    count.set_node(step.node);
    count.set_name(step.name);
    count.set_reached(reached == reached_.end() ? 0 : reached->second);
    count.set_struck(struck[which]);
  }
}

}  // namespace scenarios
