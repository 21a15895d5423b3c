// What a person reads: one block for a campaign or a run.
//
//   FAILED  retry_until_answered   200 seeds (1..200)   3 violated, 197 held
//
//     VIOLATED  each_key_applies_once (M4): "A payment that succeeded is booked ..."
//       customer2-14 is booked 2 times
//       ...
//     again:   ./bazelw run //:settle -- replay out/retry_until_answered/...
//     by seed: ./bazelw run //:settle -- replay ...@17     (build ..., scenario ...)
//
// Every failure ends with lines that reproduce it when pasted: one from its file,
// whatever becomes of the rules, and one by its seed in this build and scenario.

#ifndef REPORTS_TEXT_H_
#define REPORTS_TEXT_H_

#include <cstdint>
#include <string>

#include "google/protobuf/repeated_field.h"
#include "reports/result.pb.h"

namespace reports {

// How much is said of a campaign that ended as its scenario expects. One that did
// not is always told in full.
enum class Detail {
  kHeader,  // one line
  kBrief,   // and what held least often, or how what had to break broke
  kFull,    // all checks, rules and failures
};

struct TextStyle {
  bool color = false;
  int max_faults = 60;     // printed of one failure
  int max_pins = 3;        // if there are more faults, sentences must do
  std::string again;       // in front of a file to replay: "settle replay "
  std::string shrink;      // in front of a file to make small: "settle shrink "
  std::string by_seed;     // in front of a seed to replay: "settle replay pay.textproto@"
  std::string flags;       // behind it: " --clients=3"
  std::string directory;   // in front of the names of result files: "out/pair/"
  std::string kept_in;     // said once, where `directory` is not what to paste
  int64_t wall_nanos = 0;  // for seeds a second; 0: not said
  Detail detail = Detail::kFull;
};

// The block of a campaign, with line ends.
std::string CampaignText(const settle::CampaignResult& campaign, const TextStyle& style);

// One of its failures, as it stands in that block.
std::string FailureText(const settle::CampaignResult& campaign, int index, const TextStyle& style);

// The block of one run, as `settle replay` prints it.
std::string RunText(const settle::RunResult& run, const TextStyle& style);

// A fault, or how business ended, as a sentence.
std::string PinText(const settle::Pin& pin);

// The lines that name the pins to which a run does not come; none: "".
std::string DriftText(const google::protobuf::RepeatedPtrField<settle::Pin>& unreached,
                      const TextStyle& style);

// "150 held, 47 held in part, 3 violated": runs by their verdicts, without the
// zeros. Held in part: what was exercised held, but a check was not.
std::string VerdictCounts(const settle::CampaignResult& campaign);

}  // namespace reports

#endif  // REPORTS_TEXT_H_
