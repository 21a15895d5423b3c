// LockWait: a task waits until its transaction is granted a lock.
//
//   LockWait wait(simulation, transactions, txn, kLockTimeout);
//   if (co_await wait == LockWait::End::kGranted) ...  // execute it again
//
// One that is destroyed leaves the queue; a lock that was granted to it before it
// ran passes on to the next.

#ifndef SIM_STORAGE_LOCK_WAIT_H_
#define SIM_STORAGE_LOCK_WAIT_H_

#include <string>

#include "sim/core/waiter.h"
#include "sim/storage/open_transactions.h"

namespace sim {

class LockWait final : public Waiter {
 public:
  enum class End { kGranted, kTooLate, kGone };

  LockWait(Simulation& simulation, OpenTransactions& transactions, OpenTransaction& txn,
           Nanos timeout)
      : Waiter(simulation), transactions_(transactions), txn_(&txn), timeout_(timeout) {}
  ~LockWait() override;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> frame);
  End await_resume();

  std::string Describe() const override;

  // Who stood in the way, after it was too late.
  const std::string& text() const { return text_; }

  // Its transaction waits no longer; or is gone, while the task still waited.
  void Grant();
  void Leave();

 private:
  enum class State { kIdle, kQueued, kGranted, kTooLate, kGone };
  void Wake() override;
  void ResumeNow();

  OpenTransactions& transactions_;
  OpenTransaction* txn_;
  const Nanos timeout_;
  State state_ = State::kIdle;
  std::string text_;
  uint64_t lock_ = 0;      // 0 if it waits for a gap
  RecordId released_ = 0;  // what the last holder did before it passed the lock on
};

}  // namespace sim

#endif  // SIM_STORAGE_LOCK_WAIT_H_
