// The provider (B): a bank that executes payments for merchants of other companies.
//
// It accepts a payment at once and executes it later; tells the merchant the result
// as best it can; answers whoever asks; and takes a payment back if the merchant asks for
// that (reversals.h). Nothing else that a merchant does or fails to do makes it undo
// anything, unless `refused_notice` says so (merchant.h).

#ifndef SYSTEMS_EXCHANGE_PROVIDER_H_
#define SYSTEMS_EXCHANGE_PROVIDER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/exchange/enquiry.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/ingress.h"
#include "systems/exchange/merchant.h"
#include "systems/exchange/processing.h"
#include "systems/exchange/reversals.h"
#include "systems/exchange/statements.h"
#include "systems/protocols/notify/notifier.h"

namespace exchange {

// "exchange.Provider".
sim::SystemSpec ProviderSystem();

class Provider final : public sim::Component {
 public:
  explicit Provider(sim::Env& env);

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<ResendReply>> Resend(ResendRequest request);

  sim::Env& env_;
  Merchant merchant_;
  notify::Notifier notifier_;
  Enquiry enquiry_;
  Processing processing_;
  Reversals reversals_;
  Ingress ingress_;
  Statements statements_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_PROVIDER_H_
