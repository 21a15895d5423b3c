#include "tests/bench/limits.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/bench/bare_coroutines.h"
#include "tests/bench/bare_loop.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/kernel.h"

namespace bench {
namespace {

struct Workload {
  std::string name;
  std::string what;
  Size size;
  Checksum expected;
  double items_per_round;  // of each process
  Checksum (*loop)(Size);
  Checksum (*coroutines)(Size);
  Checksum (*kernel)(Size);
  bool against_coroutines;  // what "limit" means
  double must_beat_peer;
  double stretch_beat_peer;

  double items() const { return items_per_round * size.processes * size.rounds; }
};

const Workload kWorkloads[] = {
    {"W1", "timers", kW1, kW1Sum, 1, BareLoopW1, BareCoroutinesW1, KernelW1, false, 1.7, 2.5},
    {"W2", "ping-pong", kW2, kW2Sum, 2, BareLoopW2, BareCoroutinesW2, KernelW2, false, 1.5, 2},
    {"W3", "transfers", kW3, kW3Sum, 1, BareLoopW3, BareCoroutinesW3, KernelW3, true, 1.5, 2.5},
};

// One program at one workload: the best of its rounds counts.
struct Program {
  std::string name;
  std::function<absl::StatusOr<double>()> run;  // ns per item
  double best = 0;
};

Program Ours(const std::string& name, const Workload& workload, Checksum (*run)(Size)) {
  return {name, [&workload, name, run]() -> absl::StatusOr<double> {
            const double began = CpuSeconds();
            const Checksum checksum = run(workload.size);
            const double ns = (CpuSeconds() - began) * 1e9 / workload.items();
            if (checksum == workload.expected) return ns;
            return absl::InternalError(
                absl::StrCat(name, " did other work than ", workload.name, " is"));
          }};
}

Program Theirs(const Peer& peer, const Workload& workload) {
  return {peer.name, [&peer, &workload]() -> absl::StatusOr<double> {
            const absl::StatusOr<PeerResult> result = RunPeer(peer, workload.name);
            if (!result.ok()) return result.status();
            if (static_cast<double>(result->items) != workload.items() ||
                result->sum == workload.expected.sum) {
              return result->ns_per_item;
            }
            return absl::InvalidArgumentError(
                absl::StrCat("peer ", peer.name, " did other work than ", workload.name,
                             ": its sum is another, so the two cannot be compared"));
          }};
}

}  // namespace

absl::Status AddLimits(Effort effort, const std::vector<Peer>& peers, Rows& rows) {
  const int rounds = effort == Effort::kQuick ? 2 : 5;
  std::vector<std::vector<Program>> programs;
  for (const Workload& workload : kWorkloads) {
    programs.push_back({Ours("bare loop", workload, workload.loop),
                        Ours("bare coroutines", workload, workload.coroutines),
                        Ours("kernel", workload, workload.kernel)});
    for (const Peer& peer : peers) programs.back().push_back(Theirs(peer, workload));
  }
  // In turns, so that all feel the same disturbances.
  for (int round = 0; round < rounds; ++round) {
    for (std::vector<Program>& beside : programs) {
      for (Program& program : beside) {
        const absl::StatusOr<double> ns = program.run();
        if (!ns.ok()) return ns.status();
        program.best = round == 0 ? *ns : std::min(program.best, *ns);
      }
    }
  }

  std::printf("%-14s %-16s %9s %13s %14s\n", "workload", "program", "ns/item", "x bare loop",
              "x coroutines");
  size_t i = 0;
  for (const Workload& workload : kWorkloads) {
    const std::vector<Program>& beside = programs[i++];
    for (const Program& program : beside) {
      std::printf("%-14s %-16s %9.1f %13.2f %14.2f\n",
                  absl::StrCat(workload.name, " ", workload.what).c_str(), program.name.c_str(),
                  program.best, program.best / beside[0].best, program.best / beside[1].best);
    }
  }
  i = 0;
  for (const Workload& workload : kWorkloads) {
    const std::vector<Program>& beside = programs[i++];
    const double limit = workload.against_coroutines ? beside[1].best : beside[0].best;
    const double kernel = beside[2].best;
    rows.Add({absl::StrCat(workload.name, " limit: against the bare ",
                           workload.against_coroutines ? "coroutines" : "typed loop"),
              kernel / limit, "x", 2.0, 1.3});
    for (size_t peer = 3; peer < beside.size(); ++peer) {
      rows.Add({absl::StrCat(workload.name, " peer: faster than ", beside[peer].name),
                beside[peer].best / kernel, "x", workload.must_beat_peer,
                workload.stretch_beat_peer, /*at_least=*/true});
    }
  }
  return absl::OkStatus();
}

}  // namespace bench
