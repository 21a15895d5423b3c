// An explanation for people: as text, as Markdown, and its messages as a Mermaid diagram.
//
//   legal_transitions (O1): trade_order pay1-5 went from SUBMITTED to REVERSED
//
//   the story
//        0.57 s  a < pay1   exchange.Pay pay1-5  payer: "customer-2" amount: 2041
//        0.57 s  a          trade_order pay1-5 is new: status PROCESSING
//   FAULT  2.31 s  the 1st request of pay1-5's exchange.NotifyResult is overtaken ...
//   ...
//   without each of them
//     without the 1st request of pay1-5's ...: HELD; a.trade_order pay1-5 status ends ...
//   where it parts from the run without ...
//     at 9.61 s a.trade_order pay1-5 status is REVERSED; there it is SUCCESS

#ifndef REPORTS_EXPLANATION_TEXT_H_
#define REPORTS_EXPLANATION_TEXT_H_

#include <string>

#include "reports/explanation.pb.h"

namespace reports {

std::string ExplanationText(const settle::Explanation& explanation, bool color);
std::string ExplanationMarkdown(const settle::Explanation& explanation);

// A sequence diagram; text that Mermaid would take for its own is replaced.
std::string ExplanationMermaid(const settle::Explanation& explanation);

}  // namespace reports

#endif  // REPORTS_EXPLANATION_TEXT_H_
