#include "systems/exchange/egress.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/submission.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr sim::CallOptions kPatience{.timeout = kContract.accept_within};

}  // namespace

Egress::Egress(sim::Env& env, Orders& orders, scheduler::Agenda& open, ReversalRequests& reversals)
    : env_(env),
      db_(env.database()),
      orders_(orders),
      open_(open),
      reversals_(reversals),
      plan_(env.settings()),
      attempts_(env.settings().Int("submit_attempts")),
      turns_(MakeTurns(env)) {}

void Egress::Submit(const std::string& order_id) {
  env_.Spawn("submit", order_id, Run(order_id, /*again=*/false));
}

void Egress::SubmitAgain(const std::string& order_id) {
  env_.Spawn("submit", order_id, Run(order_id, /*again=*/true));
}

Task<> Egress::Run(std::string order_id, bool again) {
  // If this fails, the order is open still, and the lost-order query finds it.
  (co_await InTurn(order_id, again)).IgnoreError();
}

Task<absl::Status> Egress::InTurn(std::string order_id, bool again) {
  Turn turn = co_await Try(turns_->Take(order_id));
  const absl::Status sent = co_await Send(order_id, again, turn.token());
  co_await turn.End();
  co_return sent;
}

Task<absl::Status> Egress::Send(std::string order_id, bool again, int64_t token) {
  if (!again) {
    const auto moved = co_await orders_.Apply(order_id, Event::kSend, "egress");
    // If nobody knows, it may be taken for sent from now on.
    if (moved.ok() || absl::IsUnknown(moved.status())) {
      reversals_.Watch(order_id, env_.clock().NowMillis());
    }
    if (!moved.ok()) co_return moved.status();
    if (*moved != Moved::kMoved) co_return absl::OkStatus();  // sent by another
  }

  absl::Duration pause = absl::Seconds(1);
  int64_t attempt = 1;
  while (attempt <= attempts_) {
    const std::optional<Order> order = co_await Try(orders_.Find(order_id));
    if (!order.has_value() || !order->open()) co_return absl::OkStatus();
    const bool taken_back = co_await Try(reversals_.Written(order_id));
    if (taken_back) co_return absl::OkStatus();

    const auto reply = co_await env_.Call(env_.peer("provider"), kSubmit,
                                          RequestFor(*order, attempt, token), kPatience);
    if (reply.ok() && WhatSettles(reply->result()) != Settles::kUnknown) {
      co_return co_await Answered(*order, *reply, /*only_attempt=*/!again && attempt == 1);
    }
    if (reply.ok() && env_.settings().Quirk("system_error_is_failure")) {
      co_return (co_await orders_.Apply(order_id, Event::kFail, "egress")).status();
    }
    if (sim::IsRefused(reply.status())) {
      co_await env_.clock().Sleep(pause);
      pause = std::min(2 * pause, absl::Minutes(1));
      continue;
    }
    if (env_.settings().Quirk("timeout_is_failure")) {
      co_return (co_await orders_.Apply(order_id, Event::kFail, "timeout")).status();
    }
    ++attempt;
  }
  co_return absl::OkStatus();
}

SubmitRequest Egress::RequestFor(const Order& order, int64_t attempt, int64_t token) {
  SubmitRequest request = SubmissionOf(order, env_.organisation());
  request.set_token(token);
  if (env_.settings().Quirk("key_per_attempt")) {
    const int64_t ever = order.queries * attempts_ + attempt;
    if (ever > 1) request.set_order_id(absl::StrCat(order.order_id, "#", ever));
  }
  request.set_signature(env_.Outcome("signing_key", order.order_id) == 0);
  return request;
}

Task<absl::Status> Egress::Answered(Order order, SubmitReply reply, bool only_attempt) {
  switch (WhatSettles(reply.result())) {
    case Settles::kAcceptance:
      co_return co_await Accepted(order.order_id, reply.advise_query_after_ms());
    case Settles::kThisAttempt:
      // Says nothing of an earlier one, which may be executed yet.
      if (!only_attempt && !env_.settings().Quirk("rejection_settles_order")) {
        co_return absl::OkStatus();
      }
      co_return (co_await orders_.Apply(order.order_id, Event::kFail, "egress")).status();
    case Settles::kEveryAttempt:
      co_return (co_await orders_.Apply(order.order_id, Event::kFail, "egress")).status();
    case Settles::kNothing:
    case Settles::kUnknown:
      break;
  }
  co_return co_await orders_.HandOver(order.order_id, "the provider has another payment");
}

Task<absl::Status> Egress::Accepted(std::string order_id, int64_t advised_ms) {
  const int64_t next = env_.clock().NowMillis() + plan_.FirstWait(advised_ms);
  auto txn = co_await Try(db_.Begin());
  const Moved moved = co_await Try(orders_.Move(txn, order_id, Event::kAccept, "egress"));
  if (moved != Moved::kMoved) co_return absl::OkStatus();  // the result has overtaken it
  auto scheduled =
      co_await Try(txn.Execute("UPDATE trade_order SET next_query_at = ? WHERE order_id = ?"
                               " AND order_id NOT IN (SELECT order_id FROM manual_queue)",
                               next, order_id));
  // Before the result can take it off again; what a person has is not asked about.
  if (scheduled.affected() > 0) open_.Put(order_id, next);
  co_return co_await txn.Commit();
}

}  // namespace exchange
