#include "scenarios/exchange/order_numbers.h"

#include <utility>

#include "absl/strings/ascii.h"

namespace scenarios {

OrderNumbers::OrderNumbers(std::string initiator) : initiator_(std::move(initiator)) {}

void OrderNumbers::Observe(const sim::Commit& commit) {
  if (commit.database != initiator_) return;
  for (const sim::RowChange& change : commit.changes) {
    if (change.table->name == "trade_order") orders_.insert(change.Key());
  }
}

std::string OrderNumbers::OrderOf(absl::string_view number) const {
  for (size_t end = number.size(); end > 0; --end) {
    const bool whole =
        end == number.size() || !absl::ascii_isalnum(static_cast<unsigned char>(number[end]));
    if (!whole) continue;
    const absl::string_view order = number.substr(0, end);
    if (orders_.count(order) > 0) return std::string(order);
  }
  return std::string(number);
}

}  // namespace scenarios
