// Ingress: the provider's gateway, where submissions arrive.
//
// What it rejects has had no effect, and the number can be used again. What it
// accepts is stored before the answer, once for each order number, and will be
// executed or fail. A repetition is answered like the first; another payment under
// the same number is refused, and so is one whose reversal has come first. How copies that arrive
// at once are put in order (turns.h) and how a number is known (recognition.h) are settings:
//
//   take the turn -> is it known? -> accept it -> record that -> end the turn

#ifndef SYSTEMS_EXCHANGE_INGRESS_H_
#define SYSTEMS_EXCHANGE_INGRESS_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/enquiry.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/fence.h"
#include "systems/exchange/processing.h"
#include "systems/exchange/recognition.h"
#include "systems/exchange/turns.h"

namespace exchange {

class Ingress {
 public:
  Ingress(sim::Env& env, Processing& processing, Enquiry& enquiry);

  void Serve();

 private:
  sim::Task<absl::StatusOr<SubmitReply>> Submit(SubmitRequest request);
  sim::Task<absl::StatusOr<SubmitReply>> InTurn(SubmitRequest request, int64_t token);
  sim::Task<absl::StatusOr<SubmitReply>> Accept(SubmitRequest request, int64_t token);
  sim::Task<absl::StatusOr<sim::Result>> Insert(SubmitRequest request, int64_t token);
  sim::Task<> Adopt(SubmitRequest request);
  sim::Task<absl::StatusOr<SubmitReply>> Repeated(SubmitRequest request);

  sim::Env& env_;
  sim::Database db_;
  Processing& processing_;
  Enquiry& enquiry_;
  const Fence fence_;
  const std::unique_ptr<Turns> turns_;
  const std::unique_ptr<Recognition> recognition_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_INGRESS_H_
