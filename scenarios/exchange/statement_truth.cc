#include "scenarios/exchange/statement_truth.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "scenarios/checks/table_check.h"
#include "sim/choice/place.h"
#include "sim/storage/value.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/mistakes.h"
#include "systems/filedrop/file_drop.h"

namespace scenarios {
namespace {

using filedrop::Misstated;
using sim::ChoiceKind;

// What FileDrop adds to the number of the order before it.
constexpr char kStray[] = "?";

int64_t Number(const sim::Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

bool Is(const StatementTruth::Order& order, Misstated what) {
  return order.misstated(static_cast<int64_t>(what));
}

}  // namespace

StatementTruth::StatementTruth(std::string initiator, std::string provider, exchange::BillDays days)
    : initiator_(std::move(initiator)), provider_(std::move(provider)), days_(days) {}

void StatementTruth::Observe(const sim::Commit& commit) {
  for (const sim::RowChange& change : commit.changes) {
    const std::string& table = change.table->name;
    if (commit.database == initiator_ && table == "trade_order") OnOrder(change);
    if (commit.database == initiator_ && table == "trade_flow") OnFlow(change);
    if (commit.database == provider_ && table == "settlement") OnSettlement(commit, change);
    if (commit.database == provider_ && table == "statement") {
      written_.try_emplace(sim::ToText(After(change, "bill_date")), commit.at);
    }
  }
}

void StatementTruth::OnOrder(const sim::RowChange& change) {
  Order& order = orders_[sim::ToText(After(change, "order_id"))];
  order.status = sim::ToText(After(change, "status"));
  order.amount = Number(After(change, "amount"));
}

void StatementTruth::OnFlow(const sim::RowChange& change) {
  const std::string cause = sim::ToText(After(change, "cause"));
  if (cause == "recon") return;
  Order& order = orders_[sim::ToText(After(change, "order_id"))];
  const std::string status = sim::ToText(After(change, "to_status"));
  order.told.insert(status);
  if (status == "SUCCESS") order.succeeded_at = Number(After(change, "at"));
}

void StatementTruth::OnSettlement(const sim::Commit& commit, const sim::RowChange& change) {
  Order& order = orders_[sim::ToText(After(change, "order_id"))];
  if (order.settled.empty()) order.settled_at = commit.at;
  order.settled = sim::ToText(After(change, "status"));
  order.settled_amount = Number(After(change, "amount"));
  order.settled_fee = Number(After(change, "fee"));
  order.bill_date = sim::ToText(After(change, "bill_date"));
}

void StatementTruth::Observe(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  if (!point.ok()) return;
  const sim::Place place = point->place();
  if (place.node != provider_ || place.method != filedrop::FileDrop::kKind) return;
  const std::string key(place.key);
  if (place.kind == sim::PlaceKind::kFileLine) {
    orders_[key].fault = pin.kind;
    orders_[key].fault_amount = pin.amount;
  }
  if (place.kind == sim::PlaceKind::kFile) OnFile(key, pin);
}

void StatementTruth::OnFile(const std::string& day, const sim::Pin& pin) {
  if (pin.kind == ChoiceKind::kCorrected) corrected_.insert(day);
  const bool whole_later = pin.kind == ChoiceKind::kLate || pin.kind == ChoiceKind::kTruncated;
  if (whole_later) withheld_[day] = pin.amount;
}

StatementTruth::Order StatementTruth::Of(const std::string& number) const {
  const auto found = orders_.find(number);
  return found == orders_.end() ? Order() : found->second;
}

std::set<StatementTruth::Mistake> StatementTruth::Expected(const std::string& number,
                                                           const Order& order) const {
  std::set<Mistake> expected;
  if (order.bill_date.empty()) return expected;  // In no statement, so nobody can know.
  if (order.fault == ChoiceKind::kDrop) {
    // What A has not heard of either is in nobody's papers.
    if (order.status != "SUCCESS" && order.status != "REVERSED") return expected;
    const int64_t day = days_.Of(order.succeeded_at) + exchange::kContract.buffer_days;
    expected.insert({number, exchange::kBankMiss, exchange::BillDays::Text(day)});
    return expected;
  }

  int64_t stands = exchange::BillDays::Parse(order.bill_date);
  if (order.fault == ChoiceKind::kLate) stands += filedrop::DaysLate(order.fault_amount);
  const std::string day = exchange::BillDays::Text(stands);
  auto expect = [&](const char* mistake) { expected.insert({number, mistake, day}); };
  if (order.fault == ChoiceKind::kStray) {
    expected.insert({number + kStray, exchange::kPlatformMiss, day});
  }
  if (Is(order, Misstated::kStatus)) {
    // FAILED is stated as SUCCESS, all else as FAILED, which A may have believed.
    const bool short_of = order.settled == "FAILED" || order.status == "FAILED";
    expect(short_of ? exchange::kShortStatus : exchange::kOverStatus);
    return expected;
  }
  if (order.untold()) {
    expect(order.told.count("SUCCESS") > 0 ? exchange::kOverStatus : exchange::kShortStatus);
  }
  if (Is(order, Misstated::kAmountMore)) expect(exchange::kShortCash);
  if (Is(order, Misstated::kAmountLess)) expect(exchange::kOverCash);
  if (Is(order, Misstated::kFee)) expect(exchange::kFee);
  return expected;
}

bool StatementTruth::IsMistake(const std::string& number, const std::string& mistake,
                               const std::string& status) const {
  const Order order = Of(number);
  if (mistake == exchange::kBankMiss) {
    return order.fault == ChoiceKind::kDrop || order.settled.empty();
  }
  if (mistake == exchange::kPlatformMiss) {
    const std::string before(absl::StripSuffix(number, kStray));
    return order.status.empty() && (before == number || Of(before).fault == ChoiceKind::kStray);
  }
  if (mistake == exchange::kShortStatus || mistake == exchange::kOverStatus) {
    return Is(order, Misstated::kStatus) || status != order.settled;
  }
  if (mistake == exchange::kShortCash) {
    return Is(order, Misstated::kAmountMore) || order.amount < order.settled_amount;
  }
  if (mistake == exchange::kOverCash) {
    return Is(order, Misstated::kAmountLess) || order.amount > order.settled_amount;
  }
  return Is(order, Misstated::kFee) || order.settled_fee != exchange::FeeOf(order.amount);
}

sim::Nanos StatementTruth::Readable(const std::string& day) const {
  sim::Nanos readable = 0;
  for (const auto& [written, at] : written_) {  // Dates as text have the order of time.
    if (written > day) break;
    const auto withheld = withheld_.find(written);
    readable = std::max(readable, at + (withheld == withheld_.end() ? 0 : withheld->second));
  }
  return readable;
}

std::set<std::string> StatementTruth::Corrected() const {
  std::set<std::string> days;
  for (const auto& [number, order] : orders_) {
    const bool wrong = order.fault != ChoiceKind::kNone;
    if (wrong && corrected_.count(order.bill_date) > 0) days.insert(order.bill_date);
  }
  return days;
}

}  // namespace scenarios
