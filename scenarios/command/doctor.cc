// `settle doctor`: can results of this build, on this machine, be relied on?

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/stubs/common.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "scenarios/build_id.h"
#include "scenarios/command/command.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/selftest.h"
#include "scenarios/command/temporary_folder.h"
#include "scenarios/command/user_path.h"
#include "sqlite3.h"

namespace scenarios {
namespace {

using absl::StrCat;

constexpr uint64_t kSeeds = 3;

struct Request {
  std::vector<std::string> paths;
  std::string out = "out";
};

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string AddressLayout() {
  const std::string setting = FirstLine("/proc/sys/kernel/randomize_va_space");
  return setting == "0" ? "fixed: address-dependent behaviour would go unnoticed"
                        : "random, as it should be";
}

std::string Sanitizers() {
#if defined(__SANITIZE_ADDRESS__)
  return ", with sanitizers";
#else
  return "";
#endif
}

class Doctor {
 public:
  Doctor(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Run() {
    Describe();
    if (const absl::Status out = reports::MakeWritableDirectory(request_.out); !out.ok()) {
      Item("results", StrCat("cannot be kept in ", out.message()));
      code_ = Worse(code_, kExitEnvironment);
    } else {
      Item("results", StrCat("can be kept in ", request_.out));
    }
    if (request_.paths.empty()) {
      TestSelf();
      return Worse(code_, Interrupted());
    }
    const auto files = FindScenarios(request_.paths);
    if (!files.ok()) return session_.Refuse(files.status());
    if (files->empty()) {
      session_.console.Complain("nothing to test: no scenario there");
      return kExitNothingRan;
    }
    for (const std::string& file : *files) {
      Test(file);
      if (Interrupted() != kExitOk) return Worse(code_, Interrupted());
    }
    return code_;
  }

 private:
  void Describe() {
    utsname system = {};
    uname(&system);
    Item("build", StrCat(BuildId(), Sanitizers()));
    Item("compiler", StrCat(__VERSION__, ", C++ ", __cplusplus));
    Item("libraries", StrCat("SQLite ", sqlite3_libversion(), ", protobuf ",
                             google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION)));
    Item("machine", StrCat(system.sysname, " ", system.release, ", ", system.machine, ", ",
                           sysconf(_SC_NPROCESSORS_ONLN), " processors"));
    Item("addresses", AddressLayout());
  }

  // Each seed in two fresh processes, with different addresses.
  void Test(const std::string& file) {
    const auto scenario = LoadWith(file, {}, session_.catalogue);
    if (!scenario.ok()) {
      code_ = Worse(code_, session_.Refuse(scenario.status()));
      return;
    }
    TestSeeds(file, file, {});
  }

  void TestSelf() {
    absl::StatusOr<TemporaryFolder> folder = TemporaryFolder::Make();
    const std::string file = folder.ok() ? folder->path() + "/selftest.textproto" : "";
    const absl::Status written =
        folder.ok() ? reports::WriteAtomically(file, SelfTestText()) : folder.status();
    if (!written.ok()) {
      code_ = Worse(code_, session_.Refuse(written));
      return;
    }
    if (TestSeeds("self-test", file, {"--self-test"})) {
      session_.console.Print(
          "             to test your own components, name a scenario of theirs\n");
    }
  }

  // `name` is what the reader knows `file` by.
  bool TestSeeds(const std::string& name, const std::string& file,
                 const std::vector<std::string>& flags) {
    KeepResultsWhenInterrupted();
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      if (Interrupted() != kExitOk) return false;
      std::vector<std::string> words = {StrCat(file, "@", seed)};
      words.insert(words.end(), flags.begin(), flags.end());
      if (!TestSeed(StrCat(name, "@", seed), words)) return false;
    }
    Item("determinism", StrCat(name, ": ", kSeeds, " seeds had the same traces in 2 processes"));
    return true;
  }

  bool TestSeed(const std::string& target, const std::vector<std::string>& words) {
    const Repeat one = InFreshProcess(words, Addresses::kAsConfigured);
    const Repeat other = InFreshProcess(words, Addresses::kNotRandomized);
    const absl::StatusOr<settle::RunResult> a = one(""), b = other("");
    const absl::Status same = a.ok() && b.ok() ? SameText(*a, *b, target) : absl::OkStatus();
    for (const absl::Status& status : {a.status(), b.status(), same}) {
      if (status.ok()) continue;
      if (absl::IsCancelled(status)) return false;
      code_ = Worse(code_, session_.Refuse(status));
      return false;
    }
    if (a->digest() == b->digest()) return true;
    const absl::StatusOr<Divergence> found = Locate(one, other);
    Item("NONDETERMINISM",
         StrCat(target, " had two traces in two processes with different addresses\n",
                found.ok() ? found->ToString() : StrCat(found.status().message(), "\n"),
                "  Look for an unordered container that is iterated, an address that is compared, "
                "time or environment that is read."));
    code_ = Worse(code_, kExitNondeterminism);
    return false;
  }

  void Item(const std::string& name, const std::string& text) {
    session_.console.Print(absl::StrCat(
        name, name.size() < 12 ? std::string(13 - name.size(), ' ') : std::string("  "), text,
        "\n"));
    session_.console.PrintJson(reports::JsonLine("doctor", {{"item", name}, {"text", text}}));
  }

  Session& session_;
  const Request& request_;
  ExitCode code_ = kExitOk;
};

}  // namespace

void AddDoctor(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("doctor", "Test whether results of this build can be relied on");
  auto request = std::make_shared<Request>();
  command->add_option("SCENARIO", request->paths,
                      "Scenarios to test for determinism (default: a self-test)");
  command->add_option("--out", request->out, "Where results would be kept (default: out)")
      ->type_name("DIR");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Doctor(session, *request).Run(); };
  });
}

}  // namespace scenarios
