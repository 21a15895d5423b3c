#include "tests/bench/cores.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/command/temporary_folder.h"
#include "scenarios/command/workers.h"

namespace bench {
namespace {

constexpr char kScenario[] = "scenarios/exchange/reject_and_resend";

// One campaign; its results stay in `folder`.
absl::StatusOr<double> WallSeconds(int jobs, int seeds, const std::string& folder) {
  const std::string command =
      absl::StrCat("./settle run ", kScenario, ".textproto --seeds=1..", seeds, " --jobs=", jobs,
                   " --trace=never --out=", folder, " >", folder, "/output 2>&1");
  const auto began = std::chrono::steady_clock::now();
  const int status = std::system(command.c_str());
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began;
  if (status != 0) return absl::InternalError(absl::StrCat("`", command, "` fails"));
  return elapsed.count();
}

std::string Results(const std::string& folder) {
  std::ifstream file(folder + "/reject_and_resend/result.json");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

absl::Status AddCores(Effort effort, Rows& rows) {
  if (scenarios::Processors() < 2) {
    std::printf("\none processor: what two bring is not measured\n");
    return absl::OkStatus();
  }
  const int rounds = effort == Effort::kQuick ? 1 : 5;
  const int seeds = effort == Effort::kQuick ? 400 : 1000;
  const auto one = scenarios::TemporaryFolder::Make();
  const auto two = scenarios::TemporaryFolder::Make();
  if (!one.ok()) return one.status();
  if (!two.ok()) return two.status();
  double alone = 0, together = 0;
  for (int round = 0; round < rounds; ++round) {
    const absl::StatusOr<double> first = WallSeconds(1, seeds, one->path());
    if (!first.ok()) return first.status();
    const absl::StatusOr<double> second = WallSeconds(2, seeds, two->path());
    if (!second.ok()) return second.status();
    alone = round == 0 ? *first : std::min(alone, *first);
    together = round == 0 ? *second : std::min(together, *second);
  }
  const std::string result = Results(one->path());
  if (result.empty() || result != Results(two->path())) {
    return absl::InternalError("settle finds something else with two processes than with one");
  }
  double load = 0;
  getloadavg(&load, 1);
  std::printf("\n%d seeds: %.2f s by one process, %.2f s by two; load of the machine %.1f\n", seeds,
              alone, together, load);
  rows.Add({"two cores: seeds/s against one", alone / together, "x", 1.8, 1.95, /*at_least=*/true});
  return absl::OkStatus();
}

}  // namespace bench
