// The contract between the initiator (A) and the provider (B): what the two have
// agreed on beyond the form of their messages (调用方和服务方约定).
//
// It is on paper. Each side is configured with its half, as the defaults of its
// switches; neither can see whether the other keeps it, and nothing here is true
// because it was agreed: an answer that is late may still have had its effect. A
// customer is no part of it: A answers him as soon as the order is stored.

#ifndef SYSTEMS_EXCHANGE_CONTRACT_H_
#define SYSTEMS_EXCHANGE_CONTRACT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "systems/exchange/exchange.pb.h"

namespace exchange {

struct Contract {
  // Submission (提单). B accepts or refuses within `accept_within`; an answer that is
  // not there by then is unknown, and A repeats the submission under its number.
  absl::Duration accept_within = absl::Seconds(5);
  int64_t submit_attempts = 2;

  // Lost-order query (掉单查询). B says with every acceptance when it makes sense to
  // ask, by default `query_after`; from there A waits twice as long each time, up to
  // `query_wait_most`. After `queries_most` people talk.
  absl::Duration answer_within = absl::Seconds(5);
  absl::Duration query_after = absl::Minutes(10);
  absl::Duration query_wait_most = absl::Hours(6);
  int64_t queries_most = 12;

  // Reversal (冲正). B answers within `undo_within`; else A repeats the request after
  // `reverse_again_after`, twice as long each time, up to `reverse_wait_most`. After
  // `reversals_most` people talk.
  absl::Duration undo_within = absl::Seconds(5);
  absl::Duration reverse_again_after = absl::Seconds(10);
  absl::Duration reverse_wait_most = absl::Hours(1);
  int64_t reversals_most = 12;

  // Keys (幂等键). B knows a number for `keys_kept` after it has accepted it. Nothing of A
  // comes later: neither the last query and what A submits because of it, nor a message
  // that was on its way for `transit_most`.
  absl::Duration keys_kept = absl::Hours(48);
  absl::Duration transit_most = absl::Hours(1);

  // Notice of the result (结果通知). A says within `acknowledge_within` whether it has
  // booked it; else B sends it again by the schedule. It is best effort: who has
  // heard nothing for `notices_end_after` and may not ask calls somebody.
  absl::Duration acknowledge_within = absl::Seconds(20);
  absl::string_view notify_schedule = "roncoo";
  absl::Duration notices_end_after = absl::Hours(24);

  // Statement (对账文件). A day ends `day_ends_at` after midnight UTC, and later B has a
  // file of what it settled in it, which A fetches `statement_after` later; if it has
  // none that it can process `statement_missed_after` from then, people are told. What one of
  // them dates a day later than the other evens out within `buffer_days`.
  absl::string_view currency = "CNY";
  absl::Duration day_ends_at = absl::ZeroDuration();
  absl::Duration statement_after = absl::Hours(2);
  absl::Duration statement_missed_after = absl::Hours(24);
  int64_t buffer_days = 3;
};

inline constexpr Contract kContract;

// What B takes for a trade, however it ends: 0.6 %, rounded half up.
constexpr int64_t FeeOf(int64_t amount) {
  return static_cast<int64_t>((static_cast<__int128>(amount) * 6 + 500) / 1000);
}

// What an answer to a submission settles: the codes of the contract.
enum class Settles {
  kNothing,       // another payment has the number, or no such code: people talk
  kAcceptance,    // B has it, will execute it or fail, and tells the result
  kThisAttempt,   // refused without effect; an attempt before may have had one
  kEveryAttempt,  // refused for what all attempts have in common
  kUnknown,       // B does not know itself: as if there was no answer
};

constexpr Settles WhatSettles(SubmitReply::Result result) {
  switch (result) {
    case SubmitReply::ACCEPTED:
      return Settles::kAcceptance;
    case SubmitReply::REJECTED_SIGNATURE:
      return Settles::kThisAttempt;
    case SubmitReply::REJECTED_PARAMETERS:
    case SubmitReply::REVERSED_BEFORE:
      return Settles::kEveryAttempt;
    case SubmitReply::SYSTEM_ERROR:
      return Settles::kUnknown;
    default:
      return Settles::kNothing;
  }
}

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_CONTRACT_H_
