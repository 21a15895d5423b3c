#include "scenarios/exchange/steps.h"

#include <string>
#include <utility>

namespace scenarios {
namespace {

using Moment = sim::Step::Moment;
using On = sim::Step::On;

constexpr char kInitiator[] = "exchange.Initiator";
constexpr char kProvider[] = "exchange.Provider";

// After a commit that leaves `column` of a row of `table` at `value`.
sim::Step AfterCommit(std::string name, std::string table, std::string column, std::string value) {
  return {std::move(name), "", Moment::kAfter, On::kCommit, std::move(table), std::move(column),
          std::move(value)};
}

// Before a commit that writes a row of `table`.
sim::Step BeforeCommit(std::string name, std::string table) {
  return {std::move(name), "", Moment::kBefore, On::kCommit, std::move(table), "", ""};
}

sim::Step Message(std::string name, Moment moment, On on, std::string method) {
  return {std::move(name), "", moment, on, std::move(method), "", ""};
}

}  // namespace

void AddExchangeSteps(Catalogue& catalogue) {
  catalogue.steps.insert(
      catalogue.steps.end(),
      {
          {"A has stored a new order, and not begun to send it.", kInitiator,
           AfterCommit("ab.A.insert.after", "trade_order", "status", "INIT")},
          {"A has claimed the order for sending, and not sent it.", kInitiator,
           AfterCommit("ab.A.cas_processing.after_before_send", "trade_order", "status",
                       "PROCESSING")},
          {"A has taken the lock of an order, and not claimed it for sending.", kInitiator,
           AfterCommit("idem.A.lock.after_before_send", "dlock", "", "")},
          {"A has sent the order, and not heard the answer.", kInitiator,
           Message("ab.A.send.after_before_answer", Moment::kAfter, On::kSend, "exchange.Submit")},
          {"B has accepted a payment, and not answered.", kProvider,
           Message("ab.B.accept.after_before_answer", Moment::kBefore, On::kReply,
                   "exchange.Submit")},
          {"B has booked a payment.", kProvider,
           AfterCommit("ab.B.debit.after", "journal", "leg", "PAYMENT")},
          {"B has taken the lock of an order, and not looked whether it is known.", kProvider,
           AfterCommit("idem.B.lock.after_before_do", "dlock", "", "")},
          {"B has accepted a payment, and not recorded that; it has the lock still, if it takes "
           "one.",
           kProvider, BeforeCommit("idem.B.do.after_before_record", "submission_record")},
          {"B has recorded that it has accepted a payment, and has the lock still.", kProvider,
           AfterCommit("idem.B.record.after_before_unlock", "submission_record", "", "")},
          {"A has sent a query, and not heard the answer; a notice may arrive first.", kInitiator,
           Message("ab.A.query.after_before_answer", Moment::kAfter, On::kSend, "exchange.Query")},
          {"A has booked a result, and not acknowledged the notice.", kInitiator,
           Message("ab.A.update.after_before_ack", Moment::kBefore, On::kReply,
                   "exchange.NotifyResult")},
          {"A has booked a reversal, and not acknowledged the notice.", kInitiator,
           Message("rev.A.update.after_before_ack", Moment::kBefore, On::kReply,
                   "exchange.NotifyReversal")},
          {"B has written a notice, and not sent it.", kProvider,
           AfterCommit("ben.notifier.insert.after", "notification", "attempts", "0")},
          {"B has claimed an attempt to notify, and not sent it.", kProvider,
           Message("ben.notifier.claim.after_before_send", Moment::kBefore, On::kSend,
                   "exchange.NotifyResult")},
          {"B has sent a notice, and not recorded what became of it.", kProvider,
           Message("ben.http.sent_before_record", Moment::kAfter, On::kSend,
                   "exchange.NotifyResult")},
          {"B has sent the notice of a reversal, and not recorded what became of it.", kProvider,
           Message("rev.http.sent_before_record", Moment::kAfter, On::kSend,
                   "exchange.NotifyReversal")},
          {"B has booked a reversal.", kProvider,
           AfterCommit("rev.B.post.after", "journal", "leg", "REVERSAL")},
          {"A has written the request of a reversal, and not sent it.", kInitiator,
           AfterCommit("rev.A.write.after_before_send", "reversal_request", "attempts", "0")},
          {"A has sent the request of a reversal, and not heard the answer.", kInitiator,
           Message("rev.A.send.after_before_answer", Moment::kAfter, On::kSend,
                   "exchange.Reverse")},
          {"B has taken a payment back, or left a tombstone, and not answered.", kProvider,
           Message("rev.B.undo.after_before_answer", Moment::kBefore, On::kReply,
                   "exchange.Reverse")},
          {"A has asked for a statement, and not received it.", kInitiator,
           Message("recon.download.partial", Moment::kAfter, On::kSend, "exchange.FetchStatement")},
          {"A has saved a statement, and not checked it.", kInitiator,
           AfterCommit("recon.saved_before_status", "recon_batch", "status", "SAVED")},
          {"A has repaired an order, and not marked that it has.", kInitiator,
           AfterCommit("recon.repair.after_before_mark", "trade_flow", "cause", "recon")},
      });
}

}  // namespace scenarios
