#include "systems/exchange/provider.h"

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/fence.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/recognition.h"
#include "systems/exchange/settlement.h"
#include "systems/exchange/trade.h"
#include "systems/exchange/turns.h"
#include "systems/ledger/double_entry.h"
#include "systems/protocols/lock/guard.h"

namespace exchange {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr int64_t kDay = sim::Hours(24) / sim::Millis(1);
constexpr int64_t kWeek = 7 * kDay;

notify::Notifier::Options NotifierOptions(const sim::Settings& settings) {
  return {.schedule = notify::Schedule::Named(settings.Text("notify_schedule")),
          .status_no_cas = settings.Quirk("notify_status_no_cas"),
          .reload_wrong_status = settings.Quirk("notify_reload_wrong_status"),
          .reload_sends_now = settings.Quirk("notify_reload_sends_now")};
}

std::string Schema(const sim::Settings& settings) {
  std::map<std::string, int64_t> balances = {{"merchant-1", 0}};
  for (int64_t i = 1; i <= settings.Int("accounts"); ++i) {
    balances[absl::StrCat("customer-", i)] = settings.Int("opening_balance");
  }
  return absl::StrCat(
      kTradeTable, HasOneTradePerOrder(settings) ? kOneTradePerOrder : "", ledger::kSchema,
      notify::kSchema, ledger::OpeningRows("world", "CNY", balances),
      settings.Is("statement", "on") ? kSettlementTables : "",
      HasRecords(settings) ? kSubmissionRecord : "", HasKeys(settings) ? kSubmissionKeys : "",
      LockTables(settings), Fence::HasGuard(settings) ? lock::kGuardTables : "");
}

}  // namespace

Provider::Provider(sim::Env& env)
    : env_(env),
      merchant_(env, reversals_),
      notifier_(env, merchant_, NotifierOptions(env.settings())),
      enquiry_(env),
      processing_(env, env.settings().Is("notify", "on") ? &notifier_ : nullptr, enquiry_),
      reversals_(env, processing_),
      ingress_(env, processing_, enquiry_),
      statements_(env) {}

Task<absl::Status> Provider::Start() {
  env_.Serve(kResend, this, &Provider::Resend);
  ingress_.Serve();
  enquiry_.Serve();
  reversals_.Serve();
  co_await Try(notifier_.Start());
  co_await Try(statements_.Start());
  co_return co_await processing_.Start();
}

Task<absl::StatusOr<ResendReply>> Provider::Resend(ResendRequest request) {
  ResendReply reply;
  reply.set_refused(env_.settings().Is("resend", "off"));
  if (!reply.refused()) co_await Try(notifier_.Resend(request.order_id()));
  co_return reply;
}

sim::SystemSpec ProviderSystem() {
  sim::SystemSpec spec;
  spec.name = "exchange.Provider";
  spec.about = "A bank (B) that executes payments for merchants and tells them the result.";
  spec.roles = {
      {"initiator", "exchange.Initiator", {"exchange.NotifyResult", "exchange.NotifyReversal"}},
      {"cache",
       "cache.Cache",
       {"cache.Set", "cache.CompareAndExpire", "cache.CompareAndDelete", "cache.Delete"},
       [](const sim::Settings& settings) {
         return LocksInCache(settings) || settings.Is("idempotency", "cache_only");
       }}};
  spec.switches = {
      {"notify", "whether it tells results by itself", "on", {"on", "off"}},
      {"resend", "whether it tells a result again when asked to", "on", {"on", "off"}},
      {"refused_notice",
       "what it does when the notice of a success is refused: tells it again, or cancels",
       "tell_again",
       {"tell_again", "cancel"}},
      {"notify_schedule", "when notices are repeated", std::string(kContract.notify_schedule),
       notify::ScheduleNames()},
      {"accounts",
       "how many customers have accounts: customer-1, customer-2, ...",
       "5",
       {},
       1,
       100'000},
      {"opening_balance", "of each customer, in minor units", "25000", {}},
      {"processing_ms",
       "how long a step takes it, half of that more or less",
       "6000",
       {},
       0,
       kWeek},
      {"advise_query_after_ms",
       "when merchants are to ask, as it tells them",
       absl::StrCat(absl::ToInt64Milliseconds(kContract.query_after)),
       {},
       0,
       kWeek},
      {"idempotency",
       "how it knows a submission that it has had: by a constraint, a key in a cache, a record, a "
       "table of keys",
       "unique",
       {"unique", "cache_only", "check_then_insert", "key_table"}},
      SerialiseSwitch(),
      {"fencing",
       "whether it refuses a copy without a lock, or whose lock another has by now: its own "
       "lock, or the merchant's",
       "off",
       {"on", "off"}},
      {"record",
       "when it records that it has had a submission: after the trade, or with it",
       "after_trade",
       {"after_trade", "with_trade"}},
      {"statement",
       "whether it writes a file of what it has settled, day by day",
       "off",
       {"on", "off"}},
      {"day_ends_at_ms",
       "when a day ends for statements, after midnight UTC",
       absl::StrCat(absl::ToInt64Milliseconds(kContract.day_ends_at)),
       {},
       0,
       kDay - 1},
  };
  spec.quirks = {
      {"submit_not_unique", "looks for the order number before it inserts, without a constraint",
       "alphagov/pay-connector#4460", Trigger::Faults({ChoiceKind::kDuplicate})},
      {"conflict_is_an_error",
       "looks for the order number first, and gives who loses the race the database's error",
       "alphagov/pay-connector#4460", Trigger::Faults({ChoiceKind::kDuplicate})},
      {"parameters_not_compared_at_b", "accepts another payment under a number that is taken",
       "this project: what docs.stripe.com/api/idempotent_requests compares, left out",
       Trigger::Nothing("the forger's own attempt is enough")},
      {"keys_pruned_early",
       "forgets the keys of its table after minutes, before all that comes again has come",
       "spree/spree#14500: a sweep reuses a key that the provider has pruned after its retention",
       Trigger::Faults({ChoiceKind::kLate})},
      {"two_transaction_posting", "debits and credits in two transactions", "blnkfinance/blnk#233",
       Trigger::Nothing("between its two commits the journal is unbalanced")},
      {"balance_read_outside_transaction", "writes a balance computed from an older reading",
       "Warszawski and Bailis, ACIDRain, SIGMOD 2017: scope-based anomalies",
       Trigger::Concurrency()},
      {"funds_checked_outside_transaction", "checks the funds first and debits without a guard",
       "GoogleCloudPlatform/bank-of-anthos#49, opexdev/core#355", Trigger::Concurrency()},
      {"query_from_memory", "answers queries from memory, which misses reversals and restarts",
       "this project: a cache in front of a table, which one of its writers does not know",
       Trigger::Faults({sim::LateAnswers()})},
      {"query_from_replica", "answers queries from a replica of its database, which may lag",
       "opengovsg/FormSG#8371", Trigger::Faults({ChoiceKind::kReplicaLag})},
      {"resumes_after_deadlock", "repeats only the rest of a transaction after a deadlock",
       "roundcube/roundcubemail#7528",
       Trigger::Faults({ChoiceKind::kDeadlock, ChoiceKind::kLockTimeout})},
      {"commits_after_lock_timeout", "commits what was done when a lock could not be had in time",
       "redaxo/core#5719", Trigger::Faults({ChoiceKind::kLockTimeout})},
      {"query_settles_notice", "takes a notice for acknowledged once the merchant has asked",
       "this project: an answer may be lost, and a GET that writes is easily taken for harmless",
       Trigger::Faults({sim::LateAnswers()})},
      {"reversal_posts_before_flip", "posts a reversal in a transaction before the status",
       "this project: a ledger service with transactions of its own, called before the update",
       Trigger::Faults({ChoiceKind::kCrash, ChoiceKind::kIoError, ChoiceKind::kDiskFull,
                        ChoiceKind::kDeadlock, ChoiceKind::kLockTimeout})},
      {"reversal_leaves_no_tombstone",
       "answers the reversal of a payment that has not come as done, and leaves nothing",
       "changmingxie/tcc-transaction#249: a cancel that comes before its try",
       Trigger::Faults({ChoiceKind::kLate})},
      {"reversal_in_place", "reverses by correcting what was booked instead of booking it back",
       "this project: the shortest way to a right balance, which no auditor can follow",
       Trigger::Nothing("a reversal is no fault, and each is a correction in place")},
      {"notify_status_no_cas", "a late answer to a notice overwrites the recorded one",
       "YunaiV/ruoyi-vue-pro#350",
       Trigger::Nothing("its statement does not compare the status, changed or not")},
      {"notify_reload_wrong_status", "looks at a restart for statuses that nobody writes",
       "roncoo/roncoo-pay AppNotifyApplication.startInitFromDB",
       Trigger::Faults({ChoiceKind::kCrash})},
      {"notify_reload_sends_now", "sends all pending notices at a restart, due or not",
       "this project: a queue is filled at a restart as it is when a notice is new",
       Trigger::Faults({ChoiceKind::kCrash, ChoiceKind::kIoError})},
  };
  spec.outcomes = {{"signing_key", "1: a notice is signed with a key that has expired"},
                   {"before_debit", "1: the payment fails before any money has moved"},
                   {"after_debit", "1: the payment fails later and is reversed"}};
  spec.methods = {kSubmit, kQuery, kResend, kReverse, kFetchStatement};
  spec.tasks = {"adopt",
                "notifier",
                "notify",
                "process",
                "statements",
                "keys",
                std::string(lock::kRenewTask)};
  spec.files = [](const sim::Settings& settings) {
    std::set<std::string> files;
    if (settings.Is("statement", "on")) files.insert(filedrop::FileDrop::kKind);
    return files;
  };
  spec.schema = Schema;
  spec.reads_replica = [](const sim::Settings& settings) {
    return settings.Quirk("query_from_replica");
  };
  spec.make = [](sim::Env& env) { return std::make_unique<Provider>(env); };
  spec.tries_for = [](const sim::Settings& settings) {
    // A payment and its reversal, each half as long again; and how long merchants
    // wait because of it.
    return sim::Millis(3 * settings.Int("processing_ms") + settings.Int("advise_query_after_ms") +
                       notify::Schedule::Named(settings.Text("notify_schedule")).length());
  };
  return spec;
}

}  // namespace exchange
