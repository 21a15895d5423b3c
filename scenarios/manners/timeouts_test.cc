// Goal: a call that is not answered in time means four things, and the exchange's one
// plan brings about each of them: the request is lost, it is still on its way, it is
// being executed, or it was executed and the answer is lost. An answer may also be late; a node die
// that was asked; and a person leave before the answer.
// Method: the whole traces of some seeds; of every deadline that passed, what had become
// of the call by then and became of it afterwards.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "sim/trace/trace.h"

namespace scenarios {
namespace {

constexpr uint64_t kSeeds = 40;

// What the trace says of one call. Times are -1 if it never happened.
struct Call {
  uint16_t caller = 0;
  int64_t arrived = -1;   // the request, first
  int64_t answered = -1;  // the reply was sent, first
  int64_t returned = -1;  // the reply arrived, first
};

bool By(int64_t time, int64_t deadline) { return time >= 0 && time <= deadline; }

std::string MeaningOf(const Call& call, int64_t deadline) {
  if (call.arrived < 0) return "lost";
  if (!By(call.arrived, deadline)) return "on its way";
  if (call.answered < 0) return "died with its callee";
  if (!By(call.answered, deadline)) return "being executed";
  if (call.returned < 0) return "executed, answer lost";
  if (!By(call.returned, deadline)) return "executed, answer on its way";
  return "answered, and nobody listened";  // The person has left (abandoned).
}

void Count(const sim::Trace& trace, std::map<std::string, int>& meanings) {
  std::map<uint64_t, Call> calls;
  std::vector<std::pair<uint64_t, int64_t>> deadlines;  // of calls, passed
  const auto note = [](int64_t& time, int64_t at) {
    if (time < 0) time = at;
  };
  for (uint64_t id = trace.first_kept(); id <= trace.size(); ++id) {
    const sim::Record& record = trace.record(static_cast<sim::RecordId>(id));
    switch (static_cast<sim::RecordKind>(record.kind)) {
      case sim::RecordKind::kSend:
        calls[record.value].caller = record.node;
        break;
      case sim::RecordKind::kReply:
        note(calls[record.value].answered, record.at);
        break;
      case sim::RecordKind::kDeliver: {
        Call& call = calls[record.value];
        note(record.node == call.caller ? call.returned : call.arrived, record.at);
        break;
      }
      case sim::RecordKind::kTimeout:
        deadlines.emplace_back(record.value, record.at);
        break;
      default:
        break;
    }
  }
  for (const auto& [call, deadline] : deadlines) ++meanings[MeaningOf(calls[call], deadline)];
}

TEST(Timeouts, MeanFourThingsUnderTheExchangesPlan) {
  Catalogue catalogue;
  AddExchange(catalogue);
  faults::Diagnostics problems;
  const auto scenario =
      Load("scenarios/exchange/query_and_collapse.textproto", catalogue, problems);
  ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems);
  const auto runner = NewRunner(*scenario);

  std::map<std::string, int> meanings;
  RunOptions options;
  options.depth = sim::TraceDepth::kWhole;
  options.with_trace = [&meanings](const sim::Trace& trace) { Count(trace, meanings); };
  for (options.seed = 1; options.seed <= kSeeds; ++options.seed) runner->Run(options);

  for (const char* meaning :
       {"lost", "on its way", "being executed", "executed, answer lost",
        "executed, answer on its way", "died with its callee", "answered, and nobody listened"}) {
    EXPECT_GT(meanings[meaning], 0) << meaning;
    RecordProperty(meaning, meanings[meaning]);
  }
}

}  // namespace
}  // namespace scenarios
