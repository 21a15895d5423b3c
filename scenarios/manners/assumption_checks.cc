#include "scenarios/manners/assumption_checks.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/net/traffic.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

class AskedOnce final : public Check {
 public:
  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kDelivered || traffic.key.empty()) return;
    Exercise();
    const std::pair<std::string, std::string> request(traffic.method, traffic.key);
    if (asked_.insert(request).second) return;
    Violate(request.second,
            absl::StrCat(traffic.callee, " is asked for ", traffic.method, " of ", traffic.key,
                         " again, by ", traffic.caller),
            traffic.at, traffic.record);
  }

 private:
  std::set<std::pair<std::string, std::string>> asked_;  // method and key
};

class EverybodyHears final : public Check {
 public:
  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind == TrafficKind::kSent) Exercise();
    if (traffic.kind != TrafficKind::kTimedOut) return;
    Violate(
        std::string(traffic.key),
        absl::StrCat(traffic.caller, " hears no answer to ", traffic.method, " of ", traffic.key),
        traffic.at, traffic.record);
  }
};

class ErrorHasNoEffect final : public Check {
 public:
  void OnCommit(const sim::Commit& commit) override {
    if (commit.delivery != 0) effects_.insert(commit.delivery);
  }

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.method != "exchange.Submit") return;
    if (traffic.kind == TrafficKind::kDelivered) deliveries_[traffic.call] = traffic.record;
    if (traffic.kind != TrafficKind::kAnswered) return;
    Exercise();
    const auto* reply = dynamic_cast<const exchange::SubmitReply*>(traffic.message);
    if (reply == nullptr || reply->result() != exchange::SubmitReply::SYSTEM_ERROR) return;
    if (effects_.count(deliveries_[traffic.call]) == 0) return;
    Violate(std::string(traffic.key),
            absl::StrCat(traffic.callee, " answers a submission of ", traffic.key,
                         " with a system error, and has committed something for it"),
            traffic.at, traffic.record);
  }

 private:
  std::set<sim::RecordId> effects_;               // deliveries with a commit
  std::map<uint64_t, sim::RecordId> deliveries_;  // the last one of each call
};

class OneStatementADay final : public Check {
 public:
  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kAnswered) return;
    const auto* reply = dynamic_cast<const exchange::FetchStatementReply*>(traffic.message);
    if (reply == nullptr || reply->statement_size() == 0) return;
    Exercise();
    if (reply->statement_size() == 1) return;
    Violate(std::string(traffic.key),
            absl::StrCat(traffic.callee, " has ", reply->statement_size(), " statements of ",
                         traffic.key),
            traffic.at, traffic.record);
  }
};

template <typename C>
CheckSpec Assumption(std::string name, std::string claim, std::string counts) {
  CheckSpec spec;
  spec.name = std::move(name);
  spec.claim = std::move(claim);
  spec.counts = std::move(counts);
  spec.make = [](const CheckContext&) { return std::make_unique<C>(); };
  return spec;
}

}  // namespace

void AddAssumptionChecks(Catalogue& catalogue) {
  catalogue.AddCheck(
      Assumption<AskedOnce>("asked_once", "Nobody asks for the same twice.", "requests delivered"));
  catalogue.AddCheck(Assumption<EverybodyHears>(
      "everybody_hears", "Who asks hears the answer in time.", "requests sent"));
  catalogue.AddCheck(Assumption<ErrorHasNoEffect>(
      "error_has_no_effect", "An answer that is a system error says that nothing was done.",
      "submissions answered"));
  catalogue.AddCheck(Assumption<OneStatementADay>(
      "one_statement_a_day", "Of each day there is one statement.", "answers with a statement"));
}

}  // namespace scenarios
