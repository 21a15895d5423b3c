#include "tests/bench/peer.h"

#include <sys/wait.h>

#include <cstdio>
#include <map>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bench {
namespace {

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(what, "; see tests/bench/peer.h"));
}

}  // namespace

absl::StatusOr<Peer> ParsePeer(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return Wrong(absl::StrCat("--peer=", text, " is not --peer=NAME=COMMAND"));
  }
  return Peer{parts[0], parts[1]};
}

absl::StatusOr<PeerResult> ParsePeerOutput(absl::string_view workload, absl::string_view output) {
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    bool meant = false;
    std::map<std::string, std::string> values;
    for (const absl::string_view word : absl::StrSplit(line, ' ', absl::SkipEmpty())) {
      const std::pair<std::string, std::string> pair =
          absl::StrSplit(word, absl::MaxSplits('=', 1));
      meant = meant || word == workload;
      values[pair.first] = pair.second;
    }
    if (!meant) continue;
    PeerResult result;
    if (!absl::SimpleAtod(values["ns_per_item"], &result.ns_per_item) || result.ns_per_item <= 0) {
      return Wrong(absl::StrCat("no ns_per_item=NUMBER in its line for ", workload));
    }
    if (!absl::SimpleAtoi(values["items"], &result.items) || result.items == 0) {
      return Wrong(absl::StrCat("no items=NUMBER in its line for ", workload));
    }
    if (!absl::SimpleHexAtoi(values["sum"], &result.sum)) {
      return Wrong(absl::StrCat("no sum=HEXADECIMAL in its line for ", workload));
    }
    return result;
  }
  return Wrong(absl::StrCat("no line with the word ", workload, " in its output"));
}

absl::StatusOr<PeerResult> RunPeer(const Peer& peer, absl::string_view workload) {
  const std::string command = absl::StrCat(peer.command, " ", workload);
  const auto failed = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("peer ", peer.name, ": `", command, "`: ", why));
  };
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return failed("cannot be run");
  std::string output;
  char buffer[4096];
  for (size_t got; (got = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    output.append(buffer, got);
  }
  const int status = pclose(pipe);
  if (!WIFEXITED(status)) return failed("was killed");
  if (WEXITSTATUS(status) != 0) return failed(absl::StrCat("exit code ", WEXITSTATUS(status)));
  const absl::StatusOr<PeerResult> result = ParsePeerOutput(workload, output);
  if (!result.ok()) return failed(result.status().message());
  return result;
}

}  // namespace bench
