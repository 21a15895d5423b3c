#include "faults/lint.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/durations.h"
#include "faults/kinds.h"
#include "faults/manner_lint.h"
#include "faults/pin_lint.h"
#include "faults/spelling.h"

namespace faults {
namespace {

using absl::StrCat;
using sim::PlaceKind;
using Names = std::set<std::string>;
using Node = Vocabulary::Node;

// Finds what is wrong with one rule, or one pin's place.
class Reader {
 public:
  explicit Reader(const Vocabulary& world) : world_(world) {}

  // What was found, in the order of the checks.
  const Diagnostics& found() const { return found_; }

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
        CheckNode(rule.node, place.Field("node"));
        CheckShared(rule.node, place.Field("node"), rule.peer, place.Field("database"));
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
        CheckNode(rule.node, place.Field("node"));
        if (rule.from > 0) {
          Find(rule.where.Field("during"),
               "clocks are set when the run begins, before this window; leave it out");
          return;
        }
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
      case PlaceKind::kSuspension:
        break;
      case PlaceKind::kCommit:
        CheckShared(node, point, std::string(place.peer), point);
        break;
      case PlaceKind::kStep:
        CheckStep(method, point);
        break;
      case PlaceKind::kOutcome:
        CheckOutcome(node, method, point);
        break;
      case PlaceKind::kClock:
        break;
    }
    if (found_.empty()) LintPin(world_, pin, where, found_);
  }

 private:
  void Find(const Where& where, std::string message) {
    found_.push_back(where.Error(std::move(message)));
  }

  const Node* NodeOf(const std::string& name) const {
    const auto found = world_.nodes.find(name);
    return found == world_.nodes.end() ? nullptr : &found->second;
  }

  // All names that `set` of the nodes holds.
  Names All(Names Node::* set) const {
    Names all;
    for (const auto& [name, node] : world_.nodes) {
      all.insert((node.*set).begin(), (node.*set).end());
    }
    return all;
  }

  // Ends an error about the unknown `name`: with the name that was meant, or else
  // with all there are, if they are few.
  static std::string Instead(const std::string& name, const Names& known) {
    const std::string meant =
        DidYouMean(name, std::vector<std::string>(known.begin(), known.end()));
    if (!meant.empty() || known.empty() || known.size() > 6) return meant;
    return StrCat("; known: ", absl::StrJoin(known, ", "));
  }

  void CheckNode(const std::string& name, const Where& where) {
    if (name.empty() || NodeOf(name) != nullptr) return;
    Names names;
    Names members;  // If `name` is an organisation.
    for (const auto& [known, node] : world_.nodes) {
      names.insert(known);
      if (node.organisation == name) members.insert(known);
    }
    if (!members.empty()) {
      return Find(where, StrCat("\"", name, "\" is an organisation; name one of its nodes: ",
                                absl::StrJoin(members, ", ")));
    }
    Find(where, StrCat("there is no node \"", name, "\"", Instead(name, names)));
  }

  void CheckMortal(const std::string& name, const Where& where) {
    CheckNode(name, where);
    const Node* node = NodeOf(name);
    if (node != nullptr && node->client) {
      Find(where, StrCat("\"", name, "\" is a client of the workload, which never crashes"));
    }
  }

  // Whether `name` (or some node, if it is "") uses the shared database `database`.
  void CheckShared(const std::string& name, const Where& where, const std::string& database,
                   const Where& where_database) {
    if (world_.databases.empty()) {
      return Find(where_database, "no database is shared here, so no connection can break");
    }
    if (!database.empty() && world_.databases.count(database) == 0) {
      return Find(where_database, StrCat("no shared database is called \"", database, "\"",
                                         Instead(database, world_.databases)));
    }
    const Node* node = NodeOf(name);
    if (node == nullptr ||
        (!node->shares.empty() && (database.empty() || database == node->shares))) {
      return;
    }
    Find(where, StrCat("\"", name, "\" ",
                       node->shares.empty() ? "shares no database"
                                            : StrCat("uses database \"", node->shares, "\"")));
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

  // The nodes that serve `method`.
  std::vector<std::string> Servers(const std::string& method) const {
    std::vector<std::string> servers;
    for (const auto& [name, node] : world_.nodes) {
      if (node.methods.count(method) > 0) servers.push_back(name);
    }
    return servers;
  }

  void CheckCall(const std::string& to, const Where& where_to, const std::string& method,
                 const Where& where_method) {
    CheckNode(to, where_to);
    const Node* callee = NodeOf(to);
    if (callee != nullptr && callee->methods.empty()) {
      return Find(where_to, StrCat("\"", to, "\" serves no method, so nothing is sent to it; `to` ",
                                   "is the callee, also of a reply"));
    }
    CheckServed(to, method, where_method);
  }

  void CheckServed(const std::string& to, const std::string& method, const Where& where) {
    if (method.empty()) return;
    const std::vector<std::string> servers = Servers(method);
    if (servers.empty()) {
      Find(where, StrCat("no node serves \"", method, "\"", Instead(method, All(&Node::methods))));
    } else if (NodeOf(to) != nullptr && std::count(servers.begin(), servers.end(), to) == 0) {
      Find(where, StrCat("\"", to, "\" does not serve \"", method, "\"; ",
                         absl::StrJoin(servers, ", "), servers.size() == 1 ? " does" : " do"));
    }
  }

  // Whether a node that fits `from` calls `method`, and `other` as well, of one that
  // fits `to`; "" fits all.
  bool Calls(const std::string& from, const std::string& to, const std::string& method,
             const std::string& other) const {
    for (const auto& [name, node] : world_.nodes) {
      if (!from.empty() && from != name) continue;
      for (const auto& [callee, methods] : node.calls) {
        if (!to.empty() && to != callee) continue;
        if ((method.empty() || methods.count(method) > 0) &&
            (other.empty() || methods.count(other) > 0)) {
          return true;
        }
      }
    }
    return false;
  }

  void CheckCalls(const std::string& from, const std::string& to, const std::string& method,
                  const Where& where) {
    if (!found_.empty() || (from.empty() && to.empty() && method.empty())) return;
    if (Calls(from, to, method, "")) return;
    Names callees;  // of all that fit `from`
    for (const auto& [name, node] : world_.nodes) {
      if (!from.empty() && from != name) continue;
      for (const auto& [callee, methods] : node.calls) callees.insert(callee);
    }
    const std::string what = method.empty() ? "" : StrCat("\"", method, "\"");
    const std::string of = to.empty() ? "" : StrCat(what.empty() ? "" : " of ", "\"", to, "\"");
    const bool known = !from.empty() && !callees.empty();
    Find(where, StrCat(from.empty() ? "nobody calls" : StrCat("\"", from, "\" never calls"),
                       what.empty() && of.empty() ? " anybody" : " ", what, of,
                       known ? StrCat("; it calls ", absl::StrJoin(callees, ", ")) : ""));
  }

  // Whether requests or replies go from one node to the other; "" is any node.
  void CheckTalk(const std::string& one, const std::string& other, const Where& where) {
    if (!found_.empty() || (one.empty() && other.empty())) return;
    const auto fits = [](const std::string& wanted, const std::string& name) {
      return wanted.empty() || wanted == name;
    };
    for (const auto& [caller, node] : world_.nodes) {
      for (const auto& [callee, methods] : node.calls) {
        if (fits(one, caller) && fits(other, callee)) return;
        if (fits(one, callee) && fits(other, caller)) return;
      }
    }
    Find(where, one.empty() || other.empty()
                    ? StrCat("\"", one, other, "\" talks to nobody")
                    : StrCat("\"", one, "\" and \"", other, "\" never talk"));
  }

  // Both requests must arrive at one node, from one node.
  void CheckOvertaking(const Rule& rule) {
    const Where where = rule.where.Field("overtaken").Field("by");
    CheckServed(rule.peer, rule.by, where);
    if (!found_.empty() || rule.method.empty()) return;
    if (!Calls(rule.node, rule.peer, rule.method, rule.by)) {
      Find(where, StrCat("\"", rule.by, "\" can never overtake \"", rule.method,
                         "\": no node calls both of one other"));
    }
  }

  void CheckTask(const std::string& node, const std::string& task, const Where& where) {
    CheckPart(node, task, {&Node::methods, &Node::tasks}, "task", where);
  }

  void CheckOutcome(const std::string& node, const std::string& name, const Where& where) {
    CheckPart(node, name, {&Node::outcomes}, "outcome", where);
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

  const Vocabulary& world_;
  Diagnostics found_;
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
