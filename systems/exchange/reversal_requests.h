// Reversal requests: the initiator takes back what stays unconfirmed for too long (冲正).
//
// The request is written before it is sent, and sent again under the number of the order
// until it is answered (store and forward): once written it stands, whatever is heard of
// the order meanwhile, and nothing is submitted any more. It travels on its own and may
// overtake the submission. What the answer says has become of the payment is booked before
// the repetitions end: a notice may have been refused for the last time by then, and nobody
// asks about a success.
//
// Source: ISO 8583, 0420 with reason 4021 (timeout waiting for response) and its repeat
// 0421.

#ifndef SYSTEMS_EXCHANGE_REVERSAL_REQUESTS_H_
#define SYSTEMS_EXCHANGE_REVERSAL_REQUESTS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/orders.h"
#include "systems/scheduler/agenda.h"

namespace exchange {

class ReversalRequests {
 public:
  ReversalRequests(sim::Env& env, Orders& orders);

  // Goes on with what the tables hold. Once, at boot. Nothing, if it asks for none.
  sim::Task<absl::Status> Start();

  // The order is on its way since then; it is taken back unless it ends in time.
  void Watch(const std::string& order_id, int64_t since);

  // Whether a request about the order is written.
  sim::Task<absl::StatusOr<bool>> Written(std::string order_id);

  // Whether an answer has told the provider's number of a reversal.
  sim::Task<absl::StatusOr<bool>> Known(std::string reversal_no);

  // From the first request to the last, in milliseconds.
  static int64_t Length();

 private:
  sim::Task<> Run();
  sim::Task<> Look(std::string order_id);
  sim::Task<absl::Status> FollowUp(std::string order_id);
  sim::Task<absl::Status> Write(std::string order_id);
  sim::Task<absl::Status> Ask(Order order);
  sim::Task<absl::Status> Close(std::string order_id, std::string status, std::string reversal_no);

  sim::Env& env_;
  sim::Database db_;
  Orders& orders_;
  scheduler::Agenda due_;
  const bool on_;
  const int64_t after_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_REVERSAL_REQUESTS_H_
