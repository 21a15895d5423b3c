#include "scenarios/search/explore.h"

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "faults/alternatives.h"
#include "faults/pins.h"
#include "reports/words.h"
#include "scenarios/repro.h"
#include "scenarios/search/footprint.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

using absl::StrCat;
using Pins = std::vector<sim::Pin>;

// A fault that can be tried, and what is known of it once it has been tried alone.
struct Single {
  sim::Pin pin;
  bool broken = false;
  std::set<uint64_t> touched;  // keys
  Pins fresh;                  // alternatives at places that only the run with it comes to
};

struct Pair {
  uint32_t first;
  uint32_t second;  // a single; or, of those that are fresh after the first, its number
  bool fresh;
  bool relevant;
};

bool Meet(const std::set<uint64_t>& one, const std::set<uint64_t>& other) {
  return std::any_of(one.begin(), one.end(), [&](uint64_t key) { return other.count(key) > 0; });
}

// Whether anybody can say that the promises held.
bool IsInconclusive(const settle::RunResult& run) {
  return run.verdict() == settle::INCONCLUSIVE ||
         absl::c_none_of(run.check(), [](const auto& check) { return check.judged(); });
}

std::string WhyInconclusive(const settle::RunResult& run) {
  std::vector<std::string> reasons(run.going_on().begin(), run.going_on().end());
  for (const settle::CheckResult& check : run.check()) {
    if (!check.unknown().empty()) reasons.push_back(StrCat(check.name(), ": ", check.unknown()));
  }
  return reasons.empty() ? "no check could be judged" : absl::StrJoin(reasons, "; ");
}

uint64_t KeyOf(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  return point.ok() ? sim::HashName(point->place().key) : 0;
}

class Explorer {
 public:
  Explorer(Runner& runner, const faults::Plan& plan, const RunMany& many,
           const ExploreOptions& options)
      : runner_(runner), plan_(plan), many_(many), options_(options) {}

  Explored Explore() {
    explored_.ended = LookAround();
    if (explored_.ended.ok()) explored_.ended = TrySingles();
    if (explored_.ended.ok() && options_.depth > 1 && !enough_) explored_.ended = TryPairs();
    for (const settle::CheckResult& check : explored_.calm.check()) {
      if (exercised_.count(check.name()) == 0) explored_.unexercised.push_back(check.name());
    }
    return std::move(explored_);
  }

 private:
  // The calm run, with how its business ends, and the points to which it comes.
  absl::Status LookAround() {
    RunOptions calm = options_.run;
    calm.chaos = false;
    explored_.calm = runner_.Run(calm);
    if (explored_.calm.stopped()) return absl::CancelledError("interrupted");
    base_ = ToPins(explored_.calm.fired());
    for (const faults::PlannedPin& planned : plan_.pins) {
      if (planned.does_not_apply.empty()) base_.push_back(planned.pin);
    }
    calm = RunWith({});
    std::set<std::pair<std::string, uint64_t>> points;
    calm.on_place = [&](const sim::Place& place, uint64_t occurrence, sim::Nanos now) {
      for (sim::Pin& pin : faults::AlternativesAt(plan_, place, occurrence, now)) {
        if (!seen_.emplace(pin.point, pin.occurrence, pin.kind, pin.amount, pin.disk).second) {
          continue;
        }
        points.emplace(pin.point, pin.occurrence);
        ++explored_.choices[NameOf(pin)];
        singles_.push_back({std::move(pin), false, {}, {}});
      }
    };
    calm.observer = &calm_footprint_;
    explored_.calm = runner_.Run(calm);
    explored_.points = points.size();
    explored_.singles = singles_.size();
    return JudgeCalm();
  }

  absl::Status JudgeCalm() {
    const settle::RunResult& calm = explored_.calm;
    if (calm.stopped()) return absl::CancelledError("interrupted");
    Exercise(calm);
    if (!calm.finding().empty()) {
      if (options_.broken) options_.broken(calm);
      return absl::FailedPreconditionError(
          StrCat("the calm run breaks a promise already: ", calm.finding(0).check(), ": ",
                 calm.finding(0).what()));
    }
    if (IsInconclusive(calm)) {
      return absl::FailedPreconditionError(
          StrCat("the calm run is inconclusive: ", WhyInconclusive(calm)));
    }
    return absl::OkStatus();
  }

  static std::string NameOf(const sim::Pin& pin) {
    const settle::Pin proto = faults::PinProto(pin);
    std::string name = absl::AsciiStrToLower(settle::Pin::Choice_Name(proto.choice()));
    if (pin.kind == sim::ChoiceKind::kCrash) {
      if (pin.disk == sim::DiskFate::kLoseAll) name += " losing";
      if (pin.disk == sim::DiskFate::kKeepAll) name += " keeping";
    }
    return absl::StrReplaceAll(name, {{"_", " "}});
  }

  RunOptions RunWith(const Pins& faults) const {
    RunOptions run = options_.run;
    run.pins = base_;
    run.pins->insert(run.pins->end(), faults.begin(), faults.end());
    return run;
  }

  // With what it touches, and what it could be paired with.
  settle::RunResult RunAlone(uint64_t index) const {
    RunOptions run = RunWith({singles_[index].pin});
    Footprint footprint;
    Pins fresh;
    std::set<Name> seen;
    if (options_.depth > 1) {
      run.observer = &footprint;
      run.on_place = [&](const sim::Place& place, uint64_t occurrence, sim::Nanos now) {
        for (sim::Pin& pin : faults::AlternativesAt(plan_, place, occurrence, now)) {
          const Name name(pin.point, pin.occurrence, pin.kind, pin.amount, pin.disk);
          if (seen_.count(name) == 0 && seen.insert(name).second) fresh.push_back(std::move(pin));
        }
      };
    }
    settle::RunResult result = runner_.Run(run);
    if (options_.depth > 1) {
      for (const uint64_t key : footprint.Against(calm_footprint_)) result.add_touched(key);
      for (const sim::Pin& pin : fresh) *result.add_fresh() = faults::PinProto(pin);
    }
    return result;
  }

  absl::Status TrySingles() {
    const uint64_t count = std::min<uint64_t>(singles_.size(), options_.most_runs);
    const absl::Status status = many_(
        count, [this](uint64_t index) { return RunAlone(index); },
        [this](uint64_t index, const absl::StatusOr<settle::RunResult>& result) {
          Single& single = singles_[index];
          single.touched.insert(KeyOf(single.pin));
          // What is known to end badly is not tried in pairs.
          single.broken = !result.ok() || !result->finding().empty();
          if (result.ok()) {
            single.touched.insert(result->touched().begin(), result->touched().end());
            single.fresh = ToPins(result->fresh());
          }
          return Count({single.pin}, result, explored_.singles_tried);
        });
    explored_.whole = explored_.singles_tried.run == explored_.singles;
    return status;
  }

  // Of two singles the one that comes later is the second; one point has one fault.
  std::vector<Pair> ListPairs() {
    const auto meet = options_.meet ? options_.meet : Meet;
    std::vector<Pair> pairs;
    for (uint32_t i = 0; i < singles_.size(); ++i) {
      const Single& first = singles_[i];
      for (uint32_t j = i + 1; j < singles_.size(); ++j) {
        const Single& second = singles_[j];
        if (second.pin.point == first.pin.point && second.pin.occurrence == first.pin.occurrence) {
          continue;
        }
        if (first.broken || second.broken) {
          ++explored_.pairs_known;
          continue;
        }
        Add({i, j, false, meet(first.touched, second.touched)}, pairs);
      }
      if (first.broken) {
        explored_.pairs_known += first.fresh.size();
        continue;
      }
      for (uint32_t j = 0; j < first.fresh.size(); ++j) Add({i, j, true, true}, pairs);
    }
    return pairs;
  }

  void Add(const Pair& pair, std::vector<Pair>& pairs) {
    ++explored_.pairs;
    if (pair.relevant) ++explored_.relevant;
    if (pair.relevant || options_.audit) pairs.push_back(pair);
  }

  absl::Status TryPairs() {
    const std::vector<Pair> pairs = ListPairs();
    explored_.paired = true;
    const uint64_t left = options_.most_runs - explored_.runs;
    const uint64_t count = std::min<uint64_t>(pairs.size(), left);
    const absl::Status status = many_(
        count, [&](uint64_t index) { return runner_.Run(RunWith(Both(pairs[index]))); },
        [&](uint64_t index, const absl::StatusOr<settle::RunResult>& result) {
          const bool broken = result.ok() && !result->finding().empty();
          if (broken && !pairs[index].relevant) ++explored_.lost;
          return Count(Both(pairs[index]), result, explored_.pairs_tried);
        });
    explored_.whole = explored_.whole && explored_.pairs_tried.run == pairs.size();
    return status;
  }

  Pins Both(const Pair& pair) const {
    const Single& first = singles_[pair.first];
    return {first.pin, pair.fresh ? first.fresh[pair.second] : singles_[pair.second].pin};
  }

  // Whether to go on.
  bool Count(const Pins& faults, const absl::StatusOr<settle::RunResult>& result, Tried& tried) {
    ++explored_.runs;
    ++tried.run;
    if (!result.ok()) {
      ++tried.died;
      enough_ = options_.died && !options_.died(*RunWith(faults).pins, result.status());
      return !enough_;
    }
    Exercise(*result);
    if (!result->finding().empty()) {
      ++tried.broken;
      enough_ = options_.broken && !options_.broken(*result);
    } else if (IsInconclusive(*result)) {
      ++tried.inconclusive;
    }
    return !enough_;
  }

  void Exercise(const settle::RunResult& run) {
    for (const settle::CheckResult& check : run.check()) {
      if (check.exercised() > 0) exercised_.insert(check.name());
    }
  }

  using Name = std::tuple<std::string, uint64_t, sim::ChoiceKind, int64_t, sim::DiskFate>;

  Runner& runner_;
  const faults::Plan& plan_;
  const RunMany& many_;
  const ExploreOptions& options_;
  Pins base_;  // how business ends in the calm run
  Footprint calm_footprint_;
  std::vector<Single> singles_;
  std::set<Name> seen_;              // of the singles
  std::set<std::string> exercised_;  // checks, in any run
  bool enough_ = false;
  Explored explored_;
};

// "held", "2 of 41 VIOLATED, 3 inconclusive".
std::string Outcome(const Tried& tried) {
  if (tried.run == 0) return "nothing was tried";
  std::vector<std::string> parts;
  for (const auto& [count, word] :
       {std::pair(tried.broken, "VIOLATED"), std::pair(tried.inconclusive, "inconclusive"),
        std::pair(tried.died, "died")}) {
    if (count == 0) continue;
    const std::string of = parts.empty() ? StrCat(" of ", reports::Grouped(tried.run)) : "";
    parts.push_back(StrCat(reports::Grouped(count), of, " ", word));
  }
  return parts.empty() ? "held" : absl::StrJoin(parts, ", ");
}

}  // namespace

absl::Status RunOneByOne(uint64_t count, const RunOne& run, const SeeOne& seen) {
  for (uint64_t index = 0; index < count; ++index) {
    const settle::RunResult result = run(index);
    if (result.stopped()) return absl::CancelledError("interrupted");
    if (!seen(index, result)) break;
  }
  return absl::OkStatus();
}

Explored Explore(Runner& runner, const faults::Plan& plan, const RunMany& many,
                 const ExploreOptions& options) {
  return Explorer(runner, plan, many, options).Explore();
}

settle::Verdict VerdictOf(const Explored& explored) {
  const Tried& singles = explored.singles_tried;
  const Tried& pairs = explored.pairs_tried;
  const bool broken = !explored.calm.finding().empty() || singles.broken + pairs.broken > 0;
  if (broken || singles.died + pairs.died > 0) return settle::VIOLATED;
  const bool judged = explored.ended.ok() && singles.inconclusive + pairs.inconclusive == 0;
  if (!judged || !explored.whole) return settle::INCONCLUSIVE;
  const bool tried = singles.run > 0 && explored.unexercised.empty();
  return tried ? settle::HELD : settle::NOT_EXERCISED;
}

std::string Statement(const Explored& explored, const ExploreOptions& options) {
  using reports::Counted;
  using reports::Grouped;
  if (explored.calm.stopped()) {
    return StrCat("seed ", options.run.seed, ": the calm run did not end, and no fault was tried");
  }
  std::vector<std::string> names;
  for (const auto& [name, count] : explored.choices) names.push_back(name);
  const uint64_t run = explored.singles_tried.run;
  const bool all_singles = run == explored.singles;
  std::string text =
      StrCat("seed ", options.run.seed, ", calm: ", all_singles ? "all " : "not all of ",
             Counted(explored.points, "point"), " x {", absl::StrJoin(names, ", "), "}, ",
             Grouped(run), all_singles ? "" : StrCat(" of ", Grouped(explored.singles)),
             " single faults: ", Outcome(explored.singles_tried));
  if (options.depth > 1 && !explored.paired) absl::StrAppend(&text, "; pairs were not tried");
  if (explored.paired) {
    absl::StrAppend(&text, "; ", Grouped(explored.relevant), " of ", Grouped(explored.pairs),
                    " pairs relevant, ", Grouped(explored.pairs_tried.run),
                    " tried: ", Outcome(explored.pairs_tried));
    if (explored.pairs_known > 0) {
      absl::StrAppend(&text, "; not tried: ", Counted(explored.pairs_known, "pair"),
                      " with a fault that ends badly alone");
    }
    if (options.audit) {
      absl::StrAppend(&text, "; ", Grouped(explored.lost),
                      " VIOLATED among those that lineage leaves out");
    }
  }
  for (const std::string& check : explored.unexercised) {
    absl::StrAppend(&text, "; ", check, " was never put to the test");
  }
  return text;
}

}  // namespace scenarios
