#include "scenarios/testing/toy.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "scenarios/testing/toy.pb.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using settle::toy::Answer;
using settle::toy::Payment;
using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;

constexpr sim::Method<Payment, Answer> kPay{"toy.Pay", sim::Visibility::kPublic};
constexpr sim::Method<Payment, Answer> kBook{"toy.Book"};

// Books each payment once.
class Ledger final : public sim::Component {
 public:
  explicit Ledger(sim::Env& env) : env_(env), db_(env.database()) {}

  Task<absl::Status> Start() override {
    env_.Serve(kBook, this, &Ledger::Book);
    if (env_.settings().Is("restless", "yes")) env_.Spawn("fret", Fret());
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<Answer>> Book(Payment payment) {
    Answer answer;
    if (env_.Outcome("refuse", payment.id()) != 0) {
      answer.set_refused(true);
      co_return answer;
    }
    const auto booked = co_await db_.Execute("INSERT INTO booked(payment, amount) VALUES(?, ?)",
                                             payment.id(), payment.amount());
    if (!booked.ok() && !absl::IsAlreadyExists(booked.status())) co_return booked.status();
    co_return answer;
  }

  // Never ends.
  Task<> Fret() {
    while (true) co_await env_.clock().Sleep(absl::Seconds(60));
  }

  sim::Env& env_;
  sim::Database db_;
};

// Has payments booked.
class Teller final : public sim::Component {
 public:
  explicit Teller(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Serve(kPay, this, &Teller::Pay);
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<Answer>> Pay(Payment payment) {
    const int64_t attempts = env_.settings().Int("attempts");
    const sim::CallOptions patience{absl::Milliseconds(200)};
    for (int64_t attempt = 1; attempt <= attempts; ++attempt) {
      auto answer = co_await env_.Call(env_.peer("ledger"), kBook, payment, patience);
      if (answer.ok()) co_return answer;
      co_await env_.clock().Sleep(absl::Milliseconds(20));
    }
    co_return sim::Unknown("the ledger does not answer");
  }

  sim::Env& env_;
};

// Pays, one payment after the other, each until it is not refused.
class Client final : public sim::Component {
 public:
  explicit Client(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("pay", Pay());
    co_return absl::OkStatus();
  }

 private:
  Task<> Pay() {
    const int64_t operations = env_.settings().Int("operations");
    for (int64_t n = 1; n <= operations; ++n) {
      if (!co_await env_.Turn(n)) continue;
      Payment payment;
      payment.set_id(absl::StrCat(env_.name(), "-", n));
      payment.set_amount(100);
      const sim::CallOptions patience{absl::Seconds(5)};
      while (true) {
        auto answer = co_await env_.Call(env_.peer("teller"), kPay, payment, patience);
        if (!sim::IsRefused(answer.status())) break;
        co_await env_.clock().Sleep(absl::Milliseconds(20));
      }
    }
  }

  sim::Env& env_;
};

// No payment is booked twice.
class BookedOnce final : public Check {
 public:
  explicit BookedOnce(std::string ledger) : ledger_(std::move(ledger)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != ledger_) return;
    for (const sim::RowChange& change : commit.changes) {
      const std::string payment = sim::ToText(change.new_row[1]);
      Exercise();
      if (++booked_[payment] == 2) {
        Violate(payment, absl::StrCat(payment, " is booked twice"), commit.at, commit.cause);
      }
    }
  }

 private:
  const std::string ledger_;
  std::map<std::string, int> booked_;
};

std::string LedgerSchema(const sim::Settings& settings) {
  const std::string table =
      "CREATE TABLE booked(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
      " payment TEXT NOT NULL, amount INTEGER NOT NULL);";
  if (settings.Quirk("books_again")) return table;
  return table + "CREATE UNIQUE INDEX booked_payment ON booked(payment);";
}

template <typename C>
std::unique_ptr<sim::Component> Make(sim::Env& env) {
  return std::make_unique<C>(env);
}

sim::SystemSpec LedgerSpec() {
  sim::SystemSpec spec;
  spec.name = "toy.Ledger";
  spec.switches = {{"restless", "never comes to rest", "no", {"no", "yes"}}};
  spec.quirks = {{"books_again", "books a payment once for each request", "",
                  Trigger::Faults({sim::LateAnswers(), ChoiceKind::kDuplicate})}};
  spec.outcomes = {{"refuse", "1: the payment is refused"}};
  spec.methods = {"toy.Book"};
  spec.tasks = {"fret"};
  spec.schema = &LedgerSchema;
  spec.make = &Make<Ledger>;
  return spec;
}

sim::SystemSpec TellerSpec() {
  sim::SystemSpec spec;
  spec.name = "toy.Teller";
  spec.roles = {{"ledger", "toy.Ledger", {"toy.Book"}}};
  spec.switches = {{"attempts", "how often it tries", "8", {}, 1, 1'000'000}};
  spec.methods = {"toy.Pay"};
  spec.make = &Make<Teller>;
  spec.tries_for = [](const sim::Settings& settings) {
    return settings.Int("attempts") * sim::Millis(220);
  };
  return spec;
}

sim::SystemSpec PaySpec() {
  sim::SystemSpec spec;
  spec.name = "pay";
  spec.roles = {{"teller", "toy.Pay", {"toy.Pay"}}};
  spec.tasks = {"pay"};
  spec.make = &Make<Client>;
  return spec;
}

CheckSpec BookedOnceSpec() {
  CheckSpec spec;
  spec.name = "booked_once";
  spec.catalogue = "M4";
  spec.claim = "No payment is booked twice.";
  spec.counts = "bookings";
  spec.roles = {{"ledger", "toy.Ledger", {}}};
  spec.make = [](const CheckContext& context) {
    return std::make_unique<BookedOnce>(context.nodes.at("ledger"));
  };
  return spec;
}

}  // namespace

Catalogue ToyCatalogue() {
  Catalogue catalogue;
  catalogue.AddSystem(LedgerSpec());
  catalogue.AddSystem(TellerSpec());
  catalogue.AddWorkload(PaySpec());
  catalogue.AddCheck(BookedOnceSpec());
  StepSpec booked;
  booked.about = "The ledger has booked a payment.";
  booked.system = "toy.Ledger";
  booked.step.name = "toy.booked.after";
  booked.step.what = "booked";
  catalogue.steps.push_back(booked);
  return catalogue;
}

}  // namespace scenarios
