// How far open transactions of one database are kept apart.

#ifndef SIM_STORAGE_ISOLATION_H_
#define SIM_STORAGE_ISOLATION_H_

#include <cstdint>

namespace sim {

enum class Isolation : uint8_t {
  // A plain read sees what was committed when it ran, and the transaction's own
  // changes. Two reads may differ.
  kReadCommitted,

  // Plain reads see what was committed when the first of them ran, and the
  // transaction's own changes. Writes and FOR UPDATE see the newest rows, as in
  // MySQL; FOR UPDATE of a key that is not there locks the gap around it.
  kRepeatableRead,
};

}  // namespace sim

#endif  // SIM_STORAGE_ISOLATION_H_
