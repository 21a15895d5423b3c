// What is known of a guided search, as bytes and back: scenarios/search/guided.proto.

#ifndef SCENARIOS_SEARCH_GUIDED_STATE_H_
#define SCENARIOS_SEARCH_GUIDED_STATE_H_

#include <vector>

#include "google/protobuf/repeated_field.h"
#include "scenarios/search/coverage.h"
#include "scenarios/search/guided.pb.h"
#include "scenarios/search/hits.h"
#include "scenarios/search/mutation.h"

namespace scenarios {

using AlternativeProtos = google::protobuf::RepeatedPtrField<settle::CoveredAlternative>;

AlternativeProtos ToProto(const std::vector<Alternative>& alternatives);
std::vector<Alternative> ToAlternatives(const AlternativeProtos& protos);

settle::GuidedParent ToProto(const Parent& parent);
Parent ToParent(const settle::GuidedParent& proto);

void KeepHits(const Hits& hits, settle::GuidedState& state);
Hits ToHits(const settle::GuidedState& state);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_GUIDED_STATE_H_
