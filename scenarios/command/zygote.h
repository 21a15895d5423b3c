// Zygote: a small process from which workers are forked.
//
// It is forked before anything has run and does nothing but fork, so a worker that takes
// the place of a dead one begins like the first: nothing of earlier runs, and no files
// that its maker has opened meanwhile.
//
// Not thread-safe. Zygote and workers ignore the signals that end a command, which are
// its affair, and are gone with this object or with the process that made it.

#ifndef SCENARIOS_COMMAND_ZYGOTE_H_
#define SCENARIOS_COMMAND_ZYGOTE_H_

#include <sys/types.h>

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace scenarios {

class Zygote {
 public:
  // What a worker does with its end of a stream socket; it ends when this returns.
  using Work = std::function<void(int socket)>;

  // Unavailable: processes or sockets cannot be had.
  explicit Zygote(const Work& work);
  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;
  ~Zygote();

  // Forks worker number `worker`, which is none now, and returns our end of its socket.
  absl::StatusOr<int> Fork(int worker);

  // Ends it, if it still lives, and returns how it ended, as waitpid says it.
  absl::StatusOr<int> End(int worker);

 private:
  absl::Status status_;
  pid_t process_ = -1;
  int control_ = -1;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_ZYGOTE_H_
