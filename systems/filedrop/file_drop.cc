#include "systems/filedrop/file_drop.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "sim/core/time.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace filedrop {
namespace {

using sim::ChoiceKind;

constexpr int64_t kStraySerials = 1'000'000'000;

}  // namespace

void Misstate(Misstated what, StatementLine& line) {
  switch (what) {
    case Misstated::kAmountMore:
      line.set_amount(line.amount() + 1);
      return;
    case Misstated::kAmountLess:
      line.set_amount(line.amount() - 1);
      return;
    case Misstated::kFee:
      line.set_fee(line.fee() + 1);
      return;
    case Misstated::kStatus:
      line.set_status(line.status() == "FAILED" ? "SUCCESS" : "FAILED");
      return;
  }
}

StatementLine StrayAfter(const StatementLine& line) {
  StatementLine stray = line;
  stray.set_serial(kStraySerials + line.serial());
  stray.set_order_id(absl::StrCat(line.order_id(), "?"));
  return stray;
}

int64_t DaysLate(int64_t nanos) {
  constexpr int64_t kDay = sim::Hours(24);
  return (nanos + kDay - 1) / kDay;
}

FileDrop::FileDrop(sim::Env& env) : faults_(env) {}

std::vector<Statement> FileDrop::Listed(const std::vector<Statement>& written, int64_t age_ms) {
  const Statement issued = AsIssued(written);
  const sim::Choice fault = faults_.AskOnce(sim::PlaceKind::kFile, kKind, issued.bill_date());
  const bool over = sim::Millis(age_ms) >= fault.amount;
  std::vector<Statement> listed;
  if (fault.kind == ChoiceKind::kLate && !over) return listed;

  listed.push_back(issued);
  if (fault.kind == ChoiceKind::kTruncated && !over) {
    const int half = issued.line_size() / 2;
    listed[0].mutable_line()->DeleteSubrange(half, issued.line_size() - half);
  }
  if (fault.kind == ChoiceKind::kDuplicate && over) listed.push_back(issued);
  if (fault.kind == ChoiceKind::kCorrected && over) {
    Statement corrected = written.back();
    corrected.set_issue(issued.issue() + 1);
    Seal(corrected);
    listed.push_back(corrected);
  }
  return listed;
}

// With the mistakes of its lines, and with those that come late from days before.
Statement FileDrop::AsIssued(const std::vector<Statement>& written) {
  Statement issued = written.back();
  issued.clear_line();
  for (size_t i = 0; i < written.size(); ++i) {
    const int64_t days_ago = static_cast<int64_t>(written.size() - 1 - i);
    for (const StatementLine& line : written[i].line()) {
      const sim::Choice fault = faults_.AskOnce(sim::PlaceKind::kFileLine, kKind, line.order_id());
      const int64_t days_late = fault.kind == ChoiceKind::kLate ? DaysLate(fault.amount) : 0;
      if (fault.kind == ChoiceKind::kDrop || days_late != days_ago) continue;
      StatementLine& stated = *issued.add_line();
      stated = line;
      if (fault.kind == ChoiceKind::kMisstated) {
        Misstate(static_cast<Misstated>(fault.amount), stated);
      }
      if (fault.kind == ChoiceKind::kStray) *issued.add_line() = StrayAfter(line);
    }
  }
  Seal(issued);
  return issued;
}

}  // namespace filedrop
