#include "scenarios/command/crew.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "scenarios/command/exit_code.h"

namespace scenarios {
namespace {

// What is longer than that was no waiting: the whole command was stopped, as by Ctrl-Z, or
// busy with something else.
constexpr absl::Duration kLongestLook = absl::Seconds(1);

// Sends or receives all of it, or returns false: the other end has gone.
template <typename Byte, typename Transfer>
bool All(Byte* bytes, size_t size, Transfer transfer) {
  while (size > 0) {
    const ssize_t done = transfer(bytes, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes += done;
    size -= static_cast<size_t>(done);
  }
  return true;
}

bool SendAll(int socket, const void* bytes, size_t size) {
  return All(static_cast<const char*>(bytes), size, [socket](const char* from, size_t count) {
    return send(socket, from, count, MSG_NOSIGNAL);
  });
}

bool ReceiveAll(int socket, void* bytes, size_t size) {
  return All(static_cast<char*>(bytes), size,
             [socket](char* to, size_t count) { return recv(socket, to, count, 0); });
}

// A text is its size, and its bytes.
bool SendText(int socket, const std::string& text) {
  const uint64_t size = text.size();
  return SendAll(socket, &size, sizeof(size)) && SendAll(socket, text.data(), size);
}

bool ReceiveText(int socket, std::string& text) {
  uint64_t size = 0;
  if (!ReceiveAll(socket, &size, sizeof(size))) return false;
  text.resize(size);
  return ReceiveAll(socket, text.data(), size);
}

void Work(int socket, const Crew::Run& run) {
  SeedBatch batch;
  std::string input;
  while (ReceiveAll(socket, &batch, sizeof(batch)) && ReceiveText(socket, input)) {
    for (uint64_t i = 0; i < batch.count; ++i) {
      if (!SendText(socket, run(batch.task, batch.first + i, input))) return;
    }
  }
}

std::string HowItEnded(int state) {
  if (WIFSIGNALED(state)) return absl::StrCat("its process died: ", strsignal(WTERMSIG(state)));
  const int code = WEXITSTATUS(state);
  return absl::StrCat(
      "its process ended with code ", code,
      code == kExitInternal ? ", as it does when a check of the simulator fails" : "");
}

}  // namespace

Crew::Crew(int workers, absl::Duration patience, Run run)
    : patience_(patience),
      workers_(static_cast<size_t>(workers)),
      zygote_([run = std::move(run)](int socket) { Work(socket, run); }) {}

Crew::~Crew() {
  for (const Worker& worker : workers_) {
    if (worker.socket >= 0) close(worker.socket);
  }
}

bool Crew::idle() const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return worker.batch.count == 0; });
}

bool Crew::all_idle() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return worker.batch.count == 0; });
}

absl::Status Crew::Give(const SeedBatch& batch, const std::string& input) {
  const auto idle = std::find_if(workers_.begin(), workers_.end(),
                                 [](const Worker& worker) { return worker.batch.count == 0; });
  if (idle == workers_.end()) return absl::FailedPreconditionError("nobody is idle");
  const int index = static_cast<int>(idle - workers_.begin());
  for (bool given = false; !given;) {
    const bool fresh = idle->socket < 0;
    if (fresh) {
      const absl::StatusOr<int> socket = zygote_.Fork(index);
      if (!socket.ok()) return socket.status();
      idle->socket = *socket;
    }
    // One that somebody has killed while it had nothing to do is no fault of this batch.
    given =
        (SendAll(idle->socket, &batch, sizeof(batch)) && SendText(idle->socket, input)) || fresh;
    if (given) break;
    std::vector<News> none;
    if (const absl::Status ended = Replace(index, "", none); !ended.ok()) return ended;
  }
  idle->batch = batch;
  idle->begun = Clock::now();
  idle->silent = absl::ZeroDuration();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Crew::News>> Crew::Wait(int millis) {
  std::vector<pollfd> polled;
  for (const Worker& worker : workers_) polled.push_back({worker.socket, POLLIN, 0});
  std::vector<News> news;
  if (poll(polled.data(), polled.size(), millis) < 0) {
    if (errno == EINTR) return news;
    return absl::UnavailableError(absl::StrCat("poll: ", std::strerror(errno)));
  }
  const Clock::time_point now = Clock::now();
  const absl::Duration passed = std::min(absl::FromChrono(now - looked_), kLongestLook);
  looked_ = now;
  for (size_t i = 0; i < workers_.size(); ++i) {
    const int index = static_cast<int>(i);
    absl::Status status;
    workers_[i].silent += passed;
    if (polled[i].revents != 0) {
      status = Read(index, news);
    } else if (workers_[i].batch.count > 0 && workers_[i].silent > patience_) {
      const std::string limit = absl::FormatDuration(patience_);
      status = Replace(index, absl::StrCat("it did not end within ", limit), news);
    }
    if (!status.ok()) return status;
  }
  return news;
}

absl::Status Crew::Read(int index, std::vector<News>& news) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  char buffer[1 << 16];
  const ssize_t size = recv(worker.socket, buffer, sizeof(buffer), 0);
  if (size < 0 && errno == EINTR) return absl::OkStatus();
  if (size <= 0) return Replace(index, "", news);
  worker.received.append(buffer, static_cast<size_t>(size));
  size_t taken = 0;
  uint64_t next = 0;
  while (worker.received.size() - taken >= sizeof(next)) {
    std::memcpy(&next, worker.received.data() + taken, sizeof(next));
    if (worker.received.size() - taken - sizeof(next) < next) break;
    News& told = news.emplace_back();
    told.worker = index;
    told.task = worker.batch.task;
    told.seed = worker.batch.first++;
    told.batch_ends = --worker.batch.count == 0;
    told.result = worker.received.substr(taken + sizeof(next), next);
    taken += sizeof(next) + next;
    worker.silent = absl::ZeroDuration();
    told.took = absl::FromChrono(Clock::now() - worker.begun);
  }
  worker.received.erase(0, taken);
  return absl::OkStatus();
}

// `silence`: that it lives, and does not answer.
absl::Status Crew::Replace(int index, const std::string& silence, std::vector<News>& news) {
  Worker& worker = workers_[static_cast<size_t>(index)];
  const absl::StatusOr<int> state = zygote_.End(index);
  if (!state.ok()) return state.status();
  close(worker.socket);
  if (worker.batch.count > 0) {
    News& told = news.emplace_back();
    told.worker = index;
    told.task = worker.batch.task;
    told.seed = worker.batch.first;
    told.batch_ends = true;
    told.death = silence.empty() ? HowItEnded(*state) : silence;
    told.left = {worker.batch.task, worker.batch.first + 1, worker.batch.count - 1};
    told.took = absl::FromChrono(Clock::now() - worker.begun);
  }
  worker = Worker();  // Another one is forked when there is something to do.
  return absl::OkStatus();
}

}  // namespace scenarios
