// SIM_CHECK: an invariant of the simulator itself.
//
//   SIM_CHECK(slot < heap_.size()) << "event " << slot << " was never scheduled";
//
// A failed check is a bug of ours or a wiring mistake of the user's, never a
// finding about the system under test: the process says where and why, and
// aborts. The `settle` command turns the abort into exit code 70.

#ifndef SIM_CORE_CHECK_H_
#define SIM_CORE_CHECK_H_

#include <sstream>

namespace sim::internal {

// Collects the message; its destructor prints it and aborts.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  CheckFailure(const CheckFailure&) = delete;
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return message_; }

 private:
  std::ostringstream message_;
};

// Gives both branches of the macro's conditional the type void.
struct Voidify {
  void operator&(std::ostream&) const {}
};

}  // namespace sim::internal

#define SIM_CHECK(condition)                 \
  (condition) ? static_cast<void>(0)         \
              : ::sim::internal::Voidify() & \
                    ::sim::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

#endif  // SIM_CORE_CHECK_H_
