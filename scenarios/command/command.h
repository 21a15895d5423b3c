// The commands of `settle`, one file each. Each adds its flags to the command
// line; the one that was chosen puts what it does into the session.

#ifndef SCENARIOS_COMMAND_COMMAND_H_
#define SCENARIOS_COMMAND_COMMAND_H_

#include <chrono>
#include <functional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "scenarios/catalogue.h"
#include "scenarios/command/console.h"
#include "scenarios/command/exit_code.h"
#include "scenarios/command/target.h"

namespace scenarios {

struct Session {
  const Catalogue& catalogue;
  Console console;
  std::string program;  // as it was typed
  std::chrono::steady_clock::time_point started;
  bool bazel_test = false;
  std::function<ExitCode()> chosen;

  // Says what is wrong: a file that cannot be read is the environment's fault, Internal
  // the simulator's, anything else a usage error.
  ExitCode Refuse(const absl::Status& status);

  // Names what was left out of the repro file of a target.
  void SayLeftOut(const Target& target);
};

void AddList(CLI::App& app, Session& session);
void AddLint(CLI::App& app, Session& session);  // `settle check`
void AddRun(CLI::App& app, Session& session);
void AddFuzz(CLI::App& app, Session& session);
void AddCorpus(CLI::App& app, Session& session);
void AddReplay(CLI::App& app, Session& session);
void AddBench(CLI::App& app, Session& session);
void AddExplore(CLI::App& app, Session& session);
void AddShrink(CLI::App& app, Session& session);
void AddExplain(CLI::App& app, Session& session);
void AddRerun(CLI::App& app, Session& session);  // not shown: see divergence.h
void AddDoctor(CLI::App& app, Session& session);

// --ties.
void AddTies(CLI::App& command, settle::Ties& ties);
// --set, --plan, --clients, --operations, --no-chaos, --ties.
void AddOverrides(CLI::App& command, Overrides& overrides);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_COMMAND_H_
