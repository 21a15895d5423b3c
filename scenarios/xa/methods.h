// What coordinator and vaults are called for.

#ifndef SCENARIOS_XA_METHODS_H_
#define SCENARIOS_XA_METHODS_H_

#include "scenarios/xa/transfer.pb.h"
#include "sim/net/method.h"

namespace transfer {

inline constexpr sim::Method<PayRequest, PayReply> kPay{"transfer.Pay", sim::Visibility::kPublic};
inline constexpr sim::Method<PrepareRequest, PrepareReply> kPrepare{"transfer.Prepare"};
inline constexpr sim::Method<FinishRequest, FinishReply> kFinish{"transfer.Finish"};
inline constexpr sim::Method<RecoverRequest, RecoverReply> kRecover{"transfer.Recover"};

}  // namespace transfer

#endif  // SCENARIOS_XA_METHODS_H_
