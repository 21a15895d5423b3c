// Prints a row for each target of speed: what was measured, what must be, and whether
// it is met.
//
//   ./bazelw run //tests/bench:table              a quarter of an hour
//   ./bazelw run //tests/bench:table -- --quick   two minutes
//     --only=limits,trace                         some of the parts alone
//     --peer=NAME=COMMAND                         another simulator; see peer.h
//
// Times are CPU time of the process unless a line says otherwise; programs that are
// compared take turns, and the best of five rounds counts. Ratios can be compared
// between machines, times cannot. Exit code: 0 whatever was measured, 1 if a program
// did other work than it should, 2 for arguments or peers that make no sense.

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/bench/cores.h"
#include "tests/bench/fuzzing.h"
#include "tests/bench/limits.h"
#include "tests/bench/memory.h"
#include "tests/bench/row_locks.h"
#include "tests/bench/scaling.h"
#include "tests/bench/seeds.h"
#include "tests/bench/trace_cost.h"
#include "tests/bench/typical.h"

namespace bench {
namespace {

struct Request {
  Effort effort = Effort::kFull;
  std::vector<Peer> peers;
  std::set<std::string> only;  // empty: all
};

// A part of the table: some rows that are measured together.
struct Part {
  std::string name;
  std::function<absl::Status(const Request&, Rows&)> measure;
};

template <void (*kAdd)(Effort, Rows&)>
absl::Status Add(const Request& request, Rows& rows) {
  kAdd(request.effort, rows);
  return absl::OkStatus();
}

const std::vector<Part>& Parts() {
  static const std::vector<Part> parts = {
      {"limits", [](const Request& request,
                    Rows& rows) { return AddLimits(request.effort, request.peers, rows); }},
      {"trace", Add<AddTraceCost>},
      {"typical", Add<AddTypical>},
      {"restart", Add<AddRestart>},
      {"row_locks", Add<AddRowLocks>},
      {"exchange",
       [](const Request& request, Rows&) {
         PrintSeeds(request.effort == Effort::kQuick ? 50 : 500);
         return absl::OkStatus();
       }},
      {"memory", Add<AddMemory>},
      {"scaling", Add<AddScaling>},
      {"cores", [](const Request& request, Rows& rows) { return AddCores(request.effort, rows); }},
      {"fuzz", [](const Request& request, Rows& rows) { return AddFuzzing(request.effort, rows); }},
  };
  return parts;
}

absl::StatusOr<Request> ParseArguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  for (const Part& part : Parts()) names.push_back(part.name);
  Request request;
  for (absl::string_view argument : arguments) {
    if (argument == "--quick") {
      request.effort = Effort::kQuick;
    } else if (absl::ConsumePrefix(&argument, "--peer=")) {
      absl::StatusOr<Peer> peer = ParsePeer(argument);
      if (!peer.ok()) return peer.status();
      request.peers.push_back(*std::move(peer));
    } else if (absl::ConsumePrefix(&argument, "--only=")) {
      for (const absl::string_view part : absl::StrSplit(argument, ',')) {
        if (std::find(names.begin(), names.end(), part) == names.end()) {
          return absl::InvalidArgumentError(absl::StrCat(
              "no part is called \"", part, "\"; there are ", absl::StrJoin(names, ", ")));
        }
        request.only.insert(std::string(part));
      }
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("what is \"", argument,
                       "\"? usage: table [--quick] [--only=PART,...] [--peer=NAME=COMMAND]..."));
    }
  }
  return request;
}

int Print(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Request> request = ParseArguments(arguments);
  absl::Status status = request.status();
  Rows rows;
  for (const Part& part : Parts()) {
    if (!status.ok()) break;
    if (request->only.empty() || request->only.count(part.name) > 0) {
      status = part.measure(*request, rows);
    }
  }
  if (rows.all().size() > 1) {
    std::printf("\n%s", HeadOfRows().c_str());
    for (const Row& row : rows.all()) std::printf("%s", LineOf(row).c_str());
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "table: %s\n", std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) { return bench::Print({argv + 1, argv + argc}); }
