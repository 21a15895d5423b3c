#include "systems/exchange/statement_pull.h"

#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr absl::Duration kLookEvery = absl::Minutes(10);
constexpr absl::Duration kWeek = absl::Hours(7 * 24);
constexpr sim::CallOptions kPatience{.timeout = absl::Minutes(1)};

}  // namespace

StatementPull::StatementPull(sim::Env& env, Reconciliation& reconciliation)
    : env_(env),
      reconciliation_(reconciliation),
      days_(env.settings().Int("day_ends_at_ms")),
      after_(env.settings().Int("statement_after_ms")) {
  if (env.settings().Quirk("statement_fetched_late")) after_ += absl::ToInt64Milliseconds(kWeek);
}

void StatementPull::Start() {
  if (env_.settings().Is("reconcile", "off")) return;
  env_.Every("reconcile", kLookEvery, this, &StatementPull::Look);
}

Task<> StatementPull::Look() {
  finished_ = (co_await Work()).ok();  // If not, the next look goes on.
}

Task<absl::Status> StatementPull::Work() {
  if (!finished_) co_await Try(reconciliation_.Finish());
  if (next_ < 0) next_ = co_await Try(reconciliation_.NextDay());
  if (next_ < 0) co_return absl::OkStatus();
  co_await Try(FetchNext());
  co_return co_await LookAgain();
}

Task<absl::Status> StatementPull::FetchNext() {
  while (env_.clock().NowMillis() >= days_.EndOf(next_) + after_) {
    co_await Try(Fetch(next_));
    const bool processed = co_await Try(reconciliation_.Processed(next_));
    if (!processed) co_return co_await MissIfDue();
    ++next_;
  }
  co_return absl::OkStatus();
}

Task<absl::Status> StatementPull::MissIfDue() {
  const int64_t patience = absl::ToInt64Milliseconds(kContract.statement_missed_after);
  const bool due = env_.clock().NowMillis() >= days_.EndOf(next_) + after_ + patience;
  if (!due || missed_ == next_) co_return absl::OkStatus();
  co_await Try(reconciliation_.Miss(next_));
  missed_ = next_;
  co_return absl::OkStatus();
}

Task<absl::Status> StatementPull::LookAgain() {
  const int64_t today = days_.Of(env_.clock().NowMillis() - after_);
  if (today == looked_again_on_) co_return absl::OkStatus();
  for (int64_t day = next_ - kContract.buffer_days - 1; day < next_; ++day) {
    const bool processed = co_await Try(reconciliation_.Processed(day));
    if (processed) co_await Try(Fetch(day));
  }
  looked_again_on_ = today;
  co_return absl::OkStatus();
}

Task<absl::Status> StatementPull::Fetch(int64_t day) {
  FetchStatementRequest request;
  request.set_bill_date(BillDays::Text(day));
  auto reply = co_await Try(env_.Call(env_.peer("provider"), kFetchStatement, request, kPatience));
  for (const filedrop::Statement& statement : reply.statement()) {
    co_await Try(reconciliation_.Take(day, statement));
  }
  co_return absl::OkStatus();
}

}  // namespace exchange
