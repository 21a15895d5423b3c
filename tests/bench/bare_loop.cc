#include "tests/bench/bare_loop.h"

#include <cstdlib>
#include <memory>

#include "tests/bench/calendar_queue.h"

namespace bench {
namespace {

// The queue with a clock.
class Loop {
 public:
  int64_t now() const { return now_; }
  void After(int64_t delay, uint32_t kind, void* subject, uint32_t slot = 0) {
    queue_.Push({now_ + delay, ++sequence_, subject, kind, slot});
  }
  bool Next(BareEvent& event) {
    if (!queue_.Pop(event)) return false;
    now_ = event.at;
    return true;
  }

 private:
  CalendarQueue queue_;
  uint64_t sequence_ = 0;
  int64_t now_ = 0;
};

struct Sleeper {
  Stream stream;
  int left;
};

struct Pair {
  Stream a, b;
  int left;
  uint64_t value;
  uint64_t message;
};

struct Client {
  Stream stream;
  int left;
  uint32_t timer;
};

struct Transfer {
  Client* client;
  uint32_t from, to;
  int64_t amount;
  uint32_t timer;
};

// Deadlines that are cancelled by moving their slot on; stale ones are skipped.
class Deadlines {
 public:
  uint32_t Arm(Loop& loop, uint32_t kind) {
    uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<uint32_t>(generation_.size());
      generation_.push_back(0);
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    loop.After(kDeadline, kind, reinterpret_cast<void*>(uintptr_t{generation_[slot]}), slot);
    return slot;
  }
  void Cancel(uint32_t slot) {
    ++generation_[slot];
    free_.push_back(slot);
  }
  bool stale(const BareEvent& event) const {
    return generation_[event.slot] != reinterpret_cast<uintptr_t>(event.subject);
  }

 private:
  std::vector<uint32_t> generation_;
  std::vector<uint32_t> free_;
};

enum Kind : uint32_t {
  kPing,
  kPong,
  kAtCoordinator,
  kAtDebit,
  kDebited,
  kAtCredit,
  kCredited,
  kDone,
  kTimeout,
};

class Transfers {
 public:
  explicit Transfers(Size size) : debited_(kAccounts), credited_(kAccounts) {
    for (int i = 0; i < size.processes; ++i) {
      clients_.push_back({Stream(static_cast<uint64_t>(i)), size.rounds, 0});
    }
  }

  Checksum Run() {
    size_t active = clients_.size();
    for (Client& client : clients_) Begin(client);
    Checksum checksum;
    BareEvent event;
    while (active > 0 && loop_.Next(event)) {
      if (event.kind == kTimeout) {
        if (!deadlines_.stale(event)) std::abort();  // Every call is answered.
        continue;
      }
      if (event.kind != kDone) {
        Go(static_cast<Kind>(event.kind), *static_cast<Transfer*>(event.subject));
        continue;
      }
      Client& client = *static_cast<Client*>(event.subject);
      deadlines_.Cancel(client.timer);
      checksum.Add(loop_.now());
      if (--client.left > 0) {
        Begin(client);
      } else {
        --active;
      }
    }
    checksum.state = StateOf(debited_, credited_);
    return checksum;
  }

 private:
  void Begin(Client& client) {
    Transfer* transfer;
    if (free_.empty()) {
      transfers_.push_back(std::make_unique<Transfer>());
      transfer = transfers_.back().get();
    } else {
      transfer = free_.back();
      free_.pop_back();
    }
    transfer->client = &client;
    transfer->from = client.stream.Below(kAccounts);
    transfer->to = client.stream.Below(kAccounts);
    transfer->amount = 1 + client.stream.Below(100);
    client.timer = deadlines_.Arm(loop_, kTimeout);
    loop_.After(client.stream.Delay(), kAtCoordinator, transfer);
  }

  void Go(Kind kind, Transfer& transfer) {
    Client& client = *transfer.client;
    switch (kind) {
      case kAtCoordinator:
        transfer.timer = deadlines_.Arm(loop_, kTimeout);
        loop_.After(client.stream.Delay(), kAtDebit, &transfer);
        break;
      case kAtDebit:
        debited_[transfer.from] -= transfer.amount;
        loop_.After(client.stream.Delay(), kDebited, &transfer);
        break;
      case kDebited:
        deadlines_.Cancel(transfer.timer);
        transfer.timer = deadlines_.Arm(loop_, kTimeout);
        loop_.After(client.stream.Delay(), kAtCredit, &transfer);
        break;
      case kAtCredit:
        credited_[transfer.to] += transfer.amount;
        loop_.After(client.stream.Delay(), kCredited, &transfer);
        break;
      case kCredited:
        deadlines_.Cancel(transfer.timer);
        free_.push_back(&transfer);
        loop_.After(client.stream.Delay(), kDone, &client);
        break;
      default:
        std::abort();
    }
  }

  Loop loop_;
  Deadlines deadlines_;
  std::vector<Client> clients_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> free_;
  std::vector<int64_t> debited_, credited_;
};

}  // namespace

Checksum BareLoopW1(Size size) {
  Loop loop;
  std::vector<Sleeper> sleepers;
  for (int i = 0; i < size.processes; ++i) {
    sleepers.push_back({Stream(static_cast<uint64_t>(i)), size.rounds});
  }
  for (Sleeper& sleeper : sleepers) loop.After(sleeper.stream.Delay(), 0, &sleeper);
  Checksum checksum;
  BareEvent event;
  while (loop.Next(event)) {
    Sleeper& sleeper = *static_cast<Sleeper*>(event.subject);
    checksum.Add(loop.now());
    if (--sleeper.left > 0) loop.After(sleeper.stream.Delay(), 0, &sleeper);
  }
  return checksum;
}

Checksum BareLoopW2(Size size) {
  Loop loop;
  std::vector<Pair> pairs;
  for (uint64_t i = 0; i < static_cast<uint64_t>(size.processes); ++i) {
    pairs.push_back({Stream(2 * i), Stream(2 * i + 1), size.rounds, i, i});
  }
  for (Pair& pair : pairs) loop.After(pair.a.Delay(), kPing, &pair);
  Checksum checksum;
  BareEvent event;
  while (loop.Next(event)) {
    Pair& pair = *static_cast<Pair*>(event.subject);
    checksum.Add(loop.now());
    if (event.kind == kPing) {
      ++pair.message;
      loop.After(pair.b.Delay(), kPong, &pair);
      continue;
    }
    if (pair.message != pair.value + 1) std::abort();
    pair.value = pair.message;
    if (--pair.left > 0) loop.After(pair.a.Delay(), kPing, &pair);
  }
  return checksum;
}

Checksum BareLoopW3(Size size) { return Transfers(size).Run(); }

}  // namespace bench
