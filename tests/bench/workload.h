// The three workloads on which simulators are compared, and what each must give.
//
//   W1  timers: 1000 processes sleep 5000 times each. An item is a wake-up.
//   W2  ping-pong: 100 pairs make 5000 round trips each. An item is a message.
//   W3  transfers: 50 clients ask a coordinator 2000 times each for a transfer; it
//       debits one ledger, then credits another. An item is a transfer: three
//       calls, six messages, three timers armed and cancelled.
//
// Delays come from streams of the workload's own, one for each process, so that
// nothing drawn depends on how ties are broken: every right implementation has
// the same checksum. One tick is a nanosecond here.

#ifndef TESTS_BENCH_WORKLOAD_H_
#define TESTS_BENCH_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

// A linear congruential generator; 31 bits a draw.
class Stream {
 public:
  explicit Stream(uint64_t process) : state_((process + 1) * 0x9E3779B97F4A7C15ULL) {}

  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>((static_cast<uint64_t>(Next()) * bound) >> 31);
  }
  int64_t Delay() { return 1 + int64_t{Below(1'000'000)}; }

 private:
  uint32_t Next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<uint32_t>(state_ >> 33);
  }
  uint64_t state_;
};

// Full size by default.
struct Size {
  int processes = 0;  // W1: sleepers, W2: pairs, W3: clients
  int rounds = 0;     // W1: sleeps, W2: round trips, W3: transfers, of each
};

inline constexpr Size kW1{1000, 5000};
inline constexpr Size kW2{100, 5000};
inline constexpr Size kW3{50, 2000};
inline constexpr uint32_t kAccounts = 1000;
inline constexpr int64_t kDeadline = 50'000'000;  // of every call

// What a workload has to show at its end.
struct Checksum {
  uint64_t sum = 0;    // of the instants of all items
  int64_t end = 0;     // the last of them
  uint64_t state = 0;  // W3: of both ledgers
  bool operator==(const Checksum&) const = default;

  void Add(int64_t now) {
    sum += static_cast<uint64_t>(now);
    end = now;
  }
};

// At full size.
inline constexpr Checksum kW1Sum{0x0016365a641b1340, 2556463976, 0};
inline constexpr Checksum kW2Sum{0x0008e193587c06ec, 5069360829, 0};
inline constexpr Checksum kW3Sum{0x000110b31b9d48d3, 6054388152, 0x0000121f39cea63a};

inline uint64_t StateOf(const std::vector<int64_t>& debited, const std::vector<int64_t>& credited) {
  uint64_t state = 0;
  for (size_t i = 0; i < debited.size(); ++i) {
    state += static_cast<uint64_t>(debited[i]) * (2 * i + 1);
    state += static_cast<uint64_t>(credited[i]) * (7919 * i + 3);
  }
  return state;
}

}  // namespace bench

#endif  // TESTS_BENCH_WORKLOAD_H_
