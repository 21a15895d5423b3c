// Matchers for absl::Status and absl::StatusOr.
//
//   EXPECT_THAT(world().Call("b", kSubmit, request), IsOk());
//   EXPECT_THAT(reply, StatusIs(absl::StatusCode::kDeadlineExceeded));
//   EXPECT_THAT(reply, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("refused")));

#ifndef SIM_TESTING_STATUS_MATCHERS_H_
#define SIM_TESTING_STATUS_MATCHERS_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

namespace sim {

namespace internal {

inline const absl::Status& StatusIn(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusIn(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace internal

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  const absl::Status& status = internal::StatusIn(arg);
  *result_listener << "which is " << status;
  return status.ok();
}

MATCHER_P(StatusIs, code,
          std::string(negation ? "is not " : "is ") + absl::StatusCodeToString(code)) {
  const absl::Status& status = internal::StatusIn(arg);
  *result_listener << "which is " << status;
  return status.code() == code;
}

MATCHER_P2(StatusIs, code, message,
           std::string(negation ? "is not " : "is ") + absl::StatusCodeToString(code) + " that " +
               testing::DescribeMatcher<std::string>(message)) {
  const absl::Status& status = internal::StatusIn(arg);
  *result_listener << "which is " << status;
  return status.code() == code && testing::Matches(message)(std::string(status.message()));
}

}  // namespace sim

#endif  // SIM_TESTING_STATUS_MATCHERS_H_
