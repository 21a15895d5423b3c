#include "scenarios/command/main.h"

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "scenarios/build_id.h"
#include "scenarios/command/command.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/word_option.h"
#include "scenarios/names.h"
#include "scenarios/world_plan.h"

namespace scenarios {
namespace {

using absl::StrCat;

constexpr char kAbout[] =
    "settle runs whole payment systems inside one deterministic simulation, breaks them on\n"
    "purpose and says which promises held.";

constexpr char kFooter[] =
    "\nExit codes:\n"
    "  0   every scenario ended as its `expect` says\n"
    "  1   at least one did not; replay: the failure is there (--expect=violation swaps 0 and 1)\n"
    "  2   usage error or malformed text; nothing was run\n"
    "  3   environment: something could not be read or written; results so far are kept\n"
    "  4   nothing ran\n"
    "  5   inconclusive, or a promise was never put to the test; replay: the failure is not\n"
    "      there, and the run has drifted, or the file was edited or is of a newer schema\n"
    "  6   nondeterminism: one run had two traces\n"
    "  70  internal error\n"
    "  130, 143  interrupted; results so far are kept\n";

// What is wrong with a word that says nothing, or "". A shell makes "--seeds=" of
// --seeds=$UNSET, for which CLI11 would take the next word, and "" of "$UNSET": as a
// folder that would be the root of the file system.
std::string WithoutValue(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view word = argv[i];
    const absl::string_view before = argv[i - 1];
    if (word.empty() && i > 1 && absl::StartsWith(before, "--")) {
      return StrCat(before, " has no value");
    }
    if (word.empty()) return "an empty word; is a variable of the shell not set?";
    if (word == "--") break;
    if (absl::StartsWith(word, "--") && word.find('=') + 1 == word.size()) {
      return StrCat(word, " has no value");
    }
  }
  return "";
}

// Whether the words ask for JSON, also if they could not be parsed.
bool AsksForJson(int argc, char** argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* word) { return absl::string_view(word) == "--json"; });
}

// The errors of CLI11 name flags; this names a word that is no command.
std::string WrongCommand(const CLI::App& app) {
  if (!app.get_subcommands().empty()) return "";
  for (const std::string& word : app.remaining()) {
    if (absl::StartsWith(word, "-")) continue;
    std::vector<std::string> known;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      if (!command->get_group().empty()) known.push_back(command->get_name());
    }
    return StrCat("there is no command \"", word, "\"", Instead(word, known));
  }
  return "";
}

// Flags that every command understands, before or after its name.
void AddGlobals(CLI::App& app, Session& session) {
  Console& console = session.console;
  app.add_flag("--json", console.json, "Results as JSON lines on stdout, text on stderr");
  app.add_option("--color", console.color, "Colour: auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  app.add_option("--progress", console.progress, "Progress: auto, plain or none")
      ->check(CLI::IsMember({"auto", "plain", "none"}))
      ->type_name("FORM");
  auto* quiet = app.add_flag("-q,--quiet", console.quiet, "Only what went wrong, no progress");
  app.add_flag("-v,--verbose", console.verbose, "All faults, and rules that do not apply")
      ->excludes(quiet);
  app.add_flag("--bazel-test", session.bazel_test, "Obey Bazel's test variables")->group("");
}

ExitCode Perform(Session& session) {
  if (!session.bazel_test) {
    if (absl::Status status = GoWhereTheUserIs(); !status.ok()) return session.Refuse(status);
  }
  InstallSignalHandlers();
  const ExitCode code = session.chosen();
  if (absl::Status status = session.console.Flush(); !status.ok()) {
    session.console.Complain(status.message());
    return Worse(code, kExitEnvironment);
  }
  return code;
}

}  // namespace

ExitCode Session::Refuse(const absl::Status& status) {
  // Diagnostics bear their file and line, other sentences do not say who speaks.
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) {
    if (absl::StrContains(line, ": error: ")) {
      console.Say(StrCat(line, "\n"));
      console.PrintJson(reports::JsonLine("error", {{"text", std::string(line)}}));
    } else {
      console.Complain(line);
    }
  }
  if (absl::IsInternal(status)) return kExitInternal;
  const bool environment = absl::IsNotFound(status) || absl::IsUnavailable(status);
  return environment ? kExitEnvironment : kExitUsage;
}

void Session::SayLeftOut(const Target& target) {
  for (const faults::Diagnostic& one : target.left_out) {
    const std::string line = one.ToString("note");
    console.Say(StrCat(line, "\n"));
    console.PrintJson(reports::JsonLine("note", {{"text", line}}));
  }
}

void AddTies(CLI::App& command, settle::Ties& ties) {
  const std::map<std::string, settle::Ties> words = {{"drawn", settle::DRAWN},
                                                     {"priorities", settle::PRIORITIES}};
  AddWordOption(command, "--ties", ties, words,
                "Who acts first at one instant. drawn: anew at each; priorities: by an order of "
                "all, which seldom changes in a run (default: drawn)");
}

void AddOverrides(CLI::App& command, Overrides& overrides) {
  command.add_option("--set", overrides.set, "A switch instead of the scenario's")
      ->type_name("NODE.switch=value")
      ->expected(1)
      ->take_all();
  command
      .add_option("--plan", overrides.plan, "A plan of faults, besides the scenario's own rules")
      ->type_name("FILE");
  command.add_option("--clients", overrides.clients, "Clients of each workload")
      ->check(CLI::Range(1, kMaxClients))
      ->type_name("N");
  command.add_option("--operations", overrides.operations, "Operations of each client")
      ->check(CLI::Range(1, kMaxOperations))
      ->type_name("N");
  command.add_flag("--no-chaos", overrides.no_chaos, "No fault rules; business outcomes stay");
  AddTies(command, overrides.ties);
}

int Main(int argc, char** argv, const Catalogue& catalogue) {
  Session session{.catalogue = catalogue,
                  .console = {},
                  .program = argv[0],
                  .started = std::chrono::steady_clock::now(),
                  .bazel_test = false,
                  .chosen = nullptr};
  CLI::App app(kAbout, "settle");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag(
      "--version", [] { return StrCat("settle, build ", BuildId()); }, "Show which build this is");
  AddGlobals(app, session);
  AddList(app, session);
  AddLint(app, session);
  AddRun(app, session);
  AddFuzz(app, session);
  AddReplay(app, session);
  AddExplore(app, session);
  AddBench(app, session);
  AddShrink(app, session);
  AddExplain(app, session);
  AddCorpus(app, session);
  AddRerun(app, session);
  AddDoctor(app, session);
  try {
    if (const std::string wrong = WithoutValue(argc, argv); !wrong.empty()) {
      throw CLI::ArgumentMismatch(wrong);
    }
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    session.console.json = AsksForJson(argc, argv);
    const std::string wrong = WrongCommand(app);
    session.console.Complain(wrong.empty() ? error.what() : wrong);
    session.console.Say("Run \"settle --help\", or \"settle COMMAND --help\".\n");
    const absl::Status flushed = session.console.Flush();
    return flushed.ok() ? kExitUsage : kExitEnvironment;
  }
  try {
    return Perform(session);
  } catch (const std::exception& error) {
    session.console.Complain(
        StrCat("internal error: ", error.what(), ". This is a bug of settle."));
    return kExitInternal;
  }
}

}  // namespace scenarios
