// For tests: the other company, which does what the test says and keeps what it
// was sent.

#ifndef SYSTEMS_EXCHANGE_SCRIPTED_PEERS_H_
#define SYSTEMS_EXCHANGE_SCRIPTED_PEERS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/world/env.h"
#include "systems/exchange/methods.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {

// A provider. The script must outlive the world.
struct ProviderScript {
  SubmitReply::Result submit = SubmitReply::ACCEPTED;
  QueryReply::Answer query = QueryReply::PROCESSING;
  int64_t advise_query_after_ms = 0;
  ReverseReply::Result reverse = ReverseReply::UNDONE;
  std::string reversal_no;
  std::map<std::string, std::vector<filedrop::Statement>> statements;  // by day

  std::vector<std::string> submitted;  // numbers, in order
  std::vector<bool> signatures;        // of the same, whether valid
  std::vector<std::string> merchants;  // and in whose name
  std::vector<int64_t> reversed;       // amounts of the payments to take back, in order
  std::vector<int64_t> tokens;         // of the locks that they were sent under
  int queries = 0;
  int resends = 0;
};

class ScriptedProvider final : public sim::Component {
 public:
  ScriptedProvider(sim::Env& env, ProviderScript& script) : env_(env), script_(script) {}

  sim::Task<absl::Status> Start() override {
    env_.Serve(kSubmit, this, &ScriptedProvider::Submit);
    env_.Serve(kQuery, this, &ScriptedProvider::Query);
    env_.Serve(kResend, this, &ScriptedProvider::Resend);
    env_.Serve(kReverse, this, &ScriptedProvider::Reverse);
    env_.Serve(kFetchStatement, this, &ScriptedProvider::Fetch);
    co_return absl::OkStatus();
  }

 private:
  sim::Task<absl::StatusOr<SubmitReply>> Submit(SubmitRequest request) {
    script_.submitted.push_back(request.order_id());
    script_.signatures.push_back(request.signature());
    script_.merchants.push_back(request.merchant());
    script_.tokens.push_back(request.token());
    SubmitReply reply;
    reply.set_result(script_.submit);
    reply.set_advise_query_after_ms(script_.advise_query_after_ms);
    co_return reply;
  }
  sim::Task<absl::StatusOr<QueryReply>> Query(QueryRequest) {
    ++script_.queries;
    QueryReply reply;
    reply.set_answer(script_.query);
    co_return reply;
  }
  sim::Task<absl::StatusOr<ReverseReply>> Reverse(ReverseRequest request) {
    script_.reversed.push_back(request.original().amount());
    ReverseReply reply;
    reply.set_result(script_.reverse);
    reply.set_reversal_no(script_.reversal_no);
    co_return reply;
  }
  sim::Task<absl::StatusOr<ResendReply>> Resend(ResendRequest) {
    ++script_.resends;
    co_return ResendReply();
  }

  sim::Task<absl::StatusOr<FetchStatementReply>> Fetch(FetchStatementRequest request) {
    FetchStatementReply reply;
    for (const filedrop::Statement& statement : script_.statements[request.bill_date()]) {
      *reply.add_statement() = statement;
    }
    co_return reply;
  }

  sim::Env& env_;
  ProviderScript& script_;
};

inline sim::SystemSpec ScriptedProviderSystem(ProviderScript& script) {
  sim::SystemSpec spec;
  spec.name = "exchange.ScriptedProvider";
  spec.make = [&script](sim::Env& env) { return std::make_unique<ScriptedProvider>(env, script); };
  return spec;
}

// An initiator, as the provider's notices see it.
struct MerchantScript {
  bool processed = true;
  std::vector<std::string> notices;  // "order-1 succeeded", "order-1 reversed 100"
  std::vector<bool> signatures;      // of the same, whether valid
};

class ScriptedMerchant final : public sim::Component {
 public:
  ScriptedMerchant(sim::Env& env, MerchantScript& script) : env_(env), script_(script) {}

  sim::Task<absl::Status> Start() override {
    env_.Serve(kNotifyResult, this, &ScriptedMerchant::Result);
    env_.Serve(kNotifyReversal, this, &ScriptedMerchant::Reversal);
    co_return absl::OkStatus();
  }

 private:
  sim::Task<absl::StatusOr<NoticeReply>> Result(ResultNotice notice) {
    script_.signatures.push_back(notice.signature());
    script_.notices.push_back(notice.order_id() + (notice.success() ? " succeeded" : " failed"));
    NoticeReply reply;
    reply.set_processed(script_.processed);
    co_return reply;
  }
  sim::Task<absl::StatusOr<NoticeReply>> Reversal(ReversalNotice notice) {
    script_.signatures.push_back(notice.signature());
    script_.notices.push_back(notice.order_id() + " reversed " + std::to_string(notice.amount()));
    NoticeReply reply;
    reply.set_processed(script_.processed);
    co_return reply;
  }

  sim::Env& env_;
  MerchantScript& script_;
};

inline sim::SystemSpec ScriptedMerchantSystem(MerchantScript& script) {
  sim::SystemSpec spec;
  spec.name = "exchange.ScriptedMerchant";
  spec.make = [&script](sim::Env& env) { return std::make_unique<ScriptedMerchant>(env, script); };
  return spec;
}

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_SCRIPTED_PEERS_H_
