#include "scenarios/command/workers.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "scenarios/command/exit_code.h"

namespace scenarios {
namespace {

// What stands before each result in a pipe.
struct Head {
  uint64_t index;
  uint64_t size;
};

// A signal may come just before a wait, and would not end it.
constexpr int kMillisBetweenStops = 100;

// All of `bytes`, or false: the reader has gone.
bool WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

absl::Status Unavailable(absl::string_view what) {
  return absl::UnavailableError(
      absl::StrCat("cannot start workers: ", what, ": ", std::strerror(errno), "; try --jobs=1"));
}

}  // namespace

int Processors() {
  cpu_set_t mine;
  return sched_getaffinity(0, sizeof(mine), &mine) == 0 ? std::max(1, CPU_COUNT(&mine)) : 1;
}

Workers::Workers(int workers, const Seeds& seeds, RunSeed run, std::function<bool()> stop)
    : seeds_(seeds), stop_(std::move(stop)) {
  workers_.resize(static_cast<size_t>(workers));
  void* memory =
      mmap(nullptr, SharedSize(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    status_ = Unavailable("no memory");
    return;
  }
  taken_ = static_cast<std::atomic<uint64_t>*>(memory);
  for (size_t i = 0; i <= workers_.size(); ++i) new (taken_ + i) std::atomic<uint64_t>(0);
  running_ = taken_ + 1;
  status_ = Fork(run);
}

Workers::~Workers() {
  for (Worker& worker : workers_) {
    if (worker.results >= 0) close(worker.results);
    if (worker.process <= 0) continue;
    kill(worker.process, SIGKILL);
    while (waitpid(worker.process, nullptr, 0) == -1 && errno == EINTR) {
    }
  }
  if (taken_ != nullptr) munmap(taken_, SharedSize());
}

absl::Status Workers::Fork(const RunSeed& run) {
  for (size_t i = 0; i < workers_.size(); ++i) {
    int ends[2];
    if (pipe(ends) != 0) return Unavailable("no pipe");
    const pid_t maker = getpid();
    const pid_t process = fork();
    if (process == 0) {
      close(ends[0]);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != maker) _exit(kExitInternal);  // It died before it was asked for.
      Work(i, ends[1], run);
    }
    close(ends[1]);
    workers_[i].process = process;
    workers_[i].results = ends[0];
    if (process == -1) return Unavailable("no process");
  }
  return absl::OkStatus();
}

void Workers::Work(size_t worker, int results, const RunSeed& run) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  std::string bytes;
  for (;;) {
    const uint64_t index = taken_->fetch_add(1);
    if (index >= seeds_.count()) _exit(kExitOk);
    running_[worker] = index;
    run(SeedAt(index)).SerializeToString(&bytes);
    const Head head = {index, bytes.size()};
    const absl::string_view before(reinterpret_cast<const char*>(&head), sizeof(head));
    if (!WriteAll(results, before) || !WriteAll(results, bytes)) _exit(kExitEnvironment);
  }
}

absl::StatusOr<settle::RunResult> Workers::Next() {
  while (status_.ok() && ahead_.count(next_) == 0) {
    if (const auto died = dead_.find(next_); died != dead_.end()) return died->second;
    if (stop_ && stop_()) {
      if (ahead_.empty()) return absl::CancelledError("told to stop");
      next_ = ahead_.begin()->first;
      break;
    }
    status_ = Receive();
  }
  if (!status_.ok()) return status_;
  settle::RunResult result;
  if (!result.ParseFromString(ahead_[next_])) {
    return absl::InternalError("a worker sent what is no result");
  }
  ahead_.erase(next_++);
  return result;
}

// Whatever any worker has to say; waits for it.
absl::Status Workers::Receive() {
  std::vector<pollfd> polled;
  bool alive = false;
  for (const Worker& worker : workers_) {
    polled.push_back({worker.results, POLLIN, 0});
    alive = alive || worker.results >= 0;
  }
  if (!alive) return absl::InternalError("all workers are gone");
  if (poll(polled.data(), polled.size(), stop_ ? kMillisBetweenStops : -1) < 0) {
    return errno == EINTR ? absl::OkStatus() : Unavailable("poll");
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    if (polled[i].revents == 0) continue;
    if (absl::Status status = Read(i); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Workers::Read(size_t worker) {
  std::string& received = workers_[worker].received;
  char buffer[1 << 16];
  const ssize_t size = read(workers_[worker].results, buffer, sizeof(buffer));
  if (size < 0) return errno == EINTR ? absl::OkStatus() : Unavailable("read");
  if (size == 0) {
    Ended(worker);
    return absl::OkStatus();
  }
  received.append(buffer, static_cast<size_t>(size));
  for (;;) {
    Head head;
    if (received.size() < sizeof(head)) return absl::OkStatus();
    std::memcpy(&head, received.data(), sizeof(head));
    if (received.size() < sizeof(head) + head.size) return absl::OkStatus();
    ahead_[head.index] = received.substr(sizeof(head), head.size);
    received.erase(0, sizeof(head) + head.size);
  }
}

void Workers::Ended(size_t worker) {
  Worker& ended = workers_[worker];
  close(std::exchange(ended.results, -1));
  int state = 0;
  while (waitpid(ended.process, &state, 0) == -1 && errno == EINTR) {
  }
  ended.process = -1;
  if (WIFEXITED(state) && WEXITSTATUS(state) == kExitOk) return;
  const uint64_t index = running_[worker];
  dead_[index] = absl::InternalError(
      absl::StrCat("a worker died in seed ", SeedAt(index),
                   WIFSIGNALED(state) ? absl::StrCat(", by signal ", WTERMSIG(state))
                                      : absl::StrCat(", with code ", WEXITSTATUS(state))));
}

}  // namespace scenarios
