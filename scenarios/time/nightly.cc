#include "scenarios/time/nightly.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "sim/world/calendar.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;

constexpr absl::Duration kTwo = absl::Hours(2);

absl::CivilDay DayOf(const std::string& text) {
  absl::CivilDay day;
  (void)absl::ParseCivilTime(text, &day);
  return day;
}

class Nightly final : public sim::Component {
 public:
  explicit Nightly(sim::Env& env)
      : env_(env), db_(env.database()), trusts_(env.settings().Quirk("trusts_its_timer")) {}

  Task<absl::Status> Start() override {
    env_.Daily("nightly", kTwo, this, &Nightly::Run);
    if (trusts_) co_return absl::OkStatus();
    const absl::CivilDay today = absl::CivilDay(env_.calendar().Local(env_.clock().Now()));
    const std::string first = absl::FormatCivilTime(today);
    const auto opened = co_await db_.Execute("INSERT INTO closed VALUES(1, ?)", first);
    if (opened.ok()) co_return absl::OkStatus();
    if (!absl::IsAlreadyExists(opened.status())) co_return opened.status();
    // Today's turn may be still to come.
    const bool over = env_.calendar().At(today, kTwo) <= env_.clock().Now();
    if (over) co_return co_await Close(today);
    co_return co_await Close(today - 1);
  }

 private:
  Task<> Run(absl::CivilDay day) {
    for (;;) {
      Task<absl::Status> work = trusts_ ? Book(day) : Close(day);
      const absl::Status done = co_await std::move(work);
      if (done.ok()) co_return;
      co_await env_.clock().Sleep(absl::Minutes(1));
    }
  }

  // All business dates up to `day` that are not closed.
  Task<absl::Status> Close(absl::CivilDay day) {
    auto txn = co_await sim::Try(db_.Begin());
    const auto rows =
        co_await sim::Try(txn.Execute("SELECT day FROM closed WHERE id = 1 FOR UPDATE"));
    absl::CivilDay next = DayOf(rows[0].Text(0));
    while (next < day) {
      ++next;
      if (!env_.calendar().IsBusinessDay(next)) continue;
      const std::string date = absl::FormatCivilTime(next);
      co_await sim::Try(txn.Execute("INSERT INTO run(business_date) VALUES(?)", date));
    }
    const std::string until = absl::FormatCivilTime(next);
    co_await sim::Try(txn.Execute("UPDATE closed SET day = ? WHERE id = 1", until));
    co_return co_await txn.Commit();
  }

  Task<absl::Status> Book(absl::CivilDay day) {
    if (!env_.calendar().IsBusinessDay(day)) co_return absl::OkStatus();
    const std::string date = absl::FormatCivilTime(day);
    const auto booked = co_await db_.Execute("INSERT INTO run(business_date) VALUES(?)", date);
    co_return booked.status();
  }

  sim::Env& env_;
  sim::Database db_;
  const bool trusts_;
};

// Counts the runs of each business date; which there must be, it knows from the
// calendar and true time.
class OneRun final : public Check {
 public:
  explicit OneRun(const CheckContext& context)
      : node_(context.nodes.at("nightly")),
        calendar_(context.calendars.at(node_)),
        epoch_(context.epoch) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "run") continue;
      const std::string date = sim::ToText(change.new_row[1]);
      Exercise();
      if (++runs_[date] == 2) {
        Violate(date, absl::StrCat(date, " is run twice"), commit.at, commit.cause);
      }
    }
  }

  // A clock may be a little behind: the last day is not counted.
  void Judge(Books& books) override {
    const absl::Time until = epoch_ + sim::FromNanos(books.at()) - absl::Hours(24);
    absl::CivilDay day(calendar_->Local(epoch_));
    while (calendar_->At(++day, kTwo) < until) {
      const std::string date = absl::FormatCivilTime(day);
      if (!calendar_->IsBusinessDay(day) || runs_.count(date) > 0) continue;
      Violate(date, absl::StrCat(date, " is never run"), books.at());
    }
  }

 private:
  const std::string node_;
  const std::shared_ptr<const sim::Calendar> calendar_;
  const absl::Time epoch_;
  std::map<std::string, int> runs_;  // by business date
};

std::string Schema(const sim::Settings&) {
  return "CREATE TABLE run(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
         " business_date TEXT NOT NULL);"
         "CREATE TABLE closed(id INT NOT NULL PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;";
}

}  // namespace

void AddNightly(Catalogue& catalogue) {
  sim::SystemSpec spec;
  spec.name = "time.Nightly";
  spec.about = "A job that runs once for each business date, at 02:00.";
  spec.quirks = {{"trusts_its_timer", "runs the day that its timer names, without a look", "",
                  Trigger::Faults({ChoiceKind::kJump, ChoiceKind::kCrash})}};
  spec.tasks = {"nightly"};
  spec.schema = &Schema;
  spec.make = [](sim::Env& env) { return std::make_unique<Nightly>(env); };
  catalogue.AddSystem(std::move(spec));

  CheckSpec check;
  check.name = "one_run_per_business_date";
  check.catalogue = "J3";
  check.claim = "The nightly job runs once for each business date.";
  check.counts = "runs";
  check.roles = {{"nightly", "time.Nightly", {}}};
  check.make = [](const CheckContext& context) { return std::make_unique<OneRun>(context); };
  catalogue.AddCheck(std::move(check));
}

}  // namespace scenarios
