// The calls between clients, clerks and the store of pages.

#ifndef SCENARIOS_LOCK_METHODS_H_
#define SCENARIOS_LOCK_METHODS_H_

#include "scenarios/lock/page.pb.h"
#include "sim/net/method.h"

namespace page {

// Served by clerks.
inline constexpr sim::Method<WriteRequest, WriteReply> kWrite{"page.Write",
                                                              sim::Visibility::kPublic};

// Served by the store. Appending is open to the world, so that it can be tried with a
// token that nobody has issued.
inline constexpr sim::Method<ReadRequest, ReadReply> kRead{"page.Read"};
inline constexpr sim::Method<AppendRequest, AppendReply> kAppend{"page.Append",
                                                                 sim::Visibility::kPublic};
inline constexpr sim::Method<TokenRequest, TokenReply> kNextToken{"page.NextToken"};

}  // namespace page

#endif  // SCENARIOS_LOCK_METHODS_H_
