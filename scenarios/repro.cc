#include "scenarios/repro.h"

#include <utility>

#include "faults/pins.h"
#include "faults/source_text.h"
#include "google/protobuf/text_format.h"
#include "reports/atomic_file.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

constexpr char kHeader[] =
    "# proto-file: reports/result.proto\n"
    "# proto-message: settle.Repro\n"
    "\n";

}  // namespace

std::string ReproText(const settle::Repro& repro) {
  settle::Repro head = repro;
  head.clear_pin();
  std::string text;
  google::protobuf::TextFormat::PrintToString(head, &text);
  return kHeader + text + faults::PinsText(ToPins(repro.pin()));
}

absl::Status WriteRepro(const std::string& path, const settle::Repro& repro) {
  return reports::WriteAtomically(path, ReproText(repro));
}

absl::StatusOr<settle::Repro> ReadRepro(const std::string& path) {
  const absl::StatusOr<std::string> text = faults::ReadFile(path);
  if (!text.ok()) return text.status();
  return ParseRepro(path, *text);
}

absl::StatusOr<settle::Repro> ParseRepro(const std::string& path, absl::string_view text) {
  faults::Diagnostics problems;
  settle::Repro repro;
  const faults::Where where = faults::ParseText(path, text, repro, problems);
  if (problems.empty() && repro.scenario().empty()) {
    problems.push_back(where.Error("scenario is missing: the path of the scenario's text"));
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

std::optional<Operations> ToOperations(
    const google::protobuf::RepeatedPtrField<settle::Operations>& only) {
  if (only.empty()) return std::nullopt;
  Operations operations;
  for (const settle::Operations& of_client : only) {
    operations[of_client.client()].insert(of_client.operation().begin(),
                                          of_client.operation().end());
  }
  return operations;
}

google::protobuf::RepeatedPtrField<settle::Operations> ToProto(
    const std::optional<Operations>& only) {
  google::protobuf::RepeatedPtrField<settle::Operations> protos;
  if (!only.has_value()) return protos;
  for (const auto& [client, operations] : *only) {
    if (operations.empty()) continue;
    settle::Operations& proto = *protos.Add();
    proto.set_client(client);
    proto.mutable_operation()->Add(operations.begin(), operations.end());
  }
  return protos;
}

}  // namespace scenarios
