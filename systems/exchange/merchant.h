// Merchant: the initiator, as the provider's notifier reaches it.

#ifndef SYSTEMS_EXCHANGE_MERCHANT_H_
#define SYSTEMS_EXCHANGE_MERCHANT_H_

#include <string>

#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/protocols/notify/notifier.h"

namespace exchange {

class Merchant final : public notify::Recipient {
 public:
  explicit Merchant(sim::Env& env) : env_(env), db_(env.database()) {}

  // Kinds: RESULT, whether the payment has succeeded (also if it was reversed
  // since), and REVERSAL.
  sim::Task<notify::Answer> Tell(std::string order_id, std::string kind) override;

 private:
  sim::Env& env_;
  sim::Database db_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_MERCHANT_H_
