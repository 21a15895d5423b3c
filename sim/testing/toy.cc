#include "sim/testing/toy.h"

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/storage/database_server.h"
#include "sim/testing/toy.pb.h"

namespace sim {

using toy::NoteReply;
using toy::NoteRequest;
using toy::PutReply;
using toy::PutRequest;

Task<absl::Status> Book::Start() {
  env_.Serve(kPut, this, &Book::Put);
  env_.Serve(kNote, this, &Book::Note);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<PutReply>> Book::Put(PutRequest request) {
  if (request.nap_ms() > 0) co_await env_.clock().Sleep(absl::Milliseconds(request.nap_ms()));
  switch (request.manner()) {
    case PutRequest::REFUSE:
      co_return Refused("not today");
    case PutRequest::FAIL:
      co_return absl::InternalError("something broke");
    case PutRequest::SPAWN_THEN_REFUSE:
      env_.Spawn("nap", request.key(), Nap());
      co_return Refused("not today");
    case PutRequest::SEND_THEN_REFUSE:
      env_.Send(env_.peer("friend"), kNote, NoteRequest());
      co_return Refused("not today");
    default:
      break;
  }
  auto txn = co_await Try(db_.Begin());
  co_await Try(txn.Execute("INSERT INTO entry VALUES(?, ?)", request.key(), request.amount()));
  co_await Try(txn.Commit());
  if (request.manner() == PutRequest::REFUSE_AFTER_PUT) co_return Refused("not today");
  PutReply reply;
  reply.set_amount(request.amount());
  co_return reply;
}

Task<absl::StatusOr<NoteReply>> Book::Note(NoteRequest) { co_return NoteReply(); }

Task<> Book::Nap() { co_await env_.clock().Sleep(absl::Seconds(1)); }

PutRequest MakePut(const std::string& key, int64_t amount) {
  return MakePut(key, amount, PutRequest::PUT);
}

PutRequest MakePut(const std::string& key, int64_t amount, toy::PutRequest_Manner manner) {
  PutRequest request;
  request.set_key(key);
  request.set_amount(amount);
  request.set_manner(manner);
  return request;
}

std::string Entries(DatabaseServer& database) {
  const auto rows = database.Peek("SELECT key, amount FROM entry ORDER BY key");
  SIM_CHECK(rows.ok()) << rows.status().message();
  std::string text;
  for (const auto& row : *rows) {
    absl::StrAppend(&text, text.empty() ? "" : " ", row.Text(0), "=", row.Int(1));
  }
  return text;
}

}  // namespace sim
