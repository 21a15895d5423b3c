#include "faults/lint.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/database_lint.h"
#include "faults/durations.h"
#include "faults/kinds.h"
#include "faults/manner_lint.h"
#include "faults/name_lint.h"
#include "faults/pin_lint.h"
#include "faults/spelling.h"

namespace faults {
namespace {

using absl::StrCat;
using sim::PlaceKind;
using Names = NameReader::Names;
using Node = Vocabulary::Node;

// Finds what is wrong with one rule, or one pin's place.
class Reader : private NameReader {
 public:
  using NameReader::found;
  using NameReader::NameReader;

  void Check(const Rule& rule) {
    const Where place = rule.where.Field(PlaceName(rule.place));
    switch (rule.place) {
      case PlaceKind::kMessage:
        CheckNode(rule.node, place.Field("from"));
        CheckCall(rule.peer, place.Field("to"), rule.method, place.Field("method"));
        CheckCalls(rule.node, rule.peer, rule.method, place);
        if (rule.fault == sim::ChoiceKind::kOvertaken) CheckOvertaking(rule);
        if (rule.fault == sim::ChoiceKind::kCallbackFirst && found_.empty()) {
          LintCallbackFirst(world_, rule.node, rule.peer, rule.method, rule.by,
                            rule.where.Field("callback_first").Field("by"), found_);
        }
        break;
      case PlaceKind::kIngress:
      case PlaceKind::kInFlight:
      case PlaceKind::kCallback:
      case PlaceKind::kPerson:
        CheckNode(rule.node, place.Field("from"));
        CheckCall(rule.peer, place.Field("to"), rule.method, place.Field("method"));
        CheckCalls(rule.node, rule.peer, rule.method, place);
        if (found_.empty()) LintManner(world_, rule, found_);
        break;
      case PlaceKind::kLink:
        CheckNode(rule.node, place.Field("from"));
        CheckNode(rule.peer, place.Field("to"));
        CheckTalk(rule.node, rule.peer, place);
        break;
      case PlaceKind::kSuspension:
        CheckMortal(rule.node, place.Field("node"));
        CheckTask(rule.node, rule.method, place.Field("task"));
        break;
      case PlaceKind::kSync:
      case PlaceKind::kWrite:
      case PlaceKind::kRead:
        CheckMortal(rule.node, place.Field("node"));
        CheckDisk(rule.node, place.Field("node"));
        break;
      case PlaceKind::kCommit:
      case PlaceKind::kLock:
      case PlaceKind::kReplica:
        CheckNode(rule.node, place.Field("node"));
        CheckDatabase(rule.place, rule.node, place.Field("node"), rule.peer,
                      place.Field("database"));
        if (!rule.method.empty()) CheckTask(rule.node, rule.method, place.Field("task"));
        break;
      case PlaceKind::kCache:
        CheckPart(rule.node, rule.method, {&Node::methods}, "method", place.Field("method"));
        [[fallthrough]];
      case PlaceKind::kPublish:
      case PlaceKind::kDeliver:
      case PlaceKind::kAck:
        CheckInfrastructure(rule.place, rule.node, place.Field("node"));
        break;
      case PlaceKind::kFile:
      case PlaceKind::kFileLine:
        CheckNode(rule.node, place.Field("node"));
        CheckFile(rule.node, rule.method, place.Field("kind"));
        break;
      case PlaceKind::kStep:
        CheckStep(rule.method, place.Field("name"));
        break;
      case PlaceKind::kOutcome:
        CheckNode(rule.node, place.Field("node"));
        CheckOutcome(rule.node, rule.method, place.Field("name"));
        CheckOutcomeValues(rule);
        break;
      case PlaceKind::kClock:
        CheckClock(rule.node, place.Field("node"));
        if (rule.from > 0) {
          Find(rule.where.Field("during"),
               "clocks are set when the run begins, before this window; leave it out, or write "
               "at: MINUTE");
          return;
        }
        break;
      case PlaceKind::kTick:
        CheckClock(rule.node, place.Field("node"));
        break;
      case PlaceKind::kBoot:
        CheckClock(rule.node, place.Field("node"));
        if (found_.empty()) CheckMortal(rule.node, place.Field("node"));
        break;
    }
    if (rule.from >= world_.heal_after) {
      Find(rule.where.Field("during"),
           StrCat("this window begins at ", NanosInWords(rule.from), ", but faults end at ",
                  NanosInWords(world_.heal_after), ", when the world heals"));
    }
  }

  void Check(const sim::Pin& pin, const Where& where) {
    const absl::StatusOr<sim::PointText> text = sim::PointText::Parse(pin.point);
    if (!text.ok()) return;  // The compiler has said so.
    const sim::Place place = text->place();
    const std::string node(place.node);
    const std::string method(place.method);
    const Where point = where.Field("point");
    CheckNode(node, point);
    switch (place.kind) {
      case PlaceKind::kMessage:
      case PlaceKind::kIngress:
      case PlaceKind::kInFlight:
      case PlaceKind::kCallback:
      case PlaceKind::kPerson:
        CheckCall(std::string(place.peer), point, method, point);
        CheckCalls(node, std::string(place.peer), method, point);
        break;
      case PlaceKind::kLink:
        CheckNode(std::string(place.peer), point);
        CheckTalk(node, std::string(place.peer), point);
        break;
      case PlaceKind::kSync:
      case PlaceKind::kWrite:
      case PlaceKind::kRead:
        CheckDisk(node, point);
        break;
      case PlaceKind::kCommit:
      case PlaceKind::kLock:
      case PlaceKind::kReplica:
        CheckDatabase(place.kind, node, point, std::string(place.peer), point);
        break;
      case PlaceKind::kCache:
        CheckPart(node, method, {&Node::methods}, "method", point);
        [[fallthrough]];
      case PlaceKind::kPublish:
      case PlaceKind::kDeliver:
      case PlaceKind::kAck:
        CheckInfrastructure(place.kind, node, point);
        break;
      case PlaceKind::kFile:
      case PlaceKind::kFileLine:
        CheckFile(node, method, point);
        break;
      case PlaceKind::kStep:
        CheckStep(method, point);
        break;
      case PlaceKind::kOutcome:
        CheckOutcome(node, method, point);
        break;
      case PlaceKind::kSuspension:
        break;
      case PlaceKind::kClock:
      case PlaceKind::kTick:
        CheckClock(node, point);
        break;
      case PlaceKind::kBoot:
        CheckClock(node, point);
        if (found_.empty()) CheckMortal(node, point);
        break;
    }
    if (found_.empty()) LintPin(world_, pin, where, found_);
  }

 private:
  void CheckMortal(const std::string& name, const Where& where) {
    CheckNode(name, where);
    const Node* node = NodeOf(name);
    if (node != nullptr && node->client) {
      Find(where, StrCat("\"", name, "\" is a client of the workload, which never crashes"));
    }
  }

  void CheckClock(const std::string& name, const Where& where) {
    if (world_.databases.count(name) == 0) return CheckNode(name, where);
    Find(where, StrCat("\"", name, "\" is a database server: nothing there goes by its clock"));
  }

  void CheckDatabase(PlaceKind kind, const std::string& node, const Where& where_node,
                     const std::string& database, const Where& where_database) {
    if (!found_.empty()) return;
    const DatabaseNames names{node, where_node, database, where_database};
    if (kind == PlaceKind::kCommit) {
      LintConnection(world_, names, found_);
    } else {
      LintStatement(world_, kind, names, found_);
    }
  }

  // Whether `name` (or some node, if it is "") is a cache or broker that asks at `place`.
  void CheckInfrastructure(PlaceKind place, const std::string& name, const Where& where) {
    CheckNode(name, where);
    const Node* node = NodeOf(name);
    if (node == nullptr ? !name.empty() : node->places.count(place) > 0) return;
    Names others;
    for (const auto& [known, other] : world_.nodes)
      if (other.places.count(place) > 0) others.insert(known);
    if (name.empty() && !others.empty()) return;
    Find(where, StrCat(name.empty() ? "no node here is a " : StrCat("\"", name, "\" is no "),
                       PlaceName(place),
                       others.empty() ? "" : "; there is: ", absl::StrJoin(others, ", ")));
  }

  void CheckDisk(const std::string& name, const Where& where) {
    const Node* node = NodeOf(name);
    if (node == nullptr || node->client || node->database) return;
    Names others;
    for (const auto& [known, other] : world_.nodes) {
      if (!other.client && other.database) others.insert(known);
    }
    Find(where,
         StrCat("\"", name, "\" has no database, so its disk has nothing to do",
                others.empty() ? "" : StrCat("; these have: ", absl::StrJoin(others, ", "))));
  }

  void CheckTask(const std::string& node, const std::string& task, const Where& where) {
    CheckPart(node, task, {&Node::methods, &Node::tasks}, "task", where);
  }

  void CheckOutcome(const std::string& node, const std::string& name, const Where& where) {
    CheckPart(node, name, {&Node::outcomes}, "outcome", where);
  }

  void CheckFile(const std::string& node, const std::string& kind, const Where& where) {
    const Node* named = NodeOf(node);
    if (named != nullptr && named->files.empty()) {
      return Find(where, StrCat("\"", node, "\" leaves no files for others"));
    }
    if (All(&Node::files).empty()) return Find(where, "no node leaves files for others");
    CheckPart(node, kind, {&Node::files}, "kind of file", where);
  }

  // Values that mean nothing to any node of the rule.
  void CheckOutcomeValues(const Rule& rule) {
    int64_t last = 0;
    for (const auto& [name, node] : world_.nodes) {
      const auto found = node.last_value.find(rule.method);
      if (found == node.last_value.end() || (!rule.node.empty() && rule.node != name)) continue;
      last = std::max(last, found->second);
    }
    if (last == 0 || rule.amounts.empty() || rule.amounts.back() <= last) return;
    Find(rule.where.Field("result"),
         StrCat("outcome \"", rule.method, "\" has no value ", rule.amounts.back(),
                last == 1 ? "; its only value is 1" : StrCat("; its values are 1 to ", last)));
  }

  // `name` must be in one of the `sets` of `node`, or of any node if that is "".
  void CheckPart(const std::string& node, const std::string& name,
                 const std::vector<Names Node::*>& sets, absl::string_view noun,
                 const Where& where) {
    if (name.empty() || (!node.empty() && NodeOf(node) == nullptr)) return;
    Names known;
    for (Names Node::* set : sets) {
      const Names some = node.empty() ? All(set) : NodeOf(node)->*set;
      known.insert(some.begin(), some.end());
    }
    if (known.count(name) > 0) return;
    Find(where, StrCat(node.empty() ? "no node" : StrCat("\"", node, "\""), " has ",
                       node.empty() ? "a" : "no", noun[0] == 'o' && node.empty() ? "n " : " ", noun,
                       " \"", name, "\"", Instead(name, known)));
  }

  void CheckStep(const std::string& name, const Where& where) {
    if (name.empty() || world_.steps.count(name) > 0) return;
    Find(where, StrCat("there is no step \"", name, "\"", Instead(name, world_.steps)));
  }
};

// Errors of the plan's own file are problems; those of an included file make the
// rule or pin not apply.
void Settle(const Reader& reader, bool included, std::string& does_not_apply,
            Diagnostics& problems) {
  if (reader.found().empty()) return;
  if (included) {
    does_not_apply = reader.found().front().message;
  } else {
    problems.insert(problems.end(), reader.found().begin(), reader.found().end());
  }
}

}  // namespace

void Lint(const Vocabulary& world, Plan& plan, Diagnostics& problems) {
  for (Rule& rule : plan.rules) {
    Reader reader(world);
    reader.Check(rule);
    Settle(reader, rule.included, rule.does_not_apply, problems);
  }
  for (PlannedPin& planned : plan.pins) {
    Reader reader(world);
    reader.Check(planned.pin, planned.where);
    Settle(reader, planned.included, planned.does_not_apply, problems);
  }
  LintPairs(plan, problems);
}

}  // namespace faults
