#include "faults/plan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "faults/durations.h"
#include "faults/kinds.h"
#include "faults/pins.h"
#include "faults/rule_place.h"

namespace faults {
namespace {

using sim::ChoiceKind;
using sim::Leg;
using sim::Nanos;
using sim::PlaceKind;

// Translates one rule.
class Compiler {
 public:
  Compiler(const settle::Rule& text, const Where& where, Diagnostics& problems)
      : text_(text), where_(where), problems_(problems) {}

  absl::optional<Rule> Compile() {
    const size_t before = problems_.size();
    rule_.where = where_;
    CompilePlace(text_, where_, rule_, problems_);
    ReadFault();
    ReadFrequency();
    if (problems_.size() == before) CheckFit();
    if (problems_.size() != before) return absl::nullopt;
    return rule_;
  }

 private:
  void Problem(const Where& where, std::string message) {
    problems_.push_back(where.Error(std::move(message)));
  }

  void ReadFault() {
    switch (text_.fault_case()) {
      case settle::Rule::kDrop:
        return Set(ChoiceKind::kDrop, {0});
      case settle::Rule::kRefuse:
        return Set(ChoiceKind::kRefuse, {0});
      case settle::Rule::kDuplicate:
        return Again(ChoiceKind::kDuplicate, text_.duplicate());
      case settle::Rule::kDelay:
        Set(ChoiceKind::kLate, {0});
        return Between(text_.delay().min(), text_.delay().max(), "", false);
      case settle::Rule::kOvertaken:
        Set(ChoiceKind::kOvertaken, {0});
        By(text_.overtaken().by(), "the method that overtakes, as in by: \"exchange.Reverse\"");
        return Fixed(text_.overtaken().at_most(), "at_most", false);
      case settle::Rule::kCrash:
        Set(ChoiceKind::kCrash, {0});
        rule_.disk = static_cast<sim::DiskFate>(text_.crash().disk());
        if (!text_.crash().down_for().empty()) {
          RefuseRange(text_.crash().min(), text_.crash().max(), "down_for");
          return Fixed(text_.crash().down_for(), "down_for", true);
        }
        return Between(text_.crash().min(), text_.crash().max(), "down_for", true);
      case settle::Rule::kPartition:
        return Lasting(ChoiceKind::kPartition, text_.partition());
      case settle::Rule::kClog:
        return Lasting(ChoiceKind::kClog, text_.clog());
      case settle::Rule::kSlowPair:
        // Fixed reads into the amounts, of which Between then makes others.
        Set(ChoiceKind::kSlowPair, {0});
        Fixed(text_.slow_pair().for_(), "for", false);
        rule_.lasts = rule_.amounts[0];
        return Between(text_.slow_pair().min(), text_.slow_pair().max(), "", false);
      case settle::Rule::kDiskFull:
        return Lasting(ChoiceKind::kDiskFull, text_.disk_full());
      case settle::Rule::kIoError:
        return Set(ChoiceKind::kIoError, {0});
      case settle::Rule::kBadSector:
        return Set(ChoiceKind::kBadSector, {0});
      case settle::Rule::kMisdirected:
        return Set(ChoiceKind::kMisdirected, {0});
      case settle::Rule::kLostSync:
        return Set(ChoiceKind::kLostSync, {0});
      case settle::Rule::kResult:
        Set(ChoiceKind::kOutcome, {text_.result().value()});
        if (text_.result().value() == 0) {
          Problem(InFault("value"),
                  "value is 0 or missing; 0 would be success, so write value: 1 or more");
        }
        return;
      case settle::Rule::kLostBeforeCommit:
        return Set(ChoiceKind::kLostBeforeCommit, {0});
      case settle::Rule::kLostAfterCommit:
        return Set(ChoiceKind::kLostAfterCommit, {0});
      case settle::Rule::kAcceptsThenFails:
        return Set(ChoiceKind::kAcceptsThenFails, {0});
      case settle::Rule::kSystemError:
        return Set(ChoiceKind::kSystemError, {0});
      case settle::Rule::kNotFound:
        return Set(ChoiceKind::kNotFound, {0});
      case settle::Rule::kCallbackFirst:
        Set(ChoiceKind::kCallbackFirst, {0});
        By(text_.callback_first().by(), "the callback, as in by: \"exchange.NotifyResult\"");
        return Fixed(text_.callback_first().at_most(), "at_most", false);
      case settle::Rule::kCallbackNever:
        return Set(ChoiceKind::kCallbackNever, {0});
      case settle::Rule::kCallbackTwice:
        return Again(ChoiceKind::kCallbackTwice, text_.callback_twice());
      case settle::Rule::kDoubleClick:
        return Again(ChoiceKind::kDoubleClick, text_.double_click());
      case settle::Rule::kAbandoned:
        return Set(ChoiceKind::kAbandoned, {0});
      case settle::Rule::kPaysLate:
        Set(ChoiceKind::kPaysLate, {0});
        return Between(text_.pays_late().min(), text_.pays_late().max(), "", false);
      case settle::Rule::kTwoChannels:
        Again(ChoiceKind::kTwoChannels, text_.two_channels());
        return By(text_.two_channels().by(), "another node that serves the method, or a method");
      case settle::Rule::kMisstated:
        Set(ChoiceKind::kMisstated, {text_.misstated().what()});
        if (text_.misstated().what() == settle::Rule::Misstated::WHAT_UNSPECIFIED) {
          Problem(InFault("what"),
                  "what is missing; write what: AMOUNT_MORE, AMOUNT_LESS, FEE or STATUS");
        }
        return;
      case settle::Rule::kStray:
        return Set(ChoiceKind::kStray, {0});
      case settle::Rule::kTruncated:
        Set(ChoiceKind::kTruncated, {0});
        return Between(text_.truncated().min(), text_.truncated().max(), "", false);
      case settle::Rule::kCorrected:
        Set(ChoiceKind::kCorrected, {0});
        return Between(text_.corrected().min(), text_.corrected().max(), "", false);
      case settle::Rule::kExpire:
        return Set(ChoiceKind::kExpire, {0});
      case settle::Rule::kEvict:
        return Set(ChoiceKind::kEvict, {0});
      case settle::Rule::kFailOver:
        Set(ChoiceKind::kFailOver, {0});
        return Between(text_.fail_over().min(), text_.fail_over().max(), "", false);
      case settle::Rule::kLostAck:
        return Set(ChoiceKind::kLostAck, {0});
      case settle::Rule::kReorder:
        Set(ChoiceKind::kReorder, {0});
        return Between(text_.reorder().min(), text_.reorder().max(), "", false);
      case settle::Rule::kRebalance:
        return Set(ChoiceKind::kRebalance, {0});
      case settle::Rule::kUnavailable:
        return Lasting(ChoiceKind::kUnavailable, text_.unavailable());
      case settle::Rule::kDeadlock:
        return Set(ChoiceKind::kDeadlock, {0});
      case settle::Rule::kLockTimeout:
        return Lasting(ChoiceKind::kLockTimeout, text_.lock_timeout());
      case settle::Rule::kReplicaLag:
        Set(ChoiceKind::kReplicaLag, {0});
        return Between(text_.replica_lag().min(), text_.replica_lag().max(), "", false);
      case settle::Rule::kSkew:
        return EitherWay(ChoiceKind::kSkew, text_.skew().max(), settle::Rule::EITHER);
      case settle::Rule::kJump:
        return EitherWay(ChoiceKind::kJump, text_.jump().max(), text_.jump().way());
      case settle::Rule::kSlew:
        return EitherWay(ChoiceKind::kSlew, text_.slew().max(), text_.slew().way());
      case settle::Rule::kDrift: {
        const int64_t most = text_.drift().max_ppm();
        Set(ChoiceKind::kDrift, Signed(most, settle::Rule::EITHER));
        if (most == 0 || most > kMostPpm) {
          Problem(
              InFault("max_ppm"),
              absl::StrCat("max_ppm is ", most, most == 0 ? " or missing" : "",
                           "; a bad crystal has 100, and more than ", kMostPpm, " is no clock"));
        }
        return;
      }
      case settle::Rule::kPause:
        return Lasting(ChoiceKind::kPause, text_.pause());
      case settle::Rule::kSlow:
        return Lasting(ChoiceKind::kSlow, text_.slow());
      case settle::Rule::FAULT_NOT_SET:
        Problem(
            where_,
            "this rule has no fault; give it one of drop {}, duplicate {}, delay {}, "
            "overtaken {}, refuse {}, crash {}, partition {}, clog {}, slow_pair {}, result {}, "
            "skew {}, io_error {}, "
            "disk_full {}, bad_sector {}, misdirected {}, lost_sync {}, lost_before_commit {}, "
            "lost_after_commit {}, deadlock {}, lock_timeout {}, replica_lag {}, jump {}, drift "
            "{}, slew {}, pause {}, slow {}, expire {}, evict {}, fail_over {}, lost_ack {}, "
            "reorder {}, rebalance {}, unavailable {}, misstated {}, stray {}, truncated {}, "
            "corrected {}, accepts_then_fails {}, system_error {}, not_found {}, "
            "callback_first {}, callback_never {}, callback_twice {}, double_click {}, "
            "abandoned {}, pays_late {} or two_channels {}");
        return;
    }
  }

  // A fault that lasts `for` some time, or `min` to `max`.
  template <typename Text>
  void Lasting(ChoiceKind fault, const Text& text) {
    Set(fault, {0});
    if (text.for_().empty()) return Between(text.min(), text.max(), "for", false);
    RefuseRange(text.min(), text.max(), "for");
    Fixed(text.for_(), "for", false);
  }

  // A fault of a clock, by at most `max`.
  void EitherWay(ChoiceKind fault, const std::string& max, settle::Rule::Way way) {
    Set(fault, {0});
    Fixed(max, "max", false);
    rule_.amounts = Signed(rule_.amounts[0], way);
  }

  // Half of `most` and all of it, the ways that it may go.
  static std::vector<int64_t> Signed(int64_t most, settle::Rule::Way way) {
    std::vector<int64_t> amounts;
    if (way != settle::Rule::FORWARD) amounts = {-most, -(most / 2)};
    if (way != settle::Rule::BACK) amounts.insert(amounts.end(), {most / 2, most});
    return amounts;
  }

  // A fault that does something a second time, at once or `min` to `max` later.
  template <typename Text>
  void Again(ChoiceKind fault, const Text& text) {
    Set(fault, {0});
    if (text.min().empty() && text.max().empty()) return;
    Between(text.min(), text.max(), "", true);
  }

  void By(const std::string& by, absl::string_view what) {
    rule_.by = by;
    if (by.empty()) Problem(InFault("by"), absl::StrCat("by is missing; name ", what));
  }

  void Set(ChoiceKind fault, std::vector<int64_t> amounts) {
    rule_.fault = fault;
    rule_.amounts = std::move(amounts);
  }

  // Where a field of the fault stands.
  Where InFault(absl::string_view field) const {
    return where_.Field(FaultName(rule_.fault)).Field(field);
  }

  absl::optional<Nanos> Duration(const std::string& text, const Where& where) {
    const absl::StatusOr<Nanos> nanos = ParseNanos(text);
    if (nanos.ok()) return *nanos;
    Problem(where, std::string(nanos.status().message()));
    return absl::nullopt;
  }

  // One amount, from `field`.
  void Fixed(const std::string& text, absl::string_view field, bool may_be_zero) {
    if (text.empty()) {
      return Problem(InFault(field),
                     absl::StrCat(field, " is missing; write for instance ", field, ": \"10m\""));
    }
    const absl::optional<Nanos> nanos = Duration(text, InFault(field));
    if (!nanos) return;
    if (*nanos == 0 && !may_be_zero) {
      return Problem(InFault(field), absl::StrCat(field, " is 0, which is no fault"));
    }
    rule_.amounts = {*nanos};
  }

  // Some amounts from `min` to `max`. A fault that can also be given one amount
  // has a field `fixed` for it.
  void Between(const std::string& min, const std::string& max, absl::string_view fixed,
               bool may_be_zero) {
    if (max.empty()) {
      std::string message = absl::StrCat("max is missing; write min and max, as in ",
                                         "min: \"200ms\" max: \"900ms\"");
      if (!fixed.empty()) absl::StrAppend(&message, ", or ", fixed, ": \"900ms\"");
      return Problem(InFault("max"), message);
    }
    const absl::optional<Nanos> most = Duration(max, InFault("max"));
    const absl::optional<Nanos> least =
        min.empty() ? (most ? *most / kAlternatives : 0) : Duration(min, InFault("min"));
    if (!most || !least) return;
    if (*least > *most) {
      return Problem(InFault("min"),
                     absl::StrCat("min \"", min, "\" is more than max \"", max, "\""));
    }
    if (!may_be_zero && *most == 0) return Problem(InFault("max"), "max is 0, which is no fault");
    if (!may_be_zero && *least == 0) {
      return Problem(InFault("min"),
                     "min is 0, which is no fault; leave it out for a quarter of max");
    }
    rule_.amounts = Alternatives(*least, *most);
  }

  void RefuseRange(const std::string& min, const std::string& max, absl::string_view fixed) {
    if (min.empty() && max.empty()) return;
    Problem(InFault(min.empty() ? "max" : "min"),
            absl::StrCat("write either ", fixed, " or min and max, not both"));
  }

  void ReadFrequency() {
    rule_.one_in = text_.one_in();
    rule_.at_most = text_.at_most();
    rule_.must_match = text_.must_match();
    if (rule_.one_in == 0) {
      Problem(where_.Field("one_in"),
              "one_in is 0 or missing; write one_in: 30 for one time in thirty, one_in: 1 for "
              "always");
    }
    const Where during = where_.Field("during");
    if (!text_.during().from().empty()) {
      rule_.from = Duration(text_.during().from(), during.Field("from")).value_or(0);
    }
    if (!text_.during().to().empty()) {
      rule_.to = Duration(text_.during().to(), during.Field("to")).value_or(sim::kForever);
    }
    if (rule_.from >= rule_.to) {
      Problem(during,
              absl::StrCat("this window is empty: it ends at \"", text_.during().to(),
                           "\", and not after its start at \"",
                           text_.during().from().empty() ? "0s" : text_.during().from(), "\""));
    }
  }

  void CheckFit() {
    if (!CanHappen(rule_.fault, rule_.place, rule_.leg)) {
      return Problem(where_.Field(FaultName(rule_.fault)),
                     absl::StrCat(FaultName(rule_.fault), " cannot happen to ",
                                  rule_.leg == Leg::kReply     ? "a reply"
                                  : rule_.leg == Leg::kRequest ? "a request"
                                                               : PlaceWithArticle(rule_.place),
                                  "; it needs ", PlacesOf(rule_.fault)));
    }
    // Only a request can be refused or overtaken, only a reply comes after a callback;
    // nobody has to say so.
    if (!CanHappen(rule_.fault, rule_.place, Leg::kReply)) rule_.leg = Leg::kRequest;
    if (!CanHappen(rule_.fault, rule_.place, Leg::kRequest)) rule_.leg = Leg::kReply;
    if (rule_.place != PlaceKind::kMessage) rule_.leg = Leg::kNone;
  }

  static std::string PlaceWithArticle(PlaceKind place) {
    if (place == PlaceKind::kSync) return "a disk at SYNC";
    if (place == PlaceKind::kWrite) return "a disk at WRITE";
    if (place == PlaceKind::kRead) return "a disk at READ";
    if (place == PlaceKind::kLock) return "a statement at LOCK";
    if (place == PlaceKind::kReplica) return "a statement at REPLICA";
    if (place == PlaceKind::kClock) return "a clock at START";
    if (place == PlaceKind::kTick) return "a clock at MINUTE";
    if (place == PlaceKind::kBoot) return "a clock at BOOT";
    if (place == PlaceKind::kPublish) return "a broker at PUBLISH";
    if (place == PlaceKind::kDeliver) return "a broker at DELIVER";
    if (place == PlaceKind::kAck) return "a broker at ACK";
    if (place == PlaceKind::kFile) return "a file at WHOLE";
    if (place == PlaceKind::kFileLine) return "a file at LINE";
    if (place == PlaceKind::kIngress) return "an ingress at ALWAYS";
    if (place == PlaceKind::kInFlight) return "an ingress at IN_FLIGHT";
    return absl::StrCat(place == PlaceKind::kOutcome ? "an " : "a ", PlaceName(place));
  }

  const settle::Rule& text_;
  const Where& where_;
  Diagnostics& problems_;
  Rule rule_;
};

}  // namespace

bool Matches(const Rule& rule, const sim::Place& place, uint64_t occurrence) {
  auto is = [](const std::string& wanted, absl::string_view name) {
    return wanted.empty() || wanted == name;
  };
  if (rule.place != place.kind || rule.both_ways != place.both_ways) return false;
  if (rule.leg != sim::Leg::kNone && rule.leg != place.leg) return false;
  if (rule.nth != 0 && rule.nth != occurrence) return false;
  if (!is(rule.method, place.method) || !is(rule.key, place.key)) return false;
  if (is(rule.node, place.node) && is(rule.peer, place.peer)) return true;
  return rule.both_ways && is(rule.node, place.peer) && is(rule.peer, place.node);
}

Plan CompilePlan(const PlanText& text, Diagnostics& problems) {
  Plan plan;
  for (const RuleText& item : text.rules) {
    absl::optional<Rule> rule = Compiler(item.rule, item.where, problems).Compile();
    if (!rule) continue;
    rule->included = item.included;
    plan.rules.push_back(*std::move(rule));
  }
  for (const PinInText& item : text.pins) {
    const size_t before = problems.size();
    sim::Pin pin = CompilePin(item.pin, item.where, problems);
    if (problems.size() != before) continue;
    plan.pins.push_back({std::move(pin), item.where, item.included, ""});
  }
  return plan;
}

Plan Pinned(absl::Span<const sim::Pin> pins) {
  Plan plan;
  for (const sim::Pin& pin : pins) plan.pins.push_back({pin, Where(), false, ""});
  return plan;
}

}  // namespace faults
