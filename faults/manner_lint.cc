#include "faults/manner_lint.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/kinds.h"
#include "sim/choice/place.h"

namespace faults {
namespace {

using absl::StrCat;
using sim::ChoiceKind;
using sim::PlaceKind;

// What a rule and a pin have in common.
struct Said {
  PlaceKind place;
  ChoiceKind fault;
  std::string from;
  std::string to;
  std::string method;
  std::string by;
  Where at_place;
  Where at_method;
  Where at_by;
};

std::string Listed(absl::string_view before, const std::set<std::string>& names) {
  return names.empty() ? "" : StrCat(before, absl::StrJoin(names, ", "));
}

// The calls that fit: those of `from`, to `to`, by `method`; "" fits all.
template <typename Visit>
void ForCalls(const Vocabulary& world, const std::string& from, const std::string& to,
              const std::string& method, Visit visit) {
  for (const auto& [caller, node] : world.nodes) {
    if (!from.empty() && caller != from) continue;
    for (const auto& [callee, methods] : node.calls) {
      if (!to.empty() && callee != to) continue;
      for (const std::string& called : methods) {
        if (method.empty() || called == method) visit(caller, callee, called);
      }
    }
  }
}

// The reply must have a value that means it.
void LintMeaning(const Vocabulary& world, const Said& said, Diagnostics& found) {
  const sim::Meaning meaning = MeaningOf(said.fault);
  if (meaning == sim::Meaning::kNone) return;
  std::set<std::string> able;
  for (const auto& [name, method] : world.methods) {
    if (method.meanings.count(meaning) > 0) able.insert(name);
  }
  const std::string mark = StrCat("[(settle.outcome) = ", sim::MeaningName(meaning), "]");
  if (said.method.empty()) {
    found.push_back(said.at_place.Error(StrCat("method is missing; ", FaultName(said.fault),
                                               " needs a reply with a value marked ", mark,
                                               Listed(", as have ", able))));
    return;
  }
  const auto known = world.methods.find(said.method);
  if (able.count(said.method) > 0 || known == world.methods.end()) return;
  const std::string reply = known->second.reply.empty()
                                ? StrCat("the reply to \"", said.method, "\"")
                                : known->second.reply;
  found.push_back(said.at_method.Error(StrCat("no value of an enum in ", reply, " is marked ", mark,
                                              ", so \"", said.method, "\" cannot answer so",
                                              Listed("; these can: ", able))));
}

// Its callee must call the caller, too.
void LintCallback(const Vocabulary& world, const Said& said, Diagnostics& found) {
  bool called_back = false;
  if (!said.method.empty())
    ForCalls(world, said.from, said.to, said.method,
             [&](const std::string& caller, const std::string& callee, const std::string&) {
               ForCalls(world, callee, caller, "",
                        [&](const std::string&, const std::string&, const std::string&) {
                          called_back = true;
                        });
             });
  if (called_back) return;
  std::set<std::string> callbacks;
  ForCalls(world, "", "", "",
           [&](const std::string& caller, const std::string& callee, const std::string& method) {
             ForCalls(world, callee, caller, "",
                      [&](const std::string&, const std::string&, const std::string&) {
                        callbacks.insert(method);
                      });
           });
  const std::string instead = Listed("; calls of one that calls the caller are: ", callbacks);
  found.push_back(
      said.method.empty()
          ? said.at_place.Error(StrCat("method is missing; name the callback", instead))
          : said.at_method.Error(StrCat("\"", said.method, "\" is no callback here: whom it calls ",
                                        "never calls the caller", instead)));
}

void LintPerson(const Vocabulary& world, const Said& said, Diagnostics& found) {
  std::set<std::string> of_people;
  for (const auto& [name, method] : world.methods) {
    if (method.people) of_people.insert(name);
  }
  bool fits = false;
  ForCalls(world, said.from, said.to, said.method,
           [&](const std::string&, const std::string&, const std::string& method) {
             fits = fits || of_people.count(method) > 0;
           });
  if (!fits) {
    found.push_back(
        (said.method.empty() ? said.at_place : said.at_method)
            .Error(StrCat(said.method.empty()
                              ? "nobody here makes a call that people make"
                              : StrCat("\"", said.method, "\" is not called by people"),
                          Listed("; these are, sim::Visibility::kPeople: ", of_people))));
    return;
  }
  if (said.fault != ChoiceKind::kTwoChannels) return;
  // Each call that fits must be possible at `by`, or by `by`.
  std::set<std::string> channels;
  bool possible = true;
  ForCalls(world, said.from, said.to, said.method,
           [&](const std::string&, const std::string& callee, const std::string& method) {
             if (of_people.count(method) == 0) return;
             bool here = false;
             for (const auto& [name, node] : world.nodes) {
               if (name == callee || node.methods.count(method) == 0) continue;
               channels.insert(name);
               here = here || name == said.by;
             }
             for (const std::string& other : world.nodes.at(callee).methods) {
               if (other == method ||
                   world.methods.at(other).request != world.methods.at(method).request) {
                 continue;
               }
               channels.insert(other);
               here = here || other == said.by;
             }
             possible = possible && here;
           });
  if (possible) return;
  found.push_back(said.at_by.Error(StrCat(
      "\"", said.by, "\" is no other channel for each of these calls",
      channels.empty() ? ": no other node serves them, and no other method takes their request"
                       : Listed("; channels are: ", channels))));
}

void LintSaid(const Vocabulary& world, const Said& said, Diagnostics& found) {
  switch (said.place) {
    case PlaceKind::kIngress:
    case PlaceKind::kInFlight:
      return LintMeaning(world, said, found);
    case PlaceKind::kCallback:
      return LintCallback(world, said, found);
    case PlaceKind::kPerson:
      return LintPerson(world, said, found);
    default:
      return;
  }
}

}  // namespace

void LintManner(const Vocabulary& world, const Rule& rule, Diagnostics& found) {
  const Where place = rule.where.Field(PlaceName(rule.place));
  Where by = rule.where.Field(FaultName(rule.fault));
  if (rule.fault == ChoiceKind::kTwoChannels) by = by.Field("by");
  LintSaid(world,
           {rule.place, rule.fault, rule.node, rule.peer, rule.method, rule.by, place,
            place.Field("method"), by},
           found);
}

void LintManner(const Vocabulary& world, const sim::Pin& pin, const Where& where,
                Diagnostics& found) {
  const absl::StatusOr<sim::PointText> text = sim::PointText::Parse(pin.point);
  if (!text.ok()) return;  // The compiler has said so.
  const sim::Place place = text->place();
  const std::string from(place.node);
  const std::string to(place.peer);
  if (pin.kind == ChoiceKind::kCallbackFirst) {
    return LintCallbackFirst(world, from, to, std::string(place.method), pin.by, where.Field("by"),
                             found);
  }
  const Where point = where.Field("point");
  LintSaid(world,
           {place.kind, pin.kind, from, to, std::string(place.method), pin.by, point, point,
            where.Field("by")},
           found);
}

void LintCallbackFirst(const Vocabulary& world, const std::string& from, const std::string& to,
                       const std::string& method, const std::string& by, const Where& where,
                       Diagnostics& found) {
  bool fits = false;
  std::set<std::string> callbacks;
  ForCalls(world, from, to, method,
           [&](const std::string& caller, const std::string& callee, const std::string&) {
             ForCalls(world, callee, caller, "",
                      [&](const std::string&, const std::string&, const std::string& method) {
                        callbacks.insert(method);
                        fits = fits || method == by;
                      });
           });
  if (fits) return;
  found.push_back(where.Error(StrCat("the callee never calls the caller back by \"", by, "\"",
                                     Listed("; callbacks are: ", callbacks))));
}

}  // namespace faults
