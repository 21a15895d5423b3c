// Merchant: the initiator, as the provider's notifier reaches it.
//
// A merchant that refuses the notice of a success is told again later. Some providers
// take the refusal for its decision instead, and cancel the payment without another
// word (academe/SagePay#38).

#ifndef SYSTEMS_EXCHANGE_MERCHANT_H_
#define SYSTEMS_EXCHANGE_MERCHANT_H_

#include <string>

#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/reversals.h"
#include "systems/protocols/notify/notifier.h"

namespace exchange {

class Merchant final : public notify::Recipient {
 public:
  // `reversals` may be made later.
  Merchant(sim::Env& env, Reversals& reversals)
      : env_(env),
        db_(env.database()),
        reversals_(reversals),
        cancels_(env.settings().Is("refused_notice", "cancel")) {}

  // Kinds: RESULT, whether the payment has succeeded (also if it was reversed
  // since), and REVERSAL.
  sim::Task<notify::Answer> Tell(std::string order_id, std::string kind) override;

 private:
  sim::Env& env_;
  sim::Database db_;
  Reversals& reversals_;
  const bool cancels_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_MERCHANT_H_
