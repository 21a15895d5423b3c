#include "systems/exchange/initiator.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/recon_tables.h"
#include "systems/exchange/reversal_tables.h"
#include "systems/exchange/turns.h"

namespace exchange {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr int64_t kDay = sim::Hours(24) / sim::Millis(1);
constexpr int64_t kWeek = 7 * kDay;

std::string Schema(const sim::Settings& settings) {
  const std::string schema = absl::StrCat(
      kOrdersSchema, AsksForReversals(settings) ? kReversalTables : "", LockTables(settings));
  if (settings.Is("reconcile", "off")) return schema;
  const bool again = settings.Quirk("statement_processed_again");
  return absl::StrCat(schema, kReconTables, again ? "" : kOneBatchPerDay);
}

}  // namespace

Initiator::Initiator(sim::Env& env)
    : env_(env),
      db_(env.database()),
      plan_(env.settings()),
      open_(env),
      orders_(env, open_),
      reversals_(env, orders_),
      egress_(env, orders_, open_, reversals_),
      lost_orders_(env, orders_, egress_, open_),
      notices_(env, orders_, lost_orders_, reversals_),
      reconciliation_(env, orders_),
      statements_(env, reconciliation_) {}

Task<absl::Status> Initiator::Start() {
  env_.Serve(kPay, this, &Initiator::Pay);
  env_.Serve(kOrderStatus, this, &Initiator::OrderStatus);
  notices_.Serve();
  co_await Try(lost_orders_.Start());
  co_await Try(reversals_.Start());
  statements_.Start();
  auto unsent = co_await Try(db_.Execute("SELECT order_id FROM trade_order WHERE status = 'INIT'"));
  for (const sim::Row& row : unsent) egress_.Submit(row.Text(0));
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PayReply>> Initiator::Pay(PayRequest request) {
  const int64_t now = env_.clock().NowMillis();
  const int64_t ask_at = now + plan_.FirstWait(/*advised=*/0);
  auto inserted = co_await db_.Execute(
      "INSERT INTO trade_order VALUES(?, ?, ?, ?, ?, 'INIT', ?, ?, 0, 0)", request.order_id(),
      request.payer(), request.payee(), request.amount(), request.currency(), now, ask_at);
  if (absl::IsAlreadyExists(inserted.status())) co_return co_await Repeated(request);
  // If nobody knows, the order may be there, and then somebody has to look after it.
  if (inserted.ok() || absl::IsUnknown(inserted.status())) {
    open_.Put(request.order_id(), ask_at);
  }
  if (!inserted.ok()) co_return inserted.status();

  egress_.Submit(request.order_id());
  PayReply reply;
  reply.set_result(PayReply::ACCEPTED);
  reply.set_status("INIT");
  co_return reply;
}

// The number is taken: by the same payment, which is then answered alike, or by
// another one.
Task<absl::StatusOr<PayReply>> Initiator::Repeated(PayRequest request) {
  const std::optional<Order> order = co_await Try(orders_.Find(request.order_id()));
  if (!order.has_value()) co_return absl::InternalError("an order has vanished");
  const bool same = order->payer == request.payer() && order->payee == request.payee() &&
                    order->amount == request.amount() && order->currency == request.currency();
  PayReply reply;
  reply.set_result(PayReply::ACCEPTED);
  if (!same && !env_.settings().Quirk("retry_parameters_not_compared")) {
    reply.set_result(PayReply::PARAMETER_MISMATCH);
  }
  reply.set_status(order->status);
  co_return reply;
}

Task<absl::StatusOr<OrderStatusReply>> Initiator::OrderStatus(OrderStatusRequest request) {
  const std::optional<Order> order = co_await Try(orders_.Find(request.order_id()));
  OrderStatusReply reply;
  reply.set_found(order.has_value());
  if (order.has_value()) reply.set_status(order->status);
  co_return reply;
}

sim::SystemSpec InitiatorSystem() {
  sim::SystemSpec spec;
  spec.name = "exchange.Initiator";
  spec.about = "A shop's order system (A), which pays through a provider of another company.";
  spec.roles = {{"provider",
                 "exchange.Provider",
                 {"exchange.Submit", "exchange.Query", "exchange.Resend", "exchange.Reverse",
                  "exchange.FetchStatement"}},
                {"cache", "cache.Cache", LockMethods(), LocksInCache}};
  spec.switches = {
      {"channels",
       "how it learns outcomes: is told (push), asks (pull)",
       "both",
       {"both", "push", "pull"}},
      {"reversal_first",
       "what it does with a reversal that overtakes its success",
       "reject_and_resend",
       {"reject_and_resend", "query_and_collapse"}},
      {"submit_attempts",
       "how often it submits without an answer before it asks",
       absl::StrCat(kContract.submit_attempts),
       {},
       1,
       1'000},
      SerialiseSwitch(),
      {"max_queries",
       "after how many queries a person takes over",
       absl::StrCat(kContract.queries_most),
       {},
       1,
       1'000},
      {"query_backoff_ms",
       "how long it waits to ask if nobody advises; doubles",
       absl::StrCat(absl::ToInt64Milliseconds(kContract.query_after)),
       {},
       1,
       kWeek},
      {"query_backoff_cap_ms",
       "the longest wait between two queries",
       absl::StrCat(absl::ToInt64Milliseconds(kContract.query_wait_most)),
       {},
       1,
       kWeek},
      {"reverse_after_ms",
       "how long an order may stay unconfirmed before it is taken back; 0 = for ever",
       "0",
       {},
       0,
       kWeek},
      {"reconcile",
       "whether it compares its orders with the provider's statements, day by day",
       "off",
       {"on", "off"}},
      {"day_ends_at_ms",
       "when a day ends for statements, after midnight UTC",
       absl::StrCat(absl::ToInt64Milliseconds(kContract.day_ends_at)),
       {},
       0,
       kDay - 1},
      {"statement_after_ms",
       "when it fetches the statement, after the end of the day",
       absl::StrCat(absl::ToInt64Milliseconds(kContract.statement_after)),
       {},
       0,
       kWeek},
  };
  spec.quirks = {
      {"timeout_is_failure", "takes a submission without an answer for failed",
       "antiwork/gumroad#6620", Trigger::Faults({sim::LateAnswers(), ChoiceKind::kSystemError})},
      {"rejection_settles_order", "takes the refusal of a repeated submission for the end of all",
       "this project: a refusal is definitive, and who tried how often before is easily forgotten",
       Trigger::Faults({sim::LateAnswers(), ChoiceKind::kSystemError})},
      {"system_error_is_failure", "takes an error of the provider's own for a refusal",
       "this project: an error page is an answer, and answers are easily taken for decisions",
       Trigger::Faults({ChoiceKind::kSystemError})},
      {"key_per_attempt", "submits under a fresh number at each attempt",
       "globalpayments/dotnet-sdk#94",
       Trigger::Faults({sim::LateAnswers(), ChoiceKind::kSystemError})},
      {"unconditional_update", "sets the status without comparing the old one",
       "woocommerce/woocommerce-gateway-stripe#905",
       Trigger::Nothing("its statements do not compare the status, changed or not")},
      {"ignores_zero_rows", "logs a move and answers as if the update had changed a row",
       "this project: an UPDATE of 0 rows is no error, and nothing else says that a race is lost",
       Trigger::Faults({sim::LateAnswers()})},
      {"query_timer_in_memory", "forgets at a restart which orders to ask about",
       "roncoo/roncoo-pay AppOrderPollingApplication.tasks, a DelayQueue that nothing reloads",
       Trigger::Faults({ChoiceKind::kCrash})},
      {"reversal_skips_success", "books a reversal before the success that it reverses",
       "this project: who has only seen messages in their order writes 'any open status'",
       Trigger::Faults({sim::LateAnswers()})},
      {"duplicate_reversal_refused", "answers a repeated reversal as not processed",
       "academe/SagePay#38", Trigger::Faults({sim::LateAnswers(), ChoiceKind::kDuplicate})},
      {"duplicate_notice_is_error", "answers a repeated notice of a result as not processed",
       "academe/SagePay#38", Trigger::Faults({sim::LateAnswers(), ChoiceKind::kDuplicate})},
      {"reversal_known_by_answer",
       "knows a reversal in its book by the number in the answer, which the notice may overtake",
       "woocommerce/woocommerce-gateway-stripe#2724, #838", Trigger::Faults({sim::LateAnswers()})},
      {"retry_parameters_not_compared", "accepts another payment under a number that is taken",
       "this project: what docs.stripe.com/api/idempotent_requests compares, left out",
       Trigger::Nothing("the customer's own mistake is enough")},
      {"over_status_not_compared", "takes its own success for true, whatever the statement says",
       "roncoo/roncoo-pay ReconciliationCheckBiz, which never gives PLATFORM_OVER_STATUS_MISMATCH",
       Trigger::Faults({sim::LateAnswers(), ChoiceKind::kMisstated})},
      {"unknown_lines_skipped", "says nothing of a line that is about no order of its own",
       "this project: a join from the orders' side, in which a line without an order is none",
       Trigger::Faults({ChoiceKind::kStray})},
      {"orders_of_the_day_only", "looks for a line among its orders of that day and the buffer",
       "roncoo/roncoo-pay ReconciliationCheckBiz.baseOnBank",
       Trigger::Nothing("the cut-off comes every day")},
      {"repair_overwrites", "repairs by writing the provider's status, at every look",
       "no published source: a script that 'makes the two sides equal'",
       Trigger::Faults({sim::LateAnswers(), ChoiceKind::kMisstated})},
      {"statement_processed_again", "processes each file of a day that it is given",
       "The-Commit-Company/mint#152", Trigger::Nothing("A's own second look is enough")},
      {"statement_fetched_late", "fetches the file of a day a week after it is due",
       "no published source: a job that was meant to run daily and runs weekly",
       Trigger::Faults({sim::LateAnswers()})},
      {"statement_not_verified", "processes a file without looking at its header",
       "no published source: a reader that begins where the lines begin",
       Trigger::Faults({ChoiceKind::kTruncated})},
  };
  spec.outcomes = {{"signing_key", "1: a submission is signed with a key that has expired"}};
  spec.methods = {kPay, kOrderStatus, kNotifyResult, kNotifyReversal};
  spec.tasks = {"submit",
                "query",
                "lost_orders",
                "reverse",
                "reversals",
                "reconcile",
                std::string(lock::kRenewTask)};
  spec.schema = Schema;
  spec.make = [](sim::Env& env) { return std::make_unique<Initiator>(env); };
  spec.tries_for = [](const sim::Settings& settings) {
    sim::Nanos tries = sim::Millis(QueryPlan(settings).length(/*advised=*/0));
    if (AsksForReversals(settings)) {
      tries += sim::Millis(settings.Int("reverse_after_ms") + ReversalRequests::Length());
    }
    if (settings.Is("reconcile", "on")) {
      // Until the last file is there, and what it lacks has left the buffer.
      tries += sim::Millis((2 + kContract.buffer_days) * kDay + settings.Int("statement_after_ms"));
    }
    return tries;
  };
  return spec;
}

}  // namespace exchange
