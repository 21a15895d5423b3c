// Signal: wakes who waits, for work that has arrived.
//
//   for (;;) {
//     ... do what is due ...
//     co_await arrived_.Wait(simulation);   // or WhenAny with a sleep
//   }
//
// Edge-triggered with a memory of one: a Notify that nobody waits for lets the
// next Wait go on at once, so that work arriving between the look and the wait
// is not missed. All who wait are woken, each by an event of its own, in the
// order in which they came; a destroyed waiter leaves the queue, and if it had
// been woken but had not run, the signal is given again: a waiter must look for
// itself whether there is work. What a woken task does is caused by the Notify.

#ifndef SIM_CORE_SIGNAL_H_
#define SIM_CORE_SIGNAL_H_

#include <list>

#include "sim/core/waiter.h"

namespace sim {

class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void Notify();

  class Awaiter final : public Waiter {
   public:
    Awaiter(Signal& signal, Simulation& simulation) : Waiter(simulation), signal_(signal) {}
    ~Awaiter() override;
    bool await_ready();
    void await_suspend(std::coroutine_handle<> frame);
    void await_resume() { woken_ = false; }

   private:
    friend class Signal;
    void Wake() override { Resume(news_); }
    Signal& signal_;
    bool queued_ = false;
    bool woken_ = false;
    RecordId news_ = 0;  // what led to the Notify
    std::list<Awaiter*>::iterator self_;
  };

  Awaiter Wait(Simulation& simulation) { return Awaiter(*this, simulation); }

 private:
  bool remembered_ = false;
  std::list<Awaiter*> waiting_;
};

}  // namespace sim

#endif  // SIM_CORE_SIGNAL_H_
