// Peer: another simulator that does the same workloads, to be measured beside ours.
//
//   --peer=ns3=/opt/peers/peer_ns3
//
// The command is run by /bin/sh with one more argument, W1, W2 or W3, and prints a
// line with that word and with
//
//   ns_per_item=NUMBER   CPU time of the workload alone, without start-up
//   sum=HEXADECIMAL      the workload's checksum (tests/bench/workload.h)
//   items=NUMBER         how many items it did; of another number than ours the sum
//                        cannot be compared
//
// among other words, in any order. An item is what workload.h says.

#ifndef TESTS_BENCH_PEER_H_
#define TESTS_BENCH_PEER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

struct Peer {
  std::string name;
  std::string command;
};

// Of the text behind "--peer=". InvalidArgument says what is wrong with it.
absl::StatusOr<Peer> ParsePeer(absl::string_view text);

struct PeerResult {
  double ns_per_item = 0;
  uint64_t items = 0;
  uint64_t sum = 0;
};

// Out of what a peer has printed for `workload`. InvalidArgument says what it lacks.
absl::StatusOr<PeerResult> ParsePeerOutput(absl::string_view workload, absl::string_view output);

// Runs the command. Its errors, its exit code and its output are told in the status.
absl::StatusOr<PeerResult> RunPeer(const Peer& peer, absl::string_view workload);

}  // namespace bench

#endif  // TESTS_BENCH_PEER_H_
