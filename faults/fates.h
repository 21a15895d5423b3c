// What becomes of a thing that a fault strikes, in words that follow its name: "is
// lost", "jumps 2 h back". The pieces of which sentences.h makes sentences.

#ifndef FAULTS_FATES_H_
#define FAULTS_FATES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "faults/plan.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"

namespace faults {

// What becomes of writes that were not synced.
absl::string_view Unsynced(sim::DiskFate fate);

// What becomes of a message, after its subject. `amount` is in words, empty if
// it is 0; `key` names the business key in the genitive.
std::string MessageFate(sim::ChoiceKind fault, absl::string_view amount, absl::string_view by,
                        absl::string_view key);

// "from a to b", "between a and b".
std::string Way(absl::string_view from, absl::string_view to, bool both_ways);

// What becomes of what goes that way.
std::string LinkFate(sim::ChoiceKind fault, absl::string_view way, absl::string_view amount,
                     sim::Nanos lasts);

// What becomes of a call, by the manners of its callee or of who makes it.
std::string CallFate(sim::ChoiceKind fault, absl::string_view amount, absl::string_view by);

std::string Death(absl::string_view who, absl::string_view when, sim::DiskFate disk,
                  absl::string_view down_for);

// What becomes of work on a disk, after its subject.
std::string DiskWorkFate(sim::ChoiceKind fault, absl::string_view amount);

// What becomes of a commit and its connection.
absl::string_view CommitFate(sim::ChoiceKind fault);

// What becomes of a statement, after its subject.
std::string StatementFate(sim::ChoiceKind fault, absl::string_view amount);

// What becomes of a file that is left for others.
std::string FileFate(sim::ChoiceKind fault, absl::string_view amount);

// And of a line of one: of kMisstated `number` says what, of others `amount` how long.
std::string LineFate(sim::ChoiceKind fault, int64_t number, absl::string_view amount);

// What becomes of a key, or of the whole cache, after its subject.
std::string CacheFate(sim::ChoiceKind fault, absl::string_view amount);

absl::string_view StatementName(sim::PlaceKind place, bool many);

// What becomes of a message at a broker, after its subject.
std::string BrokerFate(sim::ChoiceKind fault, absl::string_view amount);

// "delivery", "publication", "acknowledgement".
absl::string_view BrokerWork(sim::PlaceKind place);

absl::string_view BrokerWorks(sim::PlaceKind place);

// Of a file or a line, whichever `place` is.
std::string Fate(sim::PlaceKind place, sim::ChoiceKind fault, int64_t number,
                 absl::string_view amount);

// "sync", "write", "read"; for other places "suspension".
absl::string_view WorkName(sim::PlaceKind place);

// What becomes of a node, when a task is about to go on.
std::string Stop(sim::ChoiceKind fault, absl::string_view who, absl::string_view when,
                 absl::string_view amount);

// What becomes of a clock, after its owner. The amount is a duration or, of a drift,
// millionths.
std::string ClockFate(sim::ChoiceKind fault, int64_t amount);

std::string ClockFate(const Rule& rule);

}  // namespace faults

#endif  // FAULTS_FATES_H_
