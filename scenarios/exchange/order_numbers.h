// OrderNumbers: which order of A a number belongs to, whoever bears it.
//
// A business has one number, the order's. What goes wrong elsewhere is that A
// derives others from it ("order-7#2") for the same payment. Promises are made
// for orders, so checks ask here before they compare.
//
//   OrderNumbers numbers("a");
//   numbers.Observe(commit);
//   numbers.OrderOf("order-7#2");  // "order-7"

#ifndef SCENARIOS_EXCHANGE_ORDER_NUMBERS_H_
#define SCENARIOS_EXCHANGE_ORDER_NUMBERS_H_

#include <functional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

namespace scenarios {

class OrderNumbers {
 public:
  explicit OrderNumbers(std::string initiator);

  // Learns the orders that A stores.
  void Observe(const sim::Commit& commit);

  // The longest number of an order with which `number` begins and after which no
  // letter or digit follows; `number` itself if there is none.
  std::string OrderOf(absl::string_view number) const;

 private:
  const std::string initiator_;
  std::set<std::string, std::less<>> orders_;
};

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_ORDER_NUMBERS_H_
