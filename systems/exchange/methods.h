// The calls between customers, initiator and provider.

#ifndef SYSTEMS_EXCHANGE_METHODS_H_
#define SYSTEMS_EXCHANGE_METHODS_H_

#include "sim/net/method.h"
#include "systems/exchange/exchange.pb.h"

namespace exchange {

// Served by the initiator, for the front ends of customers.
inline constexpr sim::Method<PayRequest, PayReply> kPay{"exchange.Pay", sim::Visibility::kPeople};
inline constexpr sim::Method<OrderStatusRequest, OrderStatusReply> kOrderStatus{
    "exchange.OrderStatus", sim::Visibility::kPeople};

// Served by the provider.
inline constexpr sim::Method<SubmitRequest, SubmitReply> kSubmit{"exchange.Submit",
                                                                 sim::Visibility::kPublic};
inline constexpr sim::Method<QueryRequest, QueryReply> kQuery{"exchange.Query",
                                                              sim::Visibility::kPublic};
inline constexpr sim::Method<ResendRequest, ResendReply> kResend{"exchange.Resend",
                                                                 sim::Visibility::kPublic};
inline constexpr sim::Method<ReverseRequest, ReverseReply> kReverse{"exchange.Reverse",
                                                                    sim::Visibility::kPublic};

inline constexpr sim::Method<FetchStatementRequest, FetchStatementReply> kFetchStatement{
    "exchange.FetchStatement", sim::Visibility::kPublic};

// Served by the initiator, for the provider.
inline constexpr sim::Method<ResultNotice, NoticeReply> kNotifyResult{"exchange.NotifyResult",
                                                                      sim::Visibility::kPublic};
inline constexpr sim::Method<ReversalNotice, NoticeReply> kNotifyReversal{"exchange.NotifyReversal",
                                                                          sim::Visibility::kPublic};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_METHODS_H_
