#include "tests/bench/bare_coroutines.h"

#include <coroutine>
#include <cstdlib>
#include <deque>
#include <utility>

#include "tests/bench/calendar_queue.h"
#include "tests/bench/frame_pool.h"

namespace bench {
namespace {

struct Pooled {
  static void* operator new(size_t bytes) { return FramePool::Get().Allocate(bytes); }
  static void operator delete(void* frame, size_t bytes) { FramePool::Get().Release(frame, bytes); }
};

// A process: runs when told to, and its frame goes when it ends.
struct Process {
  struct promise_type : Pooled {
    Process get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::abort(); }
  };
  std::coroutine_handle<promise_type> frame;
};

// A part of a process, awaited by it.
class Part {
 public:
  struct promise_type : Pooled {
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().parent;
      }
      void await_resume() noexcept {}
    };
    Part get_return_object() {
      return Part(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Final final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::abort(); }
    std::coroutine_handle<> parent;
  };

  explicit Part(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Part(Part&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  ~Part() {
    if (frame_) frame_.destroy();
  }
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) {
    frame_.promise().parent = parent;
    return frame_;
  }
  void await_resume() {}

 private:
  std::coroutine_handle<promise_type> frame_;
};

class Mailbox;

struct PendingCall {
  std::coroutine_handle<> caller;
  uint32_t timer = 0;
};

struct Message {
  uint64_t a = 0, b = 0;
  int64_t amount = 0;
  Mailbox* to = nullptr;        // null: a reply
  PendingCall* call = nullptr;  // whose reply, or whom to reply to
  Stream* delays = nullptr;     // of the process on whose behalf it travels
  Message* next = nullptr;
};

// First in, first out; one process waits at it.
class Mailbox {
 public:
  bool await_ready() const { return head_ != nullptr; }
  void await_suspend(std::coroutine_handle<> frame) { waiting_ = frame; }
  Message* await_resume() { return std::exchange(head_, head_->next); }

  void Put(Message* message) {
    message->next = nullptr;
    (head_ == nullptr ? head_ : tail_->next) = message;
    tail_ = message;
    if (waiting_) std::exchange(waiting_, {}).resume();
  }

 private:
  Message* head_ = nullptr;
  Message* tail_ = nullptr;
  std::coroutine_handle<> waiting_;
};

class Machine {
 public:
  int64_t now() const { return now_; }
  void Stop() { stopped_ = true; }

  class Sleep {
   public:
    Sleep(Machine& machine, int64_t delay) : machine_(machine), delay_(delay) {}
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> frame) {
      machine_.After(delay_, kResume, frame.address(), 0);
    }
    void await_resume() {}

   private:
    Machine& machine_;
    int64_t delay_;
  };
  Sleep For(int64_t delay) { return Sleep(*this, delay); }

  void Send(Mailbox* to, int64_t delay, const Message& message) {
    Message* const copy = Take();
    *copy = message;
    copy->to = to;
    After(delay, kDeliver, copy, 0);
  }
  void Reply(const Message& request) {
    Message* const reply = Take();
    reply->to = nullptr;
    reply->call = request.call;
    After(request.delays->Delay(), kDeliver, reply, 0);
  }
  void Release(Message* message) {
    message->next = free_;
    free_ = message;
  }

  // A request with a deadline; the reply resumes the caller.
  class Call {
   public:
    Call(Machine& machine, Mailbox* to, const Message& request)
        : machine_(machine), to_(to), request_(request) {}
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
      call_.caller = caller;
      call_.timer = machine_.Arm();
      request_.call = &call_;
      machine_.Send(to_, request_.delays->Delay(), request_);
    }
    void await_resume() {}

   private:
    Machine& machine_;
    Mailbox* to_;
    Message request_;
    PendingCall call_;
  };

  void Run() {
    BareEvent event;
    while (!stopped_ && queue_.Pop(event)) {
      if (event.kind == kTimeout) {
        if (generation_[event.slot] == reinterpret_cast<uintptr_t>(event.subject)) std::abort();
        continue;
      }
      now_ = event.at;
      if (event.kind == kResume) {
        std::coroutine_handle<>::from_address(event.subject).resume();
        continue;
      }
      Message* const message = static_cast<Message*>(event.subject);
      if (message->to != nullptr) {
        message->to->Put(message);
        continue;
      }
      PendingCall& call = *message->call;
      ++generation_[call.timer];
      free_slots_.push_back(call.timer);
      Release(message);
      call.caller.resume();
    }
  }

 private:
  enum Kind : uint32_t { kResume, kDeliver, kTimeout };

  void After(int64_t delay, Kind kind, void* subject, uint32_t slot) {
    queue_.Push({now_ + delay, ++sequence_, subject, kind, slot});
  }
  uint32_t Arm() {
    uint32_t slot;
    if (free_slots_.empty()) {
      slot = static_cast<uint32_t>(generation_.size());
      generation_.push_back(0);
    } else {
      slot = free_slots_.back();
      free_slots_.pop_back();
    }
    After(kDeadline, kTimeout, reinterpret_cast<void*>(uintptr_t{generation_[slot]}), slot);
    return slot;
  }
  Message* Take() {
    if (free_ != nullptr) return std::exchange(free_, free_->next);
    return &messages_.emplace_back();
  }

  CalendarQueue queue_;
  uint64_t sequence_ = 0;
  int64_t now_ = 0;
  bool stopped_ = false;
  std::vector<uint32_t> generation_;
  std::vector<uint32_t> free_slots_;
  std::deque<Message> messages_;
  Message* free_ = nullptr;
};

Process RunSleeper(Machine& machine, Checksum& checksum, uint64_t number, int sleeps) {
  Stream stream(number);
  for (int i = 0; i < sleeps; ++i) {
    co_await machine.For(stream.Delay());
    checksum.Add(machine.now());
  }
}

Process RunPing(Machine& machine, Checksum& checksum, uint64_t pair, int trips, Mailbox& mine,
                Mailbox& its) {
  Stream stream(2 * pair);
  uint64_t value = pair;
  for (int i = 0; i < trips; ++i) {
    Message ping;
    ping.a = value;
    machine.Send(&its, stream.Delay(), ping);
    Message* const pong = co_await mine;
    checksum.Add(machine.now());
    if (pong->a != value + 1) std::abort();
    value = pong->a;
    machine.Release(pong);
  }
}

Process RunPong(Machine& machine, Checksum& checksum, uint64_t pair, int trips, Mailbox& mine,
                Mailbox& its) {
  Stream stream(2 * pair + 1);
  for (int i = 0; i < trips; ++i) {
    Message* const ping = co_await mine;
    checksum.Add(machine.now());
    Message pong;
    pong.a = ping->a + 1;
    machine.Release(ping);
    machine.Send(&its, stream.Delay(), pong);
  }
}

Process RunLedger(Machine& machine, Mailbox& mine, std::vector<int64_t>& accounts) {
  for (;;) {
    Message* const request = co_await mine;
    accounts[request->a] += request->amount;
    machine.Reply(*request);
    machine.Release(request);
  }
}

Part Book(Machine& machine, Mailbox& ledger, Stream* delays, uint64_t account, int64_t amount) {
  Message request;
  request.a = account;
  request.amount = amount;
  request.delays = delays;
  co_await Machine::Call(machine, &ledger, request);
}

Process Handle(Machine& machine, Message request, Mailbox& debit, Mailbox& credit) {
  co_await Book(machine, debit, request.delays, request.a, -request.amount);
  co_await Book(machine, credit, request.delays, request.b, request.amount);
  machine.Reply(request);
}

Process RunCoordinator(Machine& machine, Mailbox& mine, Mailbox& debit, Mailbox& credit) {
  for (;;) {
    Message* const message = co_await mine;
    const Message request = *message;
    machine.Release(message);
    Handle(machine, request, debit, credit).frame.resume();
  }
}

Process RunClient(Machine& machine, Checksum& checksum, uint64_t number, int transfers,
                  Mailbox& coordinator, int& active) {
  Stream stream(number);
  for (int i = 0; i < transfers; ++i) {
    Message request;
    request.a = stream.Below(kAccounts);
    request.b = stream.Below(kAccounts);
    request.amount = 1 + stream.Below(100);
    request.delays = &stream;
    co_await Machine::Call(machine, &coordinator, request);
    checksum.Add(machine.now());
  }
  if (--active == 0) machine.Stop();
}

void StartAll(const std::vector<Process>& processes) {
  for (const Process& process : processes) process.frame.resume();
}

}  // namespace

Checksum BareCoroutinesW1(Size size) {
  Machine machine;
  Checksum checksum;
  std::vector<Process> processes;
  for (int i = 0; i < size.processes; ++i) {
    processes.push_back(RunSleeper(machine, checksum, static_cast<uint64_t>(i), size.rounds));
  }
  StartAll(processes);
  machine.Run();
  return checksum;
}

Checksum BareCoroutinesW2(Size size) {
  Machine machine;
  Checksum checksum;
  std::deque<Mailbox> mailboxes;
  std::vector<Process> processes;
  for (int i = 0; i < size.processes; ++i) {
    const uint64_t pair = static_cast<uint64_t>(i);
    Mailbox& a = mailboxes.emplace_back();
    Mailbox& b = mailboxes.emplace_back();
    processes.push_back(RunPing(machine, checksum, pair, size.rounds, a, b));
    processes.push_back(RunPong(machine, checksum, pair, size.rounds, b, a));
  }
  StartAll(processes);
  machine.Run();
  return checksum;
}

Checksum BareCoroutinesW3(Size size) {
  Machine machine;
  Checksum checksum;
  Mailbox debit, credit, coordinator;
  std::vector<int64_t> debited(kAccounts), credited(kAccounts);
  int active = size.processes;
  std::vector<Process> endless;
  endless.push_back(RunLedger(machine, debit, debited));
  endless.push_back(RunLedger(machine, credit, credited));
  endless.push_back(RunCoordinator(machine, coordinator, debit, credit));
  StartAll(endless);
  std::vector<Process> clients;
  for (int i = 0; i < size.processes; ++i) {
    clients.push_back(
        RunClient(machine, checksum, static_cast<uint64_t>(i), size.rounds, coordinator, active));
  }
  StartAll(clients);
  machine.Run();
  for (const Process& process : endless) process.frame.destroy();
  checksum.state = StateOf(debited, credited);
  return checksum;
}

}  // namespace bench
