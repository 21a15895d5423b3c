#include "systems/exchange/ingress.h"

#include "systems/exchange/methods.h"
#include "systems/exchange/trade.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr char kInsert[] =
    "INSERT INTO trade(order_id, merchant, payer, payee, amount, currency, status, settled,"
    "  accepted_at) VALUES(?, ?, ?, ?, ?, ?, 'ACCEPTED', 0, ?)";

bool Acceptable(const SubmitRequest& request) {
  return !request.order_id().empty() && !request.merchant().empty() && !request.payer().empty() &&
         !request.payee().empty() && request.payer() != request.payee() && request.amount() > 0 &&
         !request.currency().empty();
}

SubmitReply ReplyOf(SubmitReply::Result result) {
  SubmitReply reply;
  reply.set_result(result);
  return reply;
}

}  // namespace

Ingress::Ingress(sim::Env& env, Processing& processing, Enquiry& enquiry)
    : env_(env),
      db_(env.database()),
      processing_(processing),
      enquiry_(enquiry),
      fence_(env.settings()),
      turns_(MakeTurns(env)),
      recognition_(MakeRecognition(env, fence_)) {}

void Ingress::Serve() {
  env_.Serve(kSubmit, this, &Ingress::Submit);
  recognition_->Start();
}

Task<absl::StatusOr<SubmitReply>> Ingress::Submit(SubmitRequest request) {
  if (env_.settings().Quirk("submit_not_unique") || env_.settings().Quirk("conflict_is_an_error")) {
    auto rows = co_await Try(
        db_.Execute("SELECT trade_no FROM trade WHERE order_id = ?", request.order_id()));
    if (!rows.empty()) co_return co_await Repeated(request);
  }
  // Signatures take their time to verify.
  co_await env_.clock().Sleep(
      absl::Milliseconds(1 + env_.Draw("verification", request.order_id(), 4)));
  if (!request.signature()) co_return ReplyOf(SubmitReply::REJECTED_SIGNATURE);
  if (!Acceptable(request)) co_return ReplyOf(SubmitReply::REJECTED_PARAMETERS);

  Turn turn = co_await Try(turns_->Take(request.order_id()));
  const int64_t token = turn.token() > 0 ? turn.token() : request.token();
  auto reply = co_await InTurn(request, token);
  co_await turn.End();
  co_return reply;
}

Task<absl::StatusOr<SubmitReply>> Ingress::InTurn(SubmitRequest request, int64_t token) {
  const bool known = co_await Try(recognition_->Known(request.order_id(), token));
  if (known) co_return co_await Repeated(request);
  auto reply = co_await Accept(request, token);
  if (reply.ok()) {
    co_await Try(recognition_->Record(request.order_id()));
  } else if (!absl::IsUnknown(reply.status())) {
    co_await recognition_->Forget(request.order_id());
  }
  co_return reply;
}

Task<absl::StatusOr<sim::Result>> Ingress::Insert(SubmitRequest request, int64_t token) {
  const int64_t now = env_.clock().NowMillis();
  if (!fence_.on() && token == 0 && !recognition_->together()) {
    co_return co_await db_.Execute(kInsert, request.order_id(), request.merchant(), request.payer(),
                                   request.payee(), request.amount(), request.currency(), now);
  }
  auto txn = co_await Try(db_.Begin());
  co_await Try(fence_.Show(txn, request.order_id(), token));
  auto inserted =
      co_await Try(txn.Execute(kInsert, request.order_id(), request.merchant(), request.payer(),
                               request.payee(), request.amount(), request.currency(), now));
  co_await Try(recognition_->RecordIn(txn, request.order_id()));
  co_await Try(txn.Commit());
  co_return inserted;
}

Task<absl::StatusOr<SubmitReply>> Ingress::Accept(SubmitRequest request, int64_t token) {
  const auto inserted = co_await Insert(request, token);
  const bool taken = absl::IsAlreadyExists(inserted.status());
  if (taken && !env_.settings().Quirk("conflict_is_an_error")) co_return co_await Repeated(request);
  if (absl::IsUnknown(inserted.status())) env_.Spawn("adopt", request.order_id(), Adopt(request));
  if (!inserted.ok()) co_return inserted.status();

  enquiry_.Remember(request.order_id(), "ACCEPTED");
  processing_.Begin(Trade(inserted->inserted_id(), request));
  SubmitReply reply = ReplyOf(SubmitReply::ACCEPTED);
  reply.set_advise_query_after_ms(env_.settings().Int("advise_query_after_ms"));
  co_return reply;
}

// Nobody knows whether the trade is there. If it is, it has to be executed.
Task<> Ingress::Adopt(SubmitRequest request) {
  for (;;) {
    auto rows =
        co_await db_.Execute("SELECT trade_no FROM trade WHERE order_id = ?", request.order_id());
    if (rows.ok()) {
      if (!rows->empty()) processing_.Begin(Trade((*rows)[0].Int(0), request));
      co_return;
    }
    co_await env_.clock().Sleep(absl::Seconds(1));
  }
}

Task<absl::StatusOr<SubmitReply>> Ingress::Repeated(SubmitRequest request) {
  auto rows = co_await Try(
      db_.Execute("SELECT merchant = ? AND payer = ? AND payee = ? AND amount = ? AND currency = ?,"
                  "  accepted_at FROM trade WHERE order_id = ? ORDER BY trade_no LIMIT 1",
                  request.merchant(), request.payer(), request.payee(), request.amount(),
                  request.currency(), request.order_id()));
  // Who has set the key is still at it, or has died.
  if (rows.empty()) co_return absl::AbortedError("a copy of it is in progress");
  const bool same = rows[0].Int(0) != 0;
  if (!same && !env_.settings().Quirk("parameters_not_compared_at_b")) {
    co_return ReplyOf(SubmitReply::PARAMETER_MISMATCH);
  }
  if (rows[0].Int(1) == 0) co_return ReplyOf(SubmitReply::REVERSED_BEFORE);
  SubmitReply reply = ReplyOf(SubmitReply::ACCEPTED);
  reply.set_advise_query_after_ms(env_.settings().Int("advise_query_after_ms"));
  co_return reply;
}

}  // namespace exchange
