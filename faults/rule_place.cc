#include "faults/rule_place.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace faults {

using sim::Leg;
using sim::PlaceKind;

namespace {

// A place of a call, by whichever of its texts.
template <typename Text>
void CompileCall(const Text& text, PlaceKind place, Rule& rule) {
  rule.place = place;
  rule.node = text.from();
  rule.peer = text.to();
  rule.method = text.method();
  rule.key = text.key();
  rule.nth = text.nth();
}

}  // namespace

void CompilePlace(const settle::Rule& text, const Where& where, Rule& rule, Diagnostics& problems) {
  const auto problem = [&problems](const Where& at, std::string message) {
    problems.push_back(at.Error(std::move(message)));
  };
  switch (text.place_case()) {
    case settle::Rule::kMessage:
      rule.place = PlaceKind::kMessage;
      rule.node = text.message().from();
      rule.peer = text.message().to();
      rule.method = text.message().method();
      rule.key = text.message().key();
      rule.nth = text.message().nth();
      if (text.message().leg() == settle::Rule::REQUEST) rule.leg = Leg::kRequest;
      if (text.message().leg() == settle::Rule::REPLY) rule.leg = Leg::kReply;
      return;
    case settle::Rule::kLink:
      rule.place = PlaceKind::kLink;
      rule.node = text.link().from();
      rule.peer = text.link().to();
      rule.both_ways = text.link().both();
      if (!rule.node.empty() && rule.node == rule.peer) {
        problem(where.Field("link").Field("to"),
                absl::StrCat("a link joins two nodes, but this one goes from \"", rule.node,
                             "\" to itself"));
      }
      return;
    case settle::Rule::kProcess:
      rule.place = PlaceKind::kSuspension;
      rule.node = text.process().node();
      rule.method = text.process().task();
      return;
    case settle::Rule::kDisk:
      rule.place = text.disk().at() == settle::Rule::Disk::READ    ? PlaceKind::kRead
                   : text.disk().at() == settle::Rule::Disk::WRITE ? PlaceKind::kWrite
                                                                   : PlaceKind::kSync;
      rule.node = text.disk().node();
      return;
    case settle::Rule::kStep:
      rule.place = PlaceKind::kStep;
      rule.method = text.step().name();
      return;
    case settle::Rule::kOutcome:
      rule.place = PlaceKind::kOutcome;
      rule.node = text.outcome().node();
      rule.method = text.outcome().name();
      return;
    case settle::Rule::kClock:
      rule.place = text.clock().at() == settle::Rule::Clock::BOOT     ? PlaceKind::kBoot
                   : text.clock().at() == settle::Rule::Clock::MINUTE ? PlaceKind::kTick
                                                                      : PlaceKind::kClock;
      rule.node = text.clock().node();
      if (text.clock().which() == settle::Rule::Clock::MONOTONIC) {
        problem(where.Field("clock").Field("which"),
                "the monotonic clock is never set and never steps, so no fault can be of it; "
                "leave `which` out for the wall clock, or let the process pause {}");
      }
      return;
    case settle::Rule::kConnection:
      rule.place = PlaceKind::kCommit;
      rule.node = text.connection().node();
      rule.peer = text.connection().database();
      return;
    case settle::Rule::kStatement:
      rule.place = text.statement().at() == settle::Rule::Statement::REPLICA ? PlaceKind::kReplica
                                                                             : PlaceKind::kLock;
      rule.node = text.statement().node();
      rule.peer = text.statement().database();
      rule.method = text.statement().task();
      return;
    case settle::Rule::kCache:
      rule.place = PlaceKind::kCache;
      rule.node = text.cache().node();
      rule.method = text.cache().method();
      rule.key = text.cache().key();
      return;
    case settle::Rule::kBroker:
      rule.place = text.broker().at() == settle::Rule::Broker::PUBLISH ? PlaceKind::kPublish
                   : text.broker().at() == settle::Rule::Broker::ACK   ? PlaceKind::kAck
                                                                       : PlaceKind::kDeliver;
      rule.node = text.broker().node();
      rule.method = text.broker().topic();
      rule.key = text.broker().key();
      return;
    case settle::Rule::kFile:
      rule.place =
          text.file().at() == settle::Rule::File::LINE ? PlaceKind::kFileLine : PlaceKind::kFile;
      rule.node = text.file().node();
      rule.method = text.file().kind();
      rule.key = text.file().key();
      return;
    case settle::Rule::kIngress:
      return CompileCall(text.ingress(),
                         text.ingress().at() == settle::Rule::Ingress::IN_FLIGHT
                             ? PlaceKind::kInFlight
                             : PlaceKind::kIngress,
                         rule);
    case settle::Rule::kCallback:
      return CompileCall(text.callback(), PlaceKind::kCallback, rule);
    case settle::Rule::kPerson:
      return CompileCall(text.person(), PlaceKind::kPerson, rule);
    case settle::Rule::PLACE_NOT_SET:
      problem(where,
              "this rule has no place; begin it with message {}, link {}, process {}, disk {}, "
              "step {}, outcome {}, clock {}, connection {}, statement {}, cache {}, "
              "broker {}, file {}, ingress {}, callback {} or person {}");
      return;
  }
}

}  // namespace faults
