// A submission, as the initiator makes it of an order: the same each time, but for its
// signature.

#ifndef SYSTEMS_EXCHANGE_SUBMISSION_H_
#define SYSTEMS_EXCHANGE_SUBMISSION_H_

#include <string>

#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/orders.h"

namespace exchange {

inline SubmitRequest SubmissionOf(const Order& order, const std::string& merchant) {
  SubmitRequest request;
  request.set_order_id(order.order_id);
  request.set_merchant(merchant);
  request.set_payer(order.payer);
  request.set_payee(order.payee);
  request.set_amount(order.amount);
  request.set_currency(order.currency);
  return request;
}

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_SUBMISSION_H_
