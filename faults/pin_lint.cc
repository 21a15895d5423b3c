#include "faults/pin_lint.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/manner_lint.h"
#include "faults/spelling.h"
#include "sim/choice/place.h"

namespace faults {
namespace {

using absl::StrCat;
using sim::ChoiceKind;
using sim::PlaceKind;
using Node = Vocabulary::Node;

// Root tasks that the kernel gives to every node.
constexpr absl::string_view kKernelTasks[] = {"again", "boot", "recovery"};

std::string Known(const std::string& name, const std::set<std::string>& known) {
  const std::string meant = DidYouMean(name, std::vector<std::string>(known.begin(), known.end()));
  return meant.empty() && !known.empty() ? StrCat("; known: ", absl::StrJoin(known, ", ")) : meant;
}

void LintTask(const Node& node, const std::string& name, const std::string& task,
              const Where& where, Diagnostics& found) {
  std::set<std::string> tasks = node.methods;
  tasks.insert(node.tasks.begin(), node.tasks.end());
  tasks.insert(std::begin(kKernelTasks), std::end(kKernelTasks));
  if (node.client) {
    found.push_back(
        where.Error(StrCat("\"", name, "\" is a client of the workload, which never crashes")));
  } else if (tasks.count(task) == 0) {
    found.push_back(
        where.Error(StrCat("\"", name, "\" has no task \"", task, "\"", Known(task, tasks))));
  }
}

void LintOvertaking(const Node& callee, const std::string& name, const sim::Pin& pin,
                    const Where& where, Diagnostics& found) {
  if (callee.methods.count(pin.by) > 0) return;
  found.push_back(where.Error(StrCat("\"", name, "\" does not serve \"", pin.by,
                                     "\", so nothing of that name overtakes anything there",
                                     Known(pin.by, callee.methods))));
}

}  // namespace

void LintPin(const Vocabulary& world, const sim::Pin& pin, const Where& where, Diagnostics& found) {
  const absl::StatusOr<sim::PointText> text = sim::PointText::Parse(pin.point);
  if (!text.ok()) return;  // The compiler has said so.
  const sim::Place place = text->place();
  const std::string name(place.node);
  const std::string what(place.method);
  const auto known = world.nodes.find(name);
  if (known == world.nodes.end()) return;
  const Node& node = known->second;
  const Where point = where.Field("point");
  switch (place.kind) {
    case PlaceKind::kMessage:
      if (pin.kind == ChoiceKind::kOvertaken) {
        const std::string peer(place.peer);
        const auto callee = world.nodes.find(peer);
        if (callee == world.nodes.end()) return;
        LintOvertaking(callee->second, peer, pin, where.Field("by"), found);
      }
      if (pin.kind == ChoiceKind::kCallbackFirst) LintManner(world, pin, where, found);
      return;
    case PlaceKind::kIngress:
    case PlaceKind::kInFlight:
    case PlaceKind::kCallback:
    case PlaceKind::kPerson:
      return LintManner(world, pin, where, found);
    case PlaceKind::kSync:
    case PlaceKind::kWrite:
    case PlaceKind::kRead:
    case PlaceKind::kSuspension:
    case PlaceKind::kLock:
    case PlaceKind::kReplica:
      return LintTask(node, name, what, point, found);
    case PlaceKind::kStep:
      if (node.steps.count(what) > 0) return;
      found.push_back(point.Error(
          StrCat("step \"", what, "\" is none of \"", name, "\"", Known(what, node.steps))));
      return;
    case PlaceKind::kOutcome: {
      const auto last = node.last_value.find(what);
      if (last == node.last_value.end() || pin.amount <= last->second) return;
      found.push_back(where.Field("value").Error(
          StrCat("outcome \"", what, "\" has no value ", pin.amount,
                 last->second == 1 ? "; its only value is 1"
                                   : StrCat("; its values are 1 to ", last->second))));
      return;
    }
    case PlaceKind::kCommit:
    case PlaceKind::kFile:
    case PlaceKind::kFileLine:
    case PlaceKind::kLink:
    case PlaceKind::kClock:
    case PlaceKind::kTick:
    case PlaceKind::kBoot:
    case PlaceKind::kCache:
    case PlaceKind::kPublish:
    case PlaceKind::kDeliver:
    case PlaceKind::kAck:
      return;
  }
}

void LintPairs(const Plan& plan, Diagnostics& problems) {
  std::map<std::pair<std::string, uint64_t>, const PlannedPin*> first;
  for (const PlannedPin& planned : plan.pins) {
    const auto [at, is_new] =
        first.emplace(std::pair(planned.pin.point, planned.pin.occurrence), &planned);
    if (is_new || planned.included) continue;
    problems.push_back(planned.where.Field("point").Error(
        StrCat("there is a pin at this point and occurrence already, ",
               at->second->where.ToString(), "; only one of them can strike")));
  }
}

}  // namespace faults
