#include "scenarios/shared/receipt_check.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scenarios/shared/till.h"
#include "sim/net/traffic.h"

namespace scenarios {
namespace {

class ReceiptsAreKept final : public Check {
 public:
  void OnCommit(const sim::Commit& commit) override {
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name == "deposit") noted_.insert(change.Key());
    }
  }

  void OnTraffic(const sim::Traffic& traffic) override {
    if (traffic.kind != sim::TrafficKind::kAnswered) return;
    if (traffic.method != deposit::kPutIn.name || !traffic.status.ok()) return;
    Exercise();
    std::string deposit_id(traffic.key);
    if (noted_.count(deposit_id) > 0) return;
    std::string what = absl::StrCat(traffic.callee, " gives ", traffic.caller, " a receipt for ",
                                    deposit_id, ", which is not in its books");
    Violate(std::move(deposit_id), std::move(what), traffic.at, traffic.record);
  }

 private:
  std::set<std::string> noted_;  // deposits that were committed
};

}  // namespace

void AddReceiptCheck(Catalogue& catalogue) {
  CheckSpec spec;
  spec.name = "receipts_are_kept";
  spec.catalogue = "A3";
  spec.claim = "A deposit for which there is a receipt is in the books.";
  spec.counts = "receipts";
  spec.make = [](const CheckContext&) { return std::make_unique<ReceiptsAreKept>(); };
  catalogue.AddCheck(std::move(spec));
}

}  // namespace scenarios
