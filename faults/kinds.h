// Which fault can happen at which kind of place, and what plans call them.
//
// The one table behind the lint of plans, their sentences and `settle list faults`.
// Names are those of the fields in fault.proto; every kind has one, and a number that
// is none has "".

#ifndef FAULTS_KINDS_H_
#define FAULTS_KINDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/net/meaning.h"

namespace faults {

// As a rule's field is called: "drop", "delay", "crash".
absl::string_view FaultName(sim::ChoiceKind fault);

// As a rule's field is called: "message", "process", "disk".
absl::string_view PlaceName(sim::PlaceKind place);

// Whether `place` is a disk's: a sync, write or read.
bool IsOnDisk(sim::PlaceKind place);

// Whether `place` is a broker's.
bool IsAtBroker(sim::PlaceKind place);

// Whether `fault` can happen at `place`. Only a request can be refused or
// overtaken; `leg` counts for messages only, and kNone is either leg.
bool CanHappen(sim::ChoiceKind fault, sim::PlaceKind place, sim::Leg leg);

// Where `fault` can happen, for errors: "a request", "a process, disk or step".
absl::string_view PlacesOf(sim::ChoiceKind fault);

// What the reply says with which `fault` answers a request; kNone: it answers none.
sim::Meaning MeaningOf(sim::ChoiceKind fault);

}  // namespace faults

#endif  // FAULTS_KINDS_H_
