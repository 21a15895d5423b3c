#include "tests/bench/fuzzing.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "scenarios/command/temporary_folder.h"
#include "scenarios/command/workers.h"

namespace bench {
namespace {

// It holds in all seeds that are run here: `fuzz` would end with another code.
constexpr char kTypical[] = "scenarios/exchange/wechat_reject_and_resend.textproto";
constexpr char kLightest[] = "scenarios/cache/last_line_of_defence.textproto";

// CPU times in ticks of the kernel, which say nothing but their ratio.
struct Cost {
  double wall_seconds = 0;
  double parent = 0;
  double all = 0;  // with all processes for which it has waited
};

// Of a process that has ended, and for which nobody has waited yet.
absl::StatusOr<Cost> CostOf(pid_t process) {
  std::ifstream file(absl::StrCat("/proc/", process, "/stat"));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  // Its name, in brackets, may hold anything; utime, stime, cutime and cstime are the
  // 12th to 15th field behind it.
  const std::vector<std::string> fields =
      absl::StrSplit(text.substr(std::min(text.rfind(')'), text.size())), ' ');
  double ticks[4] = {};
  for (int i = 0; i < 4; ++i) {
    if (fields.size() < 16 || !absl::SimpleAtod(fields[12 + i], &ticks[i])) {
      return absl::InternalError(absl::StrCat("/proc/", process, "/stat: ", text));
    }
  }
  Cost cost;
  cost.parent = ticks[0] + ticks[1];
  cost.all = cost.parent + ticks[2] + ticks[3];
  return cost;
}

absl::StatusOr<Cost> Fuzz(const std::string& scenario, int jobs, int seeds) {
  const auto folder = scenarios::TemporaryFolder::Make();
  if (!folder.ok()) return folder.status();
  const std::string command =
      absl::StrCat("exec ./settle fuzz ", scenario, " --seeds=", seeds, " --jobs=", jobs,
                   " --out=", folder->path(), "/fuzz >", folder->path(), "/output 2>&1");
  const auto began = std::chrono::steady_clock::now();
  const pid_t process = fork();
  if (process == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  siginfo_t ended;
  if (process < 0 || waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOWAIT) != 0) {
    return absl::InternalError("no process");
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began;
  absl::StatusOr<Cost> cost = CostOf(process);
  int status = 0;
  waitpid(process, &status, 0);
  if (status != 0) return absl::InternalError(absl::StrCat("`", command, "` fails"));
  if (cost.ok()) cost->wall_seconds = elapsed.count();
  return cost;
}

// How much of the CPU time is the parent's, in per cent.
absl::StatusOr<double> ShareOfParent(const std::string& scenario, int seeds) {
  const absl::StatusOr<Cost> cost = Fuzz(scenario, /*jobs=*/1, seeds);
  if (!cost.ok()) return cost.status();
  const double share = 100 * cost->parent / cost->all;
  std::printf("\nfuzz of %s: %.2f %% of its CPU time is the parent's\n", scenario.c_str(), share);
  return share;
}

}  // namespace

absl::Status AddFuzzing(Effort effort, Rows& rows) {
  const bool quick = effort == Effort::kQuick;
  // What it takes to hear of a seed weighs most where seeds cost least.
  const absl::StatusOr<double> lightest = ShareOfParent(kLightest, quick ? 5'000 : 50'000);
  if (!lightest.ok()) return lightest.status();
  const absl::StatusOr<double> typical = ShareOfParent(kTypical, quick ? 400 : 5'000);
  if (!typical.ok()) return typical.status();
  rows.Add({"fuzz: the parent and its corpus, of CPU time", *typical, "%", 3, 1});
  if (scenarios::Processors() < 2) return absl::OkStatus();

  const int seeds = quick ? 400 : 2'000;
  double alone = 0, together = 0;
  for (int round = 0; round < (quick ? 1 : 5); ++round) {
    const absl::StatusOr<Cost> one = Fuzz(kTypical, 1, seeds);
    if (!one.ok()) return one.status();
    const absl::StatusOr<Cost> two = Fuzz(kTypical, 2, seeds);
    if (!two.ok()) return two.status();
    alone = round == 0 ? one->wall_seconds : std::min(alone, one->wall_seconds);
    together = round == 0 ? two->wall_seconds : std::min(together, two->wall_seconds);
  }
  std::printf("fuzz of %d seeds: %.2f s by one process, %.2f s by two\n", seeds, alone, together);
  rows.Add({"fuzz, two cores: seeds/s against one", alone / together, "x", 1.8, 1.95,
            /*at_least=*/true});
  return absl::OkStatus();
}

}  // namespace bench
