#include "sim/storage/wait_text.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace sim {
namespace {

std::string At(Nanos instant) { return absl::FormatDuration(FromNanos(instant)); }

// The words of an SQL text, one space between them.
std::string OneLine(absl::string_view sql) {
  std::string line;
  for (const char c : sql) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

}  // namespace

std::string WhoText(const OpenTransaction& txn) {
  const Caller& caller = txn.caller;
  if (txn.stage == OpenTransaction::Stage::kPrepared) {
    return absl::StrCat("the prepared branch ", txn.xid, " of ", caller.node);
  }
  if (caller.task.empty()) return absl::StrCat(caller.node, " (no task)");
  return absl::StrCat(caller.node, " ", caller.task);
}

std::string WaitText(const OpenTransaction& txn, const std::vector<OpenTransaction*>& ahead) {
  std::string text =
      absl::StrCat(WhoText(txn), " waits since ", At(txn.waits_since), " for ", txn.waits_for);
  if (txn.in_vain) absl::StrAppend(&text, ", which a fault keeps from it");
  for (size_t i = 0; i < ahead.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? ", locked by " : ", behind ", WhoText(*ahead[i]));
    if (i == 0) {
      absl::StrAppend(&text, " (open since ", At(ahead[i]->began_at), "; ",
                      OneLine(ahead[i]->caller.sql), ")");
    }
  }
  return absl::StrCat(text, ": ", OneLine(txn.caller.sql));
}

std::string VictimText(const OpenTransaction& txn) {
  return absl::StrCat("deadlock: ", WhoText(txn), " is the victim: ", OneLine(txn.caller.sql));
}

std::string DeadlockText(const std::vector<OpenTransaction*>& circle) {
  std::string text = "deadlock";
  for (size_t i = 0; i < circle.size(); ++i) {
    const OpenTransaction& next = *circle[(i + 1) % circle.size()];
    absl::StrAppend(&text, i == 0 ? ": " : "; ", WhoText(*circle[i]), " waits for ",
                    circle[i]->waits_for, " behind ", WhoText(next), " (",
                    OneLine(circle[i]->caller.sql), ")");
  }
  return text;
}

}  // namespace sim
