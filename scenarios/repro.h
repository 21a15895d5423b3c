// Repro files: a failure as text, replayable without the rules that found it.
//
//   # proto-file: reports/result.proto
//   # proto-message: settle.Repro
//
//   scenario: "scenarios/exchange/pay.textproto"
//   seed: 17
//   ...
//   pin { point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: LATE by: "900ms" }

#ifndef SCENARIOS_REPRO_H_
#define SCENARIOS_REPRO_H_

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "faults/fault.pb.h"
#include "google/protobuf/repeated_field.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "sim/choice/choice.h"
#include "sim/core/simulation.h"

namespace scenarios {

// The check of failures in which no check has spoken: a process ended, or did not end.
inline constexpr char kProcess[] = "process";

std::string ReproText(const settle::Repro& repro);

// The file is there whole or not at all.
absl::Status WriteRepro(const std::string& path, const settle::Repro& repro);

// Errors carry their line and column: InvalidArgument; NotFound if there is no
// such file. The pins have been checked.
absl::StatusOr<settle::Repro> ReadRepro(const std::string& path);

// The same of a text that has been read; `path` names it.
absl::StatusOr<settle::Repro> ParseRepro(const std::string& path, absl::string_view text);

// The pins of a Repro or a RunResult, for RunOptions::pins. They must be valid, as
// those of ReadRepro and of a run are.
std::vector<sim::Pin> ToPins(const google::protobuf::RepeatedPtrField<settle::Pin>& pins);

// Of two repros of one failure the one that comes first is kept: it has fewer faults, then
// the lesser seed.
using ReproRank = std::tuple<int, uint64_t, std::string>;
ReproRank Rank(const settle::Repro& repro);

// Which faults strike in the run of a Repro, and how its ties are decided.
void TakeFaults(const settle::Repro& repro, RunOptions& run);

// PRIORITIES has three orderings in view: a bug that needs more is rare (PCT).
sim::Priorities PrioritiesOf(settle::Ties ties);

// What a run does without, or does otherwise, so that it is small: into a Repro, and back.
// Neither its seed nor its pins.
void KeepSize(const RunOptions& run, settle::Repro& repro);
void TakeSize(const settle::Repro& repro, RunOptions& run);

// The operations of a run, as a Repro has them. Of none: all.
google::protobuf::RepeatedPtrField<settle::Operations> ToProto(const Errands& errands);

}  // namespace scenarios

#endif  // SCENARIOS_REPRO_H_
