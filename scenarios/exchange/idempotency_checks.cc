#include "scenarios/exchange/idempotency_checks.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "sim/storage/value.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

// The parameters of a payment, as text to compare.
template <typename Request>
std::string Parameters(const Request& request) {
  return absl::StrCat(request.amount(), " ", request.currency(), " from ", request.payer(), " to ",
                      request.payee());
}

std::string Parameters(const sim::RowChange& row) {
  return absl::StrCat(sim::ToText(After(row, "amount")), " ", sim::ToText(After(row, "currency")),
                      " from ", sim::ToText(After(row, "payer")), " to ",
                      sim::ToText(After(row, "payee")));
}

// What a request asks for, as bytes: the same payment is the same request under whatever lock
// it is sent.
std::string Content(const google::protobuf::Message& request) {
  const auto* submit = dynamic_cast<const exchange::SubmitRequest*>(&request);
  if (submit == nullptr) return request.SerializeAsString();
  exchange::SubmitRequest payment = *submit;
  payment.clear_token();
  return payment.SerializeAsString();
}

// The result that a reply gives a request, by its name; "" if it is no such reply, or
// says that B does not know it either.
std::string ResultOf(const google::protobuf::Message* message) {
  if (const auto* reply = dynamic_cast<const exchange::PayReply*>(message)) {
    return exchange::PayReply::Result_Name(reply->result());
  }
  if (const auto* reply = dynamic_cast<const exchange::SubmitReply*>(message)) {
    if (reply->result() == exchange::SubmitReply::SYSTEM_ERROR) return "";
    return exchange::SubmitReply::Result_Name(reply->result());
  }
  return "";
}

// A check over Pay at A and Submit at B alike, of which a row of A's orders or of
// B's trades is the effect. Numbers are taken as they come: each side is asked to
// keep its promise for the numbers that it is given.
class RequestCheck : public Check {
 public:
  explicit RequestCheck(const CheckContext& context)
      : context_(context),
        initiator_(context.nodes.at(kInitiator)),
        provider_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) final {
    for (const sim::RowChange& change : commit.changes) {
      if (change.kind == sim::ChangeKind::kDelete) continue;
      if ((commit.database == initiator_ && change.table->name == "trade_order") ||
          (commit.database == provider_ && change.table->name == "trade")) {
        OnEffect(commit, change, sim::ToText(After(change, "order_id")));
      }
    }
  }

  void OnTraffic(const Traffic& traffic) final {
    const std::string side = SideOf(traffic.callee);
    const bool pay = side == initiator_ && traffic.method == "exchange.Pay";
    const bool submit = side == provider_ && traffic.method == "exchange.Submit";
    if (!pay && !submit) return;
    if (traffic.kind == TrafficKind::kDelivered && traffic.message != nullptr) OnRequest(traffic);
    if (traffic.kind != TrafficKind::kAnswered) return;
    OnEnd(traffic);
    const std::string result = ResultOf(traffic.message);
    if (!result.empty()) OnAnswer(traffic, result);
  }

 protected:
  // All instances of a service keep the promises of one.
  std::string SideOf(absl::string_view node) const { return context_.DatabaseOf(node); }

  virtual void OnEffect(const sim::Commit& commit, const sim::RowChange& change,
                        const std::string& number) = 0;
  virtual void OnRequest(const Traffic& traffic) = 0;

  // An answer that is no error.
  virtual void OnAnswer(const Traffic& traffic, const std::string& result) {
    (void)traffic, (void)result;
  }

  // Any answer, an error as well; `traffic` is before OnAnswer.
  virtual void OnEnd(const Traffic& traffic) { (void)traffic; }

 private:
  const CheckContext context_;
  const std::string initiator_;
  const std::string provider_;
};

class SameRequestOneEffect final : public RequestCheck {
 public:
  using RequestCheck::RequestCheck;

 private:
  using Request = std::tuple<std::string, std::string, std::string>;  // method, key, content

  void OnRequest(const Traffic& traffic) override {
    const Request request{std::string(traffic.method), std::string(traffic.key),
                          Content(*traffic.message)};
    if (!results_.emplace(request, "").second) Exercise();
    requests_[traffic.call] = request;
  }

  // All results are final; errors are none.
  void OnAnswer(const Traffic& traffic, const std::string& result) override {
    std::string& first = results_[requests_[traffic.call]];
    if (first.empty()) first = result;
    if (first == result) return;
    Violate(std::string(traffic.key),
            absl::StrCat(traffic.callee, " answered the same request of ", traffic.key, " first ",
                         first, " and then ", result),
            traffic.at, traffic.record);
  }

  void OnEffect(const sim::Commit& commit, const sim::RowChange& change,
                const std::string& number) override {
    if (change.kind != sim::ChangeKind::kInsert) return;
    const int effects = ++effects_[{commit.database, number}];
    if (effects < 2) return;
    Violate(number, absl::StrCat(commit.database, " has taken ", number, " on ", effects, " times"),
            commit.at, commit.cause);
  }

  std::map<Request, std::string> results_;                      // "" = not answered yet
  std::map<uint64_t, Request> requests_;                        // by call
  std::map<std::pair<std::string, std::string>, int> effects_;  // by node and number
};

class OtherParametersNoEffect final : public RequestCheck {
 public:
  using RequestCheck::RequestCheck;

 private:
  void OnEffect(const sim::Commit& commit, const sim::RowChange& change,
                const std::string& number) override {
    const std::string now = Parameters(change);
    const auto [taken, is_new] = taken_.emplace(std::make_pair(commit.database, number), now);
    if (taken->second == now) return;
    Violate(number, absl::StrCat(number, " was ", taken->second, " and became ", now), commit.at,
            commit.cause);
  }

  void OnRequest(const Traffic& traffic) override {
    if (const auto* pay = dynamic_cast<const exchange::PayRequest*>(traffic.message)) {
      asked_[traffic.call] = Parameters(*pay);
    } else if (const auto* submit = dynamic_cast<const exchange::SubmitRequest*>(traffic.message)) {
      asked_[traffic.call] = Parameters(*submit);
    }
  }

  void OnAnswer(const Traffic& traffic, const std::string& result) override {
    const std::string& asked = asked_[traffic.call];
    const auto taken = taken_.find({SideOf(traffic.callee), std::string(traffic.key)});
    if (taken == taken_.end() || taken->second == asked) return;
    Exercise();
    if (result != "ACCEPTED") return;
    Violate(std::string(traffic.key),
            absl::StrCat(traffic.key, " is ", taken->second, ", but ", traffic.callee,
                         " accepted it as ", asked),
            traffic.at, traffic.record);
  }

  std::map<std::pair<std::string, std::string>, std::string> taken_;  // by node and number
  std::map<uint64_t, std::string> asked_;                             // parameters by call
};

// What only a database says. Callers get the text of an error, and no code of it.
constexpr char kOfTheDatabase[] = "UNIQUE constraint";

// Copies are concurrent while one is at work when the next arrives. What they do is
// counted until none is at work any more.
class ConcurrentCopiesOneExecuted final : public RequestCheck {
 public:
  using RequestCheck::RequestCheck;

  // Its copies end; those at other instances of the service do not.
  void OnCrash(absl::string_view node, sim::Nanos) override {
    for (auto& [of, crowd] : crowds_) {
      if (of.first != SideOf(node)) continue;
      crowd.at_work.erase(std::string(node));
      Disperse(crowd);
    }
  }

 private:
  // The copies of one request that are at work, and have been since there was none.
  struct Crowd {
    std::map<std::string, int> at_work;  // by the instance that has them
    bool were_two = false;
    int effects = 0;
  };

  Crowd& CrowdOf(const Traffic& traffic) {
    return crowds_[{SideOf(traffic.callee), std::string(traffic.key)}];
  }

  static void Disperse(Crowd& crowd) {
    if (crowd.at_work.empty()) crowd = Crowd();
  }

  void OnRequest(const Traffic& traffic) override {
    Crowd& crowd = CrowdOf(traffic);
    const bool alone = crowd.at_work.empty();
    ++crowd.at_work[std::string(traffic.callee)];
    if (alone) return;
    crowd.were_two = true;
    Exercise();
  }

  void OnEnd(const Traffic& traffic) override {
    Crowd& crowd = CrowdOf(traffic);
    if (crowd.were_two && absl::StrContains(traffic.status.message(), kOfTheDatabase)) {
      Violate(std::string(traffic.key),
              absl::StrCat(traffic.callee, " answered a copy of ", traffic.key,
                           " that came while another was at work with an error of the database: ",
                           traffic.status.message()),
              traffic.at, traffic.record);
    }
    const auto here = crowd.at_work.find(std::string(traffic.callee));
    if (here != crowd.at_work.end() && --here->second <= 0) crowd.at_work.erase(here);
    Disperse(crowd);
  }

  void OnEffect(const sim::Commit& commit, const sim::RowChange& change,
                const std::string& number) override {
    if (change.kind != sim::ChangeKind::kInsert) return;
    Crowd& crowd = crowds_[{std::string(commit.database), number}];
    if (++crowd.effects < 2 || !crowd.were_two) return;
    Violate(number,
            absl::StrCat(commit.database, " executed ", crowd.effects, " of the copies of ", number,
                         " that were there at once"),
            commit.at, commit.cause);
  }

  std::map<std::pair<std::string, std::string>, Crowd> crowds_;  // by node and number
};

// A key that is forgotten must not be needed any more: by no repetition, whoever makes it
// and however long it was on its way.
class KeysOutliveRetries final : public TableCheck {
 public:
  explicit KeysOutliveRetries(const CheckContext& context)
      : TableCheck(context.nodes.at(kProvider), "submission_key"),
        node_(context.nodes.at(kProvider)) {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.callee != node_ || traffic.method != "exchange.Submit") return;
    if (traffic.kind != TrafficKind::kDelivered) return;
    const std::string number(traffic.key);
    const auto key = keys_.find(number);
    if (key == keys_.end()) return;
    if (traffic.at - key->second.accepted_at >= kLater) Exercise();
    if (key->second.forgotten_at < 0) return;
    Violate(number,
            absl::StrCat(node_, " had forgotten the key of ", number, " ",
                         (traffic.at - key->second.forgotten_at) / sim::Seconds(1),
                         " s before it was submitted again"),
            traffic.at, traffic.record);
  }

 private:
  // No key is pruned so soon: what comes earlier is a copy, and asks nothing of a key's life.
  static constexpr sim::Nanos kLater = sim::Seconds(60);

  struct Key {
    sim::Nanos accepted_at = 0;
    sim::Nanos forgotten_at = -1;
  };

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    if (change.kind == sim::ChangeKind::kDelete) {
      keys_[change.Key()].forgotten_at = commit.at;
    } else {
      keys_[change.Key()] = {commit.at};
    }
  }

  const std::string node_;
  std::map<std::string, Key> keys_;  // by number, of payments that were accepted
};

}  // namespace

void AddIdempotencyChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<SameRequestOneEffect>(
      "same_request_one_effect", "K1", {Initiator(), Provider()},
      "A request that comes again has the same result and no second effect: one order at A, one "
      "trade at B.",
      "requests that came again"));
  catalogue.AddCheck(ExchangeCheck<OtherParametersNoEffect>(
      "other_parameters_no_effect", "K2", {Initiator(), Provider()},
      "The number of an order that comes again with other parameters is refused and changes "
      "nothing, at A and at B.",
      "requests with other parameters"));
  catalogue.AddCheck(ExchangeCheck<ConcurrentCopiesOneExecuted>(
      "concurrent_copies_one_executed", "K3", {Initiator(), Provider()},
      "Of the copies of a request that are at work at once, one is executed; the others are told "
      "its result, or that it is in progress, and never an error of the database.",
      "copies that arrived while another was at work"));
  catalogue.AddCheck(ExchangeCheck<KeysOutliveRetries>(
      "keys_outlive_retries", "K4", {Provider()},
      "B knows the key of a payment that it has accepted for as long as anybody submits it again.",
      "submissions that came again a minute or more after B had accepted the payment"));
}

}  // namespace scenarios
