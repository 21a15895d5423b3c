#include "scenarios/repro.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/known_part.h"
#include "faults/pins.h"
#include "google/protobuf/text_format.h"
#include "reports/atomic_file.h"
#include "scenarios/build_id.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

constexpr char kHeader[] =
    "# proto-file: reports/result.proto\n"
    "# proto-message: settle.Repro\n"
    "\n";

// Drops the pins that this build cannot read.
void LeaveOutPins(const faults::Where& where, settle::Repro& repro, faults::Diagnostics& left_out) {
  google::protobuf::RepeatedPtrField<settle::Pin> known;
  for (int i = 0; i < repro.pin_size(); ++i) {
    const settle::Pin& pin = repro.pin(i);
    faults::Diagnostics problems;
    faults::CompilePin(pin, where.Field("pin", i), problems);
    if (problems.empty()) {
      *known.Add() = pin;
    } else {
      left_out.push_back(
          where.Field("pin", i).Error(absl::StrCat("the pin at \"", pin.point(), "\"")));
    }
  }
  repro.mutable_pin()->Swap(&known);
}

// What was left out and why, in the order of the text.
void Tell(absl::string_view why, faults::Diagnostics& left_out) {
  std::stable_sort(left_out.begin(), left_out.end(), [](const auto& one, const auto& other) {
    return std::pair(one.line, one.column) < std::pair(other.line, other.column);
  });
  for (faults::Diagnostic& one : left_out) {
    one.message = absl::StrCat(why, ": left out ", one.message);
  }
}

}  // namespace

std::string NewerSchema(const settle::Repro& repro) {
  if (repro.schema() <= kReproSchema) return "";
  return absl::StrCat("schema ", repro.schema(), ", this build knows ", kReproSchema);
}

std::string OtherBuild(const settle::Repro& repro) {
  if (repro.build().empty() || repro.build() == BuildId()) return "";
  return absl::StrCat("written by another build (", repro.build(), ")");
}

std::string ReproText(const settle::Repro& repro) {
  settle::Repro head = repro;
  head.clear_pin();
  head.clear_schema();
  std::string text;
  google::protobuf::TextFormat::PrintToString(head, &text);
  const std::string schema =
      repro.schema() == 0 ? "" : absl::StrCat("schema: ", repro.schema(), "\n");
  return absl::StrCat(kHeader, schema, text, faults::PinsText(ToPins(repro.pin())));
}

absl::Status WriteRepro(const std::string& path, const settle::Repro& repro) {
  return reports::WriteAtomically(path, ReproText(repro));
}

absl::StatusOr<settle::Repro> ReadRepro(const std::string& path, faults::Diagnostics& left_out) {
  const absl::StatusOr<std::string> text = faults::ReadFile(path);
  if (!text.ok()) return text.status();
  return ParseRepro(path, *text, left_out);
}

absl::StatusOr<settle::Repro> ParseRepro(const std::string& path, absl::string_view text,
                                         faults::Diagnostics& left_out) {
  faults::Diagnostics problems;
  settle::Repro repro;
  faults::KnownPart known = faults::KnownPartOf(path, text, *settle::Repro::descriptor());
  faults::Where where = faults::ParseText(path, known.text, repro, problems);
  const bool newer = repro.schema() > kReproSchema;
  if (!newer && !known.left_out.empty()) {
    problems.clear();
    repro.Clear();
    where = faults::ParseText(path, text, repro, problems);
  }
  if (problems.empty() && repro.scenario().empty()) {
    problems.push_back(where.Error("scenario is missing: the path of the scenario's text"));
  }
  if (newer && problems.empty()) {
    left_out = std::move(known.left_out);
    for (faults::Diagnostic& one : left_out) one.message = absl::StrCat("\"", one.message, "\"");
    LeaveOutPins(where, repro, left_out);
    Tell(NewerSchema(repro), left_out);
    return repro;
  }
  if (const std::string other = OtherBuild(repro); !other.empty() && problems.empty()) {
    LeaveOutPins(where, repro, left_out);
    Tell(other, left_out);
    return repro;
  }
  for (int i = 0; i < repro.pin_size(); ++i) {
    faults::CompilePin(repro.pin(i), where.Field("pin", i), problems);
  }
  if (!problems.empty()) return faults::ToStatus(problems);
  return repro;
}

std::vector<sim::Pin> ToPins(const google::protobuf::RepeatedPtrField<settle::Pin>& pins) {
  std::vector<sim::Pin> compiled;
  faults::Diagnostics problems;
  for (const settle::Pin& pin : pins) {
    compiled.push_back(faults::CompilePin(pin, faults::Where(), problems));
  }
  SIM_CHECK(problems.empty()) << faults::ToStatus(problems).ToString();
  return compiled;
}

google::protobuf::RepeatedPtrField<settle::Operations> ToProto(const Errands& errands) {
  google::protobuf::RepeatedPtrField<settle::Operations> protos;
  if (!errands.only.has_value()) return protos;
  for (const auto& [client, operations] : *errands.only) {
    if (operations.empty()) continue;
    settle::Operations& proto = *protos.Add();
    proto.set_client(client);
    proto.mutable_operation()->Add(operations.begin(), operations.end());
    const auto starts = errands.starts.find(client);
    if (starts == errands.starts.end()) continue;
    for (const int64_t operation : operations) {
      const auto start = starts->second.find(operation);
      proto.add_start_nanos(start == starts->second.end() ? 0 : start->second);
    }
  }
  return protos;
}

ReproRank Rank(const settle::Repro& repro) {
  return {repro.pin_size(), repro.seed(), ReproText(repro)};
}

void TakeFaults(const settle::Repro& repro, RunOptions& run) {
  run.seed = repro.seed();
  run.pins = ToPins(repro.pin());
  run.rules_too = repro.rules() != settle::RULES_OFF;
  run.swarm = repro.rules() != settle::RULES_AS_WRITTEN;
  run.priorities = PrioritiesOf(repro.ties());
}

sim::Priorities PrioritiesOf(settle::Ties ties) {
  constexpr int kDepth = 3;
  sim::Priorities priorities;
  if (ties == settle::PRIORITIES) priorities.depth = kDepth;
  return priorities;
}

void KeepSize(const RunOptions& run, settle::Repro& repro) {
  *repro.mutable_only() = ToProto(run);
  repro.set_calm(run.calm);
  repro.set_clients(static_cast<uint32_t>(run.clients.value_or(0)));
  repro.set_operations(static_cast<uint32_t>(run.operations.value_or(0)));
  repro.set_amount(run.amount.value_or(0));
  repro.clear_without();
  for (const std::string& node : run.without) repro.add_without(node);
}

void TakeSize(const settle::Repro& repro, RunOptions& run) {
  run.calm = repro.calm();
  if (repro.clients() > 0) run.clients = static_cast<int>(repro.clients());
  if (repro.operations() > 0) run.operations = static_cast<int>(repro.operations());
  if (repro.amount() > 0) run.amount = repro.amount();
  run.without = {repro.without().begin(), repro.without().end()};
  if (repro.only().empty()) return;
  run.only.emplace();
  for (const settle::Operations& of_client : repro.only()) {
    (*run.only)[of_client.client()].insert(of_client.operation().begin(),
                                           of_client.operation().end());
    for (int i = 0; i < std::min(of_client.start_nanos_size(), of_client.operation_size()); ++i) {
      run.starts[of_client.client()][of_client.operation(i)] = of_client.start_nanos(i);
    }
  }
}

}  // namespace scenarios
