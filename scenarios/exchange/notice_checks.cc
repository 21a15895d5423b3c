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
#include "scenarios/exchange/exchange_check.h"
#include "sim/storage/value.h"
#include "systems/protocols/notify/schedule.h"

namespace scenarios {
namespace {

int64_t Number(const sim::Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

// From the moment at which an attempt is begun until its claim is committed: the
// statements of one short transaction, and the disk.
constexpr sim::Nanos kClaimTakes = sim::Millis(100);

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

// When attempts are due follows from B's schedule and from when the last was
// claimed, in true time: what B believes is not asked. B's clock may be wrong, but
// by the same amount always, which no schedule notices. Whoever asks B to resend
// an order allows one attempt more for each notice of it, at once.
class NoEarlyAttempt final : public NoticeCheck {
 public:
  explicit NoEarlyAttempt(const CheckContext& context)
      : NoticeCheck(context),
        schedule_(notify::Schedule::Named(context.settings.at(node()).Text("notify_schedule"))) {}

  void OnTraffic(const sim::Traffic& traffic) override {
    const std::string order(traffic.key);
    const bool asked = traffic.kind == sim::TrafficKind::kDelivered && traffic.callee == node();
    if (asked && traffic.method == "exchange.Resend") {
      for (const char* kind : {"RESULT", "REVERSAL"}) {
        Notice& notice = notices_[{order, kind}];
        ++notice.resends;
        ++notice.at_once;
      }
    }
    if (traffic.kind != sim::TrafficKind::kSent || traffic.caller != node()) return;
    if (traffic.method == "exchange.NotifyResult") OnSent(traffic, notices_[{order, "RESULT"}]);
    if (traffic.method == "exchange.NotifyReversal") OnSent(traffic, notices_[{order, "REVERSAL"}]);
  }

 private:
  struct Notice {
    int64_t claimed = 0;
    int64_t sent = 0;
    int64_t resends = 0;
    int64_t at_once = 0;  // attempts that resends still allow before they are due
    sim::Nanos due = 0;   // the next attempt
  };

  // Each attempt that is sent was claimed before.
  void OnSent(const sim::Traffic& traffic, Notice& notice) {
    if (++notice.sent <= notice.claimed) return;
    Violate(std::string(traffic.key),
            absl::StrCat(traffic.method, " of ", traffic.key, " was sent ", notice.sent,
                         " times, but only ", notice.claimed, " attempts were claimed"),
            traffic.at, traffic.record);
  }

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    const std::string order =
        sim::ToText(change.kind == sim::ChangeKind::kDelete ? Before(change, "order_id")
                                                            : After(change, "order_id"));
    const std::string kind = sim::ToText(
        change.kind == sim::ChangeKind::kDelete ? Before(change, "kind") : After(change, "kind"));
    Notice& notice = notices_[{order, kind}];
    if (change.kind == sim::ChangeKind::kInsert) SetDue(notice, commit);
    if (IsClaim(change)) OnClaim(commit, change, order, notice);
  }

  void OnClaim(const sim::Commit& commit, const sim::RowChange& change, const std::string& order,
               Notice& notice) {
    const int64_t attempt = ++notice.claimed;
    if (attempt > 1) Exercise();
    if (commit.at < notice.due && --notice.at_once < 0) {
      Violate(order,
              absl::StrCat("attempt ", attempt, " of ", change.Key(), " began ",
                           (notice.due - commit.at) / sim::Millis(1), " ms before it was due"),
              commit.at, commit.cause);
    }
    const int64_t most = schedule_.attempts() + notice.resends;
    if (attempt > most) {
      Violate(order, absl::StrCat("attempt ", attempt, " of ", change.Key(), ", of at most ", most),
              commit.at, commit.cause);
    }
    SetDue(notice, commit);
  }

  // The next attempt, after what `commit` has written.
  void SetDue(Notice& notice, const sim::Commit& commit) const {
    // What a crash or an I/O error left in doubt was written before that was known.
    const sim::Nanos written = commit.at - commit.late;
    const sim::Nanos wait = sim::Millis(schedule_.WaitAfter(notice.claimed));
    notice.due = written - kClaimTakes + wait;
  }

  const notify::Schedule schedule_;
  std::map<std::pair<std::string, std::string>, Notice> notices_;  // by order and kind
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
    if (change.kind == sim::ChangeKind::kDelete) {
      OnDelete(commit, change);
      return;
    }
    Notice& notice = notices_[change.Key()];
    notice.order = sim::ToText(After(change, "order_id"));
    notice.pending = sim::ToText(After(change, "status")) == "PENDING";
    if (IsClaim(change)) notice.restarted = false;
  }

  void OnDelete(const sim::Commit& commit, const sim::RowChange& change) {
    notices_.erase(change.Key());
    const std::string status = sim::ToText(Before(change, "status"));
    if (status == "SUCCESS" || status == "EXHAUSTED") return;
    Violate(sim::ToText(Before(change, "order_id")),
            absl::StrCat(change.Key(), " was deleted while it was ", status), commit.at,
            commit.cause);
  }

  std::map<std::string, Notice> notices_;
};

}  // namespace

void AddNoticeChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<NoEarlyAttempt>(
      "no_early_attempt", "N1", {Provider()},
      "No attempt to notify begins before it is due by the schedule, and none beyond the last.",
      "attempts again"));
  catalogue.AddCheck(ExchangeCheck<AcknowledgedStaysAcknowledged>(
      "acknowledged_stays_acknowledged", "N2", {Provider()},
      "A notice whose acknowledgement was recorded stays acknowledged and is not sent again.",
      "notices acknowledged"));
  catalogue.AddCheck(ExchangeCheck<RestartLosesNoNotice>(
      "restart_loses_no_notice", "N4", {Provider()},
      "A notice that was pending when B went down is sent again after it is up, and none is "
      "deleted while it is pending.",
      "pending notices at a restart"));
}

}  // namespace scenarios
