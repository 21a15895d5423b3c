#include "scenarios/command/selftest.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "scenarios/command/selftest.pb.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using settle::selftest::Deposit;
using settle::selftest::Receipt;
using sim::Task;

constexpr sim::Method<Deposit, Receipt> kPut{"selftest.Put", sim::Visibility::kPublic};

constexpr char kText[] = R"(
about: "What is put into the box is in it once."
organisation {
  name: "bank"
  node { name: "box" system: "selftest.Box" }
}
workload { name: "save" clients: 3 operations: 10 }
chaos {
  rule { message {} drop {} one_in: 8 }
  rule { message {} duplicate { max: "2s" } one_in: 8 }
  rule { message {} delay { max: "2s" } one_in: 8 }
  rule { process {} crash { min: "50ms" max: "5s" } one_in: 40 at_most: 5 }
  heal_after: "2m"
  quiet_for: "2m"
}
check {
  name: "in_once"
  claim: "What is put into the box is in it once."
  sql: "SELECT id FROM box.deposit GROUP BY id HAVING count(*) > 1"
  exercised_sql: "SELECT count(*) FROM box.deposit"
}
budget { seeds: 3 }
)";

// Keeps each deposit once.
class Box final : public sim::Component {
 public:
  explicit Box(sim::Env& env) : env_(env), db_(env.database()) {}

  Task<absl::Status> Start() override {
    env_.Serve(kPut, this, &Box::Put);
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<Receipt>> Put(Deposit deposit) {
    const auto kept = co_await db_.Execute("INSERT INTO deposit(id, amount) VALUES(?, ?)",
                                           deposit.id(), deposit.amount());
    if (!kept.ok() && !absl::IsAlreadyExists(kept.status())) co_return kept.status();
    Receipt receipt;
    receipt.set_total(deposit.amount());
    co_return receipt;
  }

  sim::Env& env_;
  sim::Database db_;
};

// Puts one deposit after the other into the box, each until it is answered.
class Saver final : public sim::Component {
 public:
  explicit Saver(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("save", Save());
    co_return absl::OkStatus();
  }

 private:
  Task<> Save() {
    const int64_t operations = env_.settings().Int("operations");
    const sim::CallOptions patience{absl::Milliseconds(200)};
    for (int64_t n = 1; n <= operations; ++n) {
      if (!co_await env_.Turn(n)) continue;
      Deposit deposit;
      deposit.set_id(absl::StrCat(env_.name(), "-", n));
      deposit.set_amount(env_.Amount(deposit.id(), 0, 999));
      while (true) {
        const auto answer = co_await env_.Call(env_.peer("box"), kPut, deposit, patience);
        if (answer.ok()) break;
        const uint64_t pause = env_.Draw("pause", deposit.id(), 2000);
        co_await env_.clock().Sleep(absl::Milliseconds(static_cast<int64_t>(pause)));
      }
    }
  }

  sim::Env& env_;
};

}  // namespace

Catalogue SelfTestCatalogue() {
  Catalogue catalogue;
  sim::SystemSpec box;
  box.name = "selftest.Box";
  box.about = "Keeps each deposit once.";
  box.methods = {"selftest.Put"};
  box.schema = [](const sim::Settings&) -> std::string {
    return "CREATE TABLE deposit(id TEXT NOT NULL PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT "
           "ROWID;";
  };
  box.make = [](sim::Env& env) { return std::make_unique<Box>(env); };
  catalogue.AddSystem(box);
  sim::SystemSpec save;
  save.name = "save";
  save.about = "Puts deposits into the box.";
  save.roles = {{"box", "selftest.Box", {"selftest.Put"}}};
  save.tasks = {"save"};
  save.make = [](sim::Env& env) { return std::make_unique<Saver>(env); };
  catalogue.AddWorkload(save);
  return catalogue;
}

absl::string_view SelfTestText() { return kText; }

}  // namespace scenarios
