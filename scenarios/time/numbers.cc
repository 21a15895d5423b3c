#include "scenarios/time/numbers.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::Task;
using sim::Trigger;

constexpr int64_t kSequence = 4096;

class Numbers final : public sim::Component {
 public:
  explicit Numbers(sim::Env& env) : env_(env), db_(env.database()) {}

  Task<absl::Status> Start() override {
    const auto rows = co_await sim::Try(db_.Execute("SELECT max(number) FROM issued"));
    if (!rows[0].IsNull(0)) last_ = rows[0].Int(0);
    env_.Every("issue", absl::Seconds(1), this, &Numbers::Issue);
    co_return absl::OkStatus();
  }

 private:
  Task<> Issue() {
    const int64_t now = env_.clock().NowMillis() * kSequence;
    last_ = env_.settings().Quirk("trusts_its_clock") ? now : std::max(now, last_ + 1);
    // One that is not kept was not issued: the next will do.
    (void)co_await db_.Execute("INSERT INTO issued(number) VALUES(?)", last_);
  }

  sim::Env& env_;
  sim::Database db_;
  int64_t last_ = 0;
};

std::string Schema(const sim::Settings&) {
  return "CREATE TABLE issued(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
         " number INTEGER NOT NULL);";
}

}  // namespace

void AddNumbers(Catalogue& catalogue) {
  sim::SystemSpec spec;
  spec.name = "time.Numbers";
  spec.about = "Issues a serial number every second.";
  spec.quirks = {{"trusts_its_clock", "issues what the clock says, whatever was issued before",
                  "twitter-archive/snowflake, IdWorker.scala: lastTimestamp is memory only",
                  Trigger::Faults({sim::WrongClocks()})}};
  spec.tasks = {"issue"};
  spec.schema = &Schema;
  spec.make = [](sim::Env& env) { return std::make_unique<Numbers>(env); };
  catalogue.AddSystem(std::move(spec));
}

}  // namespace scenarios
