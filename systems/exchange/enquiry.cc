#include "systems/exchange/enquiry.h"

#include "systems/exchange/methods.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

QueryReply AnswerFor(const std::string& status) {
  QueryReply reply;
  reply.set_answer(QueryReply::NOT_FOUND);
  if (status == "ACCEPTED") reply.set_answer(QueryReply::PROCESSING);
  if (status == "SUCCESS") reply.set_answer(QueryReply::SUCCEEDED);
  if (status == "FAILED") reply.set_answer(QueryReply::FAILED);
  if (status == "REVERSED") reply.set_answer(QueryReply::REVERSED);
  return reply;
}

}  // namespace

Enquiry::Enquiry(sim::Env& env) : env_(env), db_(env.database()) {}

void Enquiry::Serve() { env_.Serve(kQuery, this, &Enquiry::Query); }

void Enquiry::Remember(const std::string& order_id, const std::string& status) {
  if (env_.settings().Quirk("query_from_memory")) remembered_[order_id] = status;
}

Task<absl::StatusOr<QueryReply>> Enquiry::Query(QueryRequest request) {
  if (env_.settings().Quirk("query_from_memory")) {
    co_return AnswerFor(remembered_[request.order_id()]);
  }
  sim::Database database = db_;
  if (env_.settings().Quirk("query_from_replica")) database = env_.replica();
  auto rows = co_await Try(database.Execute(
      "SELECT status FROM trade WHERE order_id = ? ORDER BY trade_no LIMIT 1", request.order_id()));
  std::string status;
  if (!rows.empty()) status = rows[0].Text(0);
  if (env_.settings().Quirk("query_settles_notice") && !status.empty() && status != "ACCEPTED") {
    co_await Try(
        db_.Execute("UPDATE notification SET status = 'SUCCESS'"
                    " WHERE order_id = ? AND status = 'PENDING'",
                    request.order_id()));
  }
  co_return AnswerFor(status);
}

}  // namespace exchange
