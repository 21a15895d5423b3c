#include "tests/end_to_end/command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "sim/core/check.h"

namespace tests {
namespace {

namespace fs = std::filesystem;

void Redirect(const std::string& path, int stream) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  dup2(file, stream);
}

scenarios::TemporaryFolder MakeFolder() {
  auto folder = scenarios::TemporaryFolder::Make();
  SIM_CHECK(folder.ok()) << folder.status().ToString();
  return *std::move(folder);
}

}  // namespace

Command::Command(const std::string& program, const std::string& texts)
    : program_(fs::canonical(program)), folder_(MakeFolder()) {
  for (const fs::directory_entry& text : fs::directory_iterator(texts)) {
    if (text.path().extension() == ".textproto") {
      fs::copy_file(fs::canonical(text.path()), Path(text.path().filename()));
    }
  }
}

Command::~Command() = default;

Seen Command::Run(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {program_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return Finish(Start(words));
}

Seen Command::RunAndSignal(const std::vector<std::string>& arguments, const std::string& sign,
                           int signal, const std::function<void()>& meanwhile, int times) {
  std::vector<std::string> words = {program_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const pid_t child = Start(words);
  while (!Exists(sign)) usleep(10'000);
  meanwhile();
  for (int i = 0; i < times; ++i) {
    if (i > 0) usleep(1'000);
    kill(child, signal);
  }
  return Finish(child);
}

Seen Command::Shell(const std::string& line) {
  return Finish(Start({"/bin/sh", "-c", "settle() { '" + program_ + "' \"$@\"; }; " + line}));
}

pid_t Command::Start(const std::vector<std::string>& words) const {
  std::vector<std::string> settings;
  for (const auto& [name, value] : variables) settings.push_back(name + "=" + value);
  std::vector<char*> argv, envp;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& setting : settings) envp.push_back(const_cast<char*>(setting.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  // Before the child is there, lest an earlier run is read instead.
  Write(".out", "");
  Write(".err", "");
  const pid_t child = fork();
  if (child != 0) return child;
  if (chdir(folder_.path().c_str()) != 0) _exit(126);
  Redirect(".out", STDOUT_FILENO);
  Redirect(".err", STDERR_FILENO);
  execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

Seen Command::Finish(pid_t child) const {
  int state = 0;
  SIM_CHECK(waitpid(child, &state, 0) == child) << "no child";
  Seen seen;
  seen.code = WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
  seen.out = Read(".out");
  seen.err = Read(".err");
  return seen;
}

bool Command::Exists(const std::string& name) const { return fs::exists(Path(name)); }

std::string Command::Read(const std::string& name) const {
  std::ifstream file(Path(name));
  return {std::istreambuf_iterator<char>(file), {}};
}

void Command::Write(const std::string& name, const std::string& text) const {
  std::ofstream(Path(name)) << text;
}

std::vector<std::string> Command::Files(const std::string& name) const {
  std::vector<std::string> files;
  if (!Exists(name)) return files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(Path(name))) {
    if (entry.is_regular_file()) {
      files.push_back(fs::relative(entry.path(), Path(name)).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tests
