// Repro files: a failure as text, replayable without the rules that found it.
//
//   # proto-file: reports/result.proto
//   # proto-message: settle.Repro
//
//   schema: 1
//   scenario: "scenarios/exchange/pay.textproto"
//   seed: 17
//   ...
//   pin { point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: LATE by: "900ms" }
//
// The schema grows with each field and each kind of fault that an older build does not know. A
// file of a newer one is read without them, and each is named; what is unknown in a file of
// this schema is a slip of the pen, and an error. Points have names that change without a new
// schema: of a file that another build has written, pins at points that are none here are left
// out in the same way.

#ifndef SCENARIOS_REPRO_H_
#define SCENARIOS_REPRO_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "faults/fault.pb.h"
#include "faults/source_text.h"
#include "google/protobuf/repeated_field.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "sim/choice/choice.h"
#include "sim/core/simulation.h"

namespace scenarios {

// The check of failures in which no check has spoken: a process ended, or did not end.
inline constexpr char kProcess[] = "process";

// What this build writes, and all that it knows.
inline constexpr uint32_t kReproSchema = 1;

// "schema 2, this build knows 1"; "" unless it is newer.
std::string NewerSchema(const settle::Repro& repro);

// "written by another build (7f3a)"; "" if this build wrote it, or a person who names none.
std::string OtherBuild(const settle::Repro& repro);

std::string ReproText(const settle::Repro& repro);

// The file is there whole or not at all.
absl::Status WriteRepro(const std::string& path, const settle::Repro& repro);

// Errors carry their line and column: InvalidArgument; NotFound if there is no
// such file. The pins have been checked. `left_out` becomes what only
// another build knows.
absl::StatusOr<settle::Repro> ReadRepro(const std::string& path, faults::Diagnostics& left_out);

// The same of a text that has been read; `path` names it.
absl::StatusOr<settle::Repro> ParseRepro(const std::string& path, absl::string_view text,
                                         faults::Diagnostics& left_out);

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
