// CPU time and memory of this process. Wall time means little on a machine that
// others use too.

#ifndef TESTS_BENCH_CPU_TIME_H_
#define TESTS_BENCH_CPU_TIME_H_

#include <sys/resource.h>

#include <cstdint>
#include <ctime>

namespace bench {

inline double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The most that was resident so far, in KiB.
inline int64_t PeakMemory() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace bench

#endif  // TESTS_BENCH_CPU_TIME_H_
