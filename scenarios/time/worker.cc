#include "scenarios/time/worker.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;

constexpr int64_t kLeaseMillis = 2000;

class Worker final : public sim::Component {
 public:
  explicit Worker(sim::Env& env) : env_(env), db_(env.database()) {}

  Task<absl::Status> Start() override {
    env_.Every("work", absl::Seconds(1), this, &Worker::Work);
    co_return absl::OkStatus();
  }

 private:
  Task<> Work() {
    // What fails is tried again in a second.
    const absl::StatusOr<int64_t> token = co_await Lease();
    if (!token.ok()) co_return;
    const int64_t turns = env_.settings().Int("turns");
    for (int64_t turn = 0; turn < turns; ++turn) {
      co_await env_.clock().Sleep(absl::Seconds(1) / turns);
    }
    (void)co_await Write(*token);
  }

  // The token under which this node may work.
  Task<absl::StatusOr<int64_t>> Lease() {
    auto txn = co_await sim::Try(db_.Begin());
    const auto rows = co_await sim::Try(
        txn.Execute("SELECT holder, token, until FROM lease WHERE id = 1 FOR UPDATE"));
    const int64_t now = env_.clock().NowMillis();
    const bool mine = rows[0].Text(0) == env_.name();
    if (!mine && now < rows[0].Int(2)) co_return absl::UnavailableError("another holds it");
    const int64_t token = mine ? rows[0].Int(1) : rows[0].Int(1) + 1;
    co_await sim::Try(txn.Execute("UPDATE lease SET holder = ?, token = ?, until = ? WHERE id = 1",
                                  env_.name(), token, now + kLeaseMillis));
    co_await sim::Try(txn.Commit());
    co_return token;
  }

  Task<absl::Status> Write(int64_t token) {
    auto txn = co_await sim::Try(db_.Begin());
    if (!env_.settings().Quirk("believes_its_lease")) {
      const auto rows =
          co_await sim::Try(txn.Execute("SELECT token FROM lease WHERE id = 1 FOR UPDATE"));
      if (rows[0].Int(0) != token) co_return absl::FailedPreconditionError("the lease is gone");
    }
    co_await sim::Try(
        txn.Execute("INSERT INTO work(token, worker) VALUES(?, ?)", token, env_.name()));
    co_return co_await txn.Commit();
  }

  sim::Env& env_;
  sim::Database db_;
};

// A write bears the token of who has the lease at that moment.
class NoStaleWrite final : public Check {
 public:
  explicit NoStaleWrite(std::string database) : database_(std::move(database)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != database_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.new_row.empty()) continue;
      const std::string token =
          sim::ToText(change.new_row[static_cast<size_t>(change.table->Column("token"))]);
      if (change.table->name == "lease") {
        if (token != token_) Exercise();
        token_ = token;
      } else if (token != token_) {
        Violate(
            token,
            absl::StrCat("a worker writes under token ", token, " when ", token_, " has the lease"),
            commit.at, commit.cause);
      }
    }
  }

 private:
  const std::string database_;
  std::string token_ = "0";
};

std::string Schema(const sim::Settings&) {
  return "CREATE TABLE lease(id INT NOT NULL PRIMARY KEY, holder TEXT NOT NULL,"
         " token INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;"
         "INSERT INTO lease VALUES(1, '', 0, 0);"
         "CREATE TABLE work(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
         " token INTEGER NOT NULL, worker TEXT NOT NULL);";
}

}  // namespace

void AddWorker(Catalogue& catalogue) {
  sim::SystemSpec spec;
  spec.name = "time.Worker";
  spec.about = "One of two that share a database; who holds the lease works.";
  spec.switches = {{"turns", "in how many turns it computes for a second", "10", {}, 1, 10'000}};
  spec.quirks = {{"believes_its_lease", "writes without a look whether the lease is still its own",
                  "Kleppmann, How to do distributed locking, 2016",
                  Trigger::Faults({sim::WrongClocks(), ChoiceKind::kPause, ChoiceKind::kSlow})}};
  spec.tasks = {"work"};
  spec.schema = &Schema;
  spec.make = [](sim::Env& env) { return std::make_unique<Worker>(env); };
  catalogue.AddSystem(std::move(spec));

  CheckSpec check;
  check.name = "no_stale_write";
  check.catalogue = "L2";
  check.claim = "Who has lost the lease writes nothing any more.";
  check.counts = "leases that pass to another";
  check.roles = {{"worker", "time.Worker", {}}};
  check.make = [](const CheckContext& context) {
    return std::make_unique<NoStaleWrite>(context.nodes.at("worker"));
  };
  catalogue.AddCheck(std::move(check));
}

}  // namespace scenarios
