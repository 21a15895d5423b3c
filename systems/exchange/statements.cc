#include "systems/exchange/statements.h"

#include <vector>

#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {

using filedrop::Statement;
using sim::Task;
using sim::Try;

namespace {

constexpr absl::Duration kLookEvery = absl::Minutes(10);

constexpr char kLines[] =
    "SELECT serial, order_id, amount, fee, status, settled_at FROM settlement"
    " WHERE bill_date = ? ORDER BY serial";

Statement StatementOf(const std::string& bill_date, const sim::Result& rows) {
  Statement statement;
  statement.set_bill_date(bill_date);
  statement.set_issue(1);
  statement.set_currency(std::string(kContract.currency));
  for (const sim::Row& row : rows) {
    filedrop::StatementLine& line = *statement.add_line();
    line.set_serial(row.Int(0));
    line.set_order_id(row.Text(1));
    line.set_amount(row.Int(2));
    line.set_fee(row.Int(3));
    line.set_status(row.Text(4));
    line.set_at(row.Int(5));
  }
  filedrop::Seal(statement);
  return statement;
}

}  // namespace

Statements::Statements(sim::Env& env)
    : env_(env), db_(env.database()), days_(env.settings().Int("day_ends_at_ms")), drop_(env) {}

Task<absl::Status> Statements::Start() {
  if (!env_.settings().Is("statement", "on")) co_return absl::OkStatus();
  env_.Serve(kFetchStatement, this, &Statements::Fetch);
  auto last = co_await Try(db_.Execute("SELECT max(bill_date) FROM statement"));
  // The first file is of the day before B was opened: clocks of others may be slow.
  next_ = last[0].IsNull(0) ? days_.Of(env_.clock().NowMillis()) - 1
                            : BillDays::Parse(last[0].Text(0)) + 1;
  env_.Every("statements", kLookEvery, this, &Statements::WriteDue);
  co_return absl::OkStatus();
}

Task<> Statements::WriteDue() {
  while (env_.clock().NowMillis() >= days_.EndOf(next_)) {
    const absl::Status written = co_await Write(next_);
    // If it cannot be told whether there is a file, the next look says that there is.
    if (!written.ok() && !absl::IsAlreadyExists(written)) co_return;
    ++next_;
  }
}

Task<absl::Status> Statements::Write(int64_t day) {
  const std::string bill_date = BillDays::Text(day);
  auto txn = co_await Try(db_.Begin());
  co_await Try(
      txn.Execute("UPDATE settlement SET bill_date = ?"
                  " WHERE bill_date = '' AND settled_at < ?",
                  bill_date, days_.EndOf(day)));
  auto rows = co_await Try(txn.Execute(kLines, bill_date));
  const Statement statement = StatementOf(bill_date, rows);
  co_await Try(txn.Execute("INSERT INTO statement VALUES(?, ?, ?, ?)", bill_date, statement.count(),
                           statement.total(), env_.clock().NowMillis()));
  co_return co_await txn.Commit();
}

Task<absl::StatusOr<FetchStatementReply>> Statements::Fetch(FetchStatementRequest request) {
  FetchStatementReply reply;
  auto header = co_await Try(
      db_.Execute("SELECT written_at FROM statement WHERE bill_date = ?", request.bill_date()));
  if (header.empty()) co_return reply;
  const int64_t written_at = header[0].Int(0);

  const int64_t day = BillDays::Parse(request.bill_date());
  std::vector<Statement> written;
  for (int64_t before = filedrop::kMostDaysLate; before >= 0; --before) {
    Statement statement = co_await Try(Read(BillDays::Text(day - before)));
    written.push_back(std::move(statement));
  }
  for (const Statement& statement : drop_.Listed(written, env_.clock().NowMillis() - written_at)) {
    *reply.add_statement() = statement;
  }
  co_return reply;
}

Task<absl::StatusOr<Statement>> Statements::Read(std::string bill_date) {
  auto rows = co_await Try(db_.Execute(kLines, bill_date));
  co_return StatementOf(bill_date, rows);
}

}  // namespace exchange
