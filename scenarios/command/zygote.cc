#include "scenarios/command/zygote.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "scenarios/command/exit_code.h"

namespace scenarios {
namespace {

// To the zygote; a fork brings the worker's socket along. It answers each with an int:
// 0 or -errno of a fork, the state of a worker that was ended.
struct Request {
  enum Kind : int { kFork, kEnd } kind;
  int worker;
};

// Space for one file descriptor beside a message.
union Attached {
  char bytes[CMSG_SPACE(sizeof(int))];
  cmsghdr aligned;
};

// A request with a socket, unless that is -1.
bool Send(int control, const Request& request, int socket) {
  iovec part = {const_cast<Request*>(&request), sizeof(request)};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Attached attached = {};
  if (socket >= 0) {
    message.msg_control = attached.bytes;
    message.msg_controllen = sizeof(attached.bytes);
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(head), &socket, sizeof(socket));
  }
  ssize_t sent;
  while ((sent = sendmsg(control, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  return sent == sizeof(request);
}

// False: whoever asks is gone.
bool Receive(int control, Request& request, int& socket) {
  iovec part = {&request, sizeof(request)};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Attached attached = {};
  message.msg_control = attached.bytes;
  message.msg_controllen = sizeof(attached.bytes);
  ssize_t size;
  while ((size = recvmsg(control, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  socket = -1;
  const cmsghdr* head = CMSG_FIRSTHDR(&message);
  if (head != nullptr && head->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&socket, CMSG_DATA(head), sizeof(socket));
  }
  return size == sizeof(request);
}

// The child of `maker` that this process is shall not outlive it.
void DieWith(pid_t maker) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != maker) _exit(kExitInternal);  // It died before this was asked for.
}

// Its workers that have not been ended, by number.
using Living = std::map<int, pid_t>;

int ForkWorker(int control, int socket, const Zygote::Work& work, int worker, Living& living) {
  const pid_t maker = getpid();
  const pid_t process = fork();
  if (process == 0) {
    DieWith(maker);
    close(control);
    work(socket);
    _exit(kExitOk);
  }
  if (process < 0) return -errno;
  living[worker] = process;
  return 0;
}

int EndWorker(int worker, Living& living) {
  const auto found = living.find(worker);
  if (found == living.end()) return 0;
  int state = 0;
  kill(found->second, SIGKILL);  // Says nothing to one that has ended by itself.
  while (waitpid(found->second, &state, 0) == -1 && errno == EINTR) {
  }
  living.erase(found);
  return state;
}

[[noreturn]] void Serve(int control, const Zygote::Work& work) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  Living living;
  Request request;
  int socket;
  while (Receive(control, request, socket)) {
    const int answer = request.kind == Request::kFork
                           ? ForkWorker(control, socket, work, request.worker, living)
                           : EndWorker(request.worker, living);
    if (socket >= 0) close(socket);  // Else nobody would see the end of the worker.
    if (send(control, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer)) break;
  }
  while (!living.empty()) EndWorker(living.begin()->first, living);
  _exit(kExitOk);
}

absl::Status Unavailable(absl::string_view what) {
  return absl::UnavailableError(
      absl::StrCat("cannot start workers: ", what, ": ", std::strerror(errno)));
}

absl::StatusOr<int> Ask(int control, const Request& request, int socket) {
  int answer = 0;
  ssize_t size = -1;
  if (Send(control, request, socket)) {
    while ((size = recv(control, &answer, sizeof(answer), 0)) < 0 && errno == EINTR) {
    }
  }
  if (size == sizeof(answer)) return answer;
  return absl::UnavailableError("the process that forks workers is gone");
}

}  // namespace

Zygote::Zygote(const Work& work) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    status_ = Unavailable("no socket");
    return;
  }
  const pid_t maker = getpid();
  process_ = fork();
  if (process_ == 0) {
    DieWith(maker);
    close(ends[0]);
    Serve(ends[1], work);
  }
  if (process_ == -1) status_ = Unavailable("no process");
  close(ends[1]);
  control_ = ends[0];
}

Zygote::~Zygote() {
  if (control_ >= 0) close(control_);  // Which tells it to end.
  if (process_ <= 0) return;
  while (waitpid(process_, nullptr, 0) == -1 && errno == EINTR) {
  }
}

absl::StatusOr<int> Zygote::Fork(int worker) {
  if (!status_.ok()) return status_;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Unavailable("no socket");
  }
  const absl::StatusOr<int> answer = Ask(control_, {Request::kFork, worker}, ends[1]);
  close(ends[1]);
  if (answer.ok() && *answer == 0) return ends[0];
  close(ends[0]);
  if (!answer.ok()) return answer.status();
  errno = -*answer;
  return Unavailable("no process");
}

absl::StatusOr<int> Zygote::End(int worker) { return Ask(control_, {Request::kEnd, worker}, -1); }

}  // namespace scenarios
