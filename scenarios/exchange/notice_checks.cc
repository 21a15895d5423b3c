#include "scenarios/exchange/notice_checks.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"
#include "sim/world/world.h"

namespace scenarios {
namespace {

constexpr char kProvider[] = "provider";

int64_t Number(const sim::Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

// True wall time in milliseconds since 1970. Schedules are kept by B's own clock:
// where plans skew it, an attempt may look early to us.
int64_t WallMillis(sim::Nanos at) {
  return absl::ToUnixMillis(sim::WorldOptions().epoch) + at / sim::Millis(1);
}

// A check over the rows of B's notifications.
class NoticeCheck : public TableCheck {
 public:
  explicit NoticeCheck(const CheckContext& context)
      : TableCheck(context.nodes.at(kProvider), "notification"),
        node_(context.nodes.at(kProvider)) {}

 protected:
  const std::string& node() const { return node_; }

  // Whether `change` claims an attempt: it is counted before it is sent.
  static bool IsClaim(const sim::RowChange& change) {
    return change.kind == sim::ChangeKind::kUpdate &&
           Number(After(change, "attempts")) > Number(Before(change, "attempts"));
  }

 private:
  const std::string node_;
};

class NoEarlyAttempt final : public NoticeCheck {
 public:
  using NoticeCheck::NoticeCheck;

  // Each attempt that is sent was claimed before.
  void OnTraffic(const sim::Traffic& traffic) override {
    if (traffic.kind != sim::TrafficKind::kSent || traffic.caller != node()) return;
    const bool result = traffic.method == "exchange.NotifyResult";
    if (!result && traffic.method != "exchange.NotifyReversal") return;
    const std::string order(traffic.key);
    Attempts& attempts = attempts_[{order, result ? "RESULT" : "REVERSAL"}];
    if (++attempts.sent <= attempts.claimed) return;
    Violate(order,
            absl::StrCat(traffic.method, " of ", order, " was sent ", attempts.sent,
                         " times, but only ", attempts.claimed, " attempts were claimed"),
            traffic.at, traffic.record);
  }

 private:
  struct Attempts {
    int64_t claimed = 0;
    int64_t sent = 0;
  };

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    if (!IsClaim(change)) return;
    const std::string order = sim::ToText(After(change, "order_id"));
    ++attempts_[{order, sim::ToText(After(change, "kind"))}].claimed;

    const int64_t attempt = Number(After(change, "attempts"));
    const int64_t due = Number(Before(change, "next_at"));
    if (attempt > 1) Exercise();
    if (WallMillis(commit.at) < due) {
      Violate(order,
              absl::StrCat("attempt ", attempt, " of ", change.Key(), " began ",
                           due - WallMillis(commit.at), " ms before it was due"),
              commit.at, commit.cause);
    }
    if (attempt > Number(After(change, "max_attempts"))) {
      Violate(order,
              absl::StrCat("attempt ", attempt, " of ", change.Key(), ", of at most ",
                           Number(After(change, "max_attempts"))),
              commit.at, commit.cause);
    }
  }

  std::map<std::pair<std::string, std::string>, Attempts> attempts_;  // by order and kind
};

class AcknowledgedStaysAcknowledged final : public NoticeCheck {
 public:
  using NoticeCheck::NoticeCheck;

 private:
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    const std::string before = sim::ToText(Before(change, "status"));
    const std::string after = sim::ToText(After(change, "status"));
    if (before != "SUCCESS") {
      if (after == "SUCCESS") Exercise();
      return;
    }
    const std::string order = sim::ToText(Before(change, "order_id"));
    if (after != "SUCCESS") {
      Violate(order, absl::StrCat(change.Key(), " was acknowledged and became ", after), commit.at,
              commit.cause);
    } else if (IsClaim(change)) {
      Violate(order, absl::StrCat(change.Key(), " was acknowledged and was sent again"), commit.at,
              commit.cause);
    }
  }
};

class RestartLosesNoNotice final : public NoticeCheck {
 public:
  using NoticeCheck::NoticeCheck;

  void OnBoot(absl::string_view node, sim::Nanos at) override {
    if (node != this->node()) return;
    for (auto& [notice, state] : notices_) {
      if (!state.pending) continue;
      state.restarted = true;
      state.booted_at = at;
      Exercise();
    }
  }

  void OnPhase(sim::Phase phase, sim::Nanos at) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [notice, state] : notices_) {
      if (!state.pending || !state.restarted) continue;
      Violate(state.order,
              absl::StrCat(notice, " was pending when ", node(), " booted at ",
                           absl::FormatDuration(sim::FromNanos(state.booted_at)),
                           " and was never sent again"),
              at);
    }
  }

 private:
  struct Notice {
    std::string order;
    bool pending = false;
    bool restarted = false;  // and not sent since
    sim::Nanos booted_at = 0;
  };

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    (void)commit;
    if (change.kind == sim::ChangeKind::kDelete) {
      notices_.erase(change.Key());
      return;
    }
    Notice& notice = notices_[change.Key()];
    notice.order = sim::ToText(After(change, "order_id"));
    notice.pending = sim::ToText(After(change, "status")) == "PENDING";
    if (IsClaim(change)) notice.restarted = false;
  }

  std::map<std::string, Notice> notices_;
};

template <typename C>
CheckSpec Spec(std::string name, std::string catalogue, std::string claim, std::string counts) {
  return {std::move(name),
          std::move(catalogue),
          std::move(claim),
          std::move(counts),
          {{kProvider, "exchange.Provider"}},
          [](const CheckContext& context) { return std::make_unique<C>(context); }};
}

}  // namespace

void AddNoticeChecks(Catalogue& catalogue) {
  catalogue.AddCheck(Spec<NoEarlyAttempt>(
      "no_early_attempt", "N1",
      "No attempt to notify begins before it is due, and none beyond the last.", "attempts again"));
  catalogue.AddCheck(Spec<AcknowledgedStaysAcknowledged>(
      "acknowledged_stays_acknowledged", "N2",
      "A notice whose acknowledgement was recorded stays acknowledged and is not sent again.",
      "notices acknowledged"));
  catalogue.AddCheck(Spec<RestartLosesNoNotice>(
      "restart_loses_no_notice", "N4",
      "A notice that was pending when B went down is sent again after it is up.",
      "pending notices at a restart"));
}

}  // namespace scenarios
