#include "systems/exchange/verification.h"

#include <cstdint>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "systems/exchange/contract.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {
namespace {

using absl::StrCat;
using filedrop::Statement;
using filedrop::StatementLine;

std::string WrongLine(const StatementLine& line) {
  if (line.serial() <= 0) return StrCat("a line has the serial ", line.serial());
  if (line.order_id().empty()) return "a line names no order";
  if (line.amount() <= 0) return StrCat("a line states the amount ", line.amount());
  if (line.fee() < 0 || line.fee() > line.amount()) {
    return StrCat("a line states the fee ", line.fee(), " of ", line.amount());
  }
  if (line.status() != "SUCCESS" && line.status() != "FAILED" && line.status() != "REVERSED") {
    return StrCat("a line states the status \"", line.status(), "\"");
  }
  return "";
}

}  // namespace

std::string ReasonToRefuse(const Statement& statement, const std::string& bill_date) {
  // Dates as text have the order of time.
  if (statement.bill_date() < bill_date) {
    return StrCat("replayed: it is of ", statement.bill_date());
  }
  if (statement.bill_date() > bill_date) {
    return StrCat("from the future: it is of ", statement.bill_date());
  }
  if (statement.currency() != kContract.currency) {
    return StrCat("in a foreign currency: ", statement.currency());
  }
  if (statement.count() != statement.line_size()) {
    return StrCat("the header counts ", statement.count(), " lines, and there are ",
                  statement.line_size());
  }
  std::set<int64_t> serials;
  for (const StatementLine& line : statement.line()) {
    const std::string wrong = WrongLine(line);
    if (!wrong.empty()) return wrong;
    if (!serials.insert(line.serial()).second) {
      return StrCat("two lines have the serial ", line.serial());
    }
  }
  if (filedrop::TotalOf(statement) > std::numeric_limits<int64_t>::max()) {
    return "the total is more money than there is";
  }
  if (statement.total() != filedrop::TotalText(statement)) {
    return StrCat("the header's total is ", statement.total(), ", the lines' ",
                  filedrop::TotalText(statement));
  }
  if (statement.digest() != filedrop::DigestOf(statement)) return "the digest is wrong";
  return "";
}

}  // namespace exchange
