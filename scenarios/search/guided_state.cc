#include "scenarios/search/guided_state.h"

#include <algorithm>

#include "faults/pins.h"
#include "scenarios/repro.h"

namespace scenarios {

AlternativeProtos ToProto(const std::vector<Alternative>& alternatives) {
  AlternativeProtos protos;
  for (const Alternative& one : alternatives) {
    settle::CoveredAlternative& proto = *protos.Add();
    proto.set_feature(one.feature);
    proto.set_family(one.family);
    *proto.mutable_pin() = faults::PinProto(one.pin);
  }
  return protos;
}

std::vector<Alternative> ToAlternatives(const AlternativeProtos& protos) {
  google::protobuf::RepeatedPtrField<settle::Pin> pins;
  for (const settle::CoveredAlternative& proto : protos) *pins.Add() = proto.pin();
  std::vector<Alternative> alternatives;
  for (const sim::Pin& pin : ToPins(pins)) {
    const settle::CoveredAlternative& proto = protos[static_cast<int>(alternatives.size())];
    alternatives.push_back({proto.feature(), proto.family(), pin});
  }
  return alternatives;
}

settle::GuidedParent ToProto(const Parent& parent) {
  settle::GuidedParent proto;
  proto.set_seed(parent.seed);
  for (const sim::Pin& pin : parent.pins) *proto.add_pin() = faults::PinProto(pin);
  proto.mutable_rarest()->Add(parent.rarest.begin(), parent.rarest.end());
  *proto.mutable_alternative() = ToProto(parent.alternatives);
  return proto;
}

Parent ToParent(const settle::GuidedParent& proto) {
  Parent parent;
  parent.seed = proto.seed();
  parent.pins = ToPins(proto.pin());
  parent.rarest.assign(proto.rarest().begin(), proto.rarest().end());
  parent.alternatives = ToAlternatives(proto.alternative());
  return parent;
}

void KeepHits(const Hits& hits, settle::GuidedState& state) {
  for (const auto& [feature, count] : hits.all()) {
    state.add_feature(feature);
    state.add_hits(count);
  }
}

Hits ToHits(const settle::GuidedState& state) {
  Hits hits;
  for (int i = 0; i < std::min(state.feature_size(), state.hits_size()); ++i) {
    hits.Set(state.feature(i), state.hits(i));
  }
  return hits;
}

}  // namespace scenarios
