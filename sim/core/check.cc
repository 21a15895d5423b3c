#include "sim/core/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sim::internal {

CheckFailure::CheckFailure(const char* file, int line, const char* condition) {
  message_ << file << ":" << line << ": internal error: " << condition << " does not hold: ";
}

CheckFailure::~CheckFailure() {
  const std::string text = message_.str();
  std::fprintf(stderr, "%s\n", text.c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace sim::internal
