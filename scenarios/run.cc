#include "scenarios/run.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "faults/adversary.h"
#include "faults/alternatives.h"
#include "faults/pins.h"
#include "faults/plan.h"
#include "scenarios/build_id.h"
#include "scenarios/checks/books.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/metrics.h"
#include "scenarios/reached_steps.h"
#include "scenarios/scenario.h"
#include "scenarios/verdict.h"
#include "sim/core/check.h"
#include "sim/net/latency.h"
#include "sim/storage/database_server.h"
#include "sim/world/world.h"

namespace scenarios {
namespace {

// About the median of the others.
constexpr sim::Nanos kCalmLatency = sim::Millis(7);

// Rules that are off keep their places, so that counts by rule mean the same.
template <typename IsOff>
faults::Plan WithRulesOff(faults::Plan plan, IsOff is_off) {
  for (faults::Rule& rule : plan.rules) {
    if (is_off(rule)) rule.does_not_apply = "it is off in this run";
  }
  return plan;
}

// The plan without its chaos: what is left is how business ends.
faults::Plan WithoutChaos(const faults::Plan& plan) {
  faults::Plan calm = WithRulesOff(
      plan, [](const faults::Rule& rule) { return rule.place != sim::PlaceKind::kOutcome; });
  calm.pins.clear();
  return calm;
}

faults::Plan WithoutSwarm(faults::Plan plan) {
  plan.swarm = false;
  return plan;
}

// Tells of each place, and lets another adversary choose.
class Listening final : public sim::Adversary {
 public:
  using OnPlace = std::function<void(const sim::Place&, uint64_t, sim::Nanos)>;
  Listening(sim::Adversary& chooses, uint32_t places, const OnPlace& on_place)
      : chooses_(chooses), places_(places), on_place_(on_place) {}

  uint32_t interests() const override { return chooses_.interests() | places_; }
  sim::Nanos longest_replica_lag() const override { return chooses_.longest_replica_lag(); }

  sim::Choice Decide(const sim::Place& place, uint64_t point, uint64_t occurrence, sim::Nanos now,
                     uint64_t bits) override {
    on_place_(place, occurrence, now);
    return chooses_.Decide(place, point, occurrence, now, bits);
  }

 private:
  sim::Adversary& chooses_;
  const uint32_t places_;
  const OnPlace& on_place_;
};

// The checks of a scenario in one run.
class Watch {
 public:
  // `reads`: for each check the nodes that it reads.
  Watch(const LoadedScenario& scenario, const std::vector<std::set<std::string>>& reads,
        const std::vector<sim::NodeSpec>& nodes, Mirror& mirror)
      : planned_(scenario.checks()), reads_(reads), mirror_(mirror) {
    for (const PlannedCheck& check : planned_) {
      checks_.push_back(check.Make(nodes, scenario.world(), mirror));
    }
  }

  void Observe(sim::World& world) {
    for (const auto& check : checks_) world.Observe(check.get());
  }

  // After the run. One that was `stopped` never came to rest: what monitors found on
  // the way counts, and of other promises nobody can say anything.
  void Judge(sim::World& world, bool stopped, const std::function<bool()>& stop,
             settle::RunResult& result) {
    const std::unique_ptr<Books> books = OpenBooks(mirror_, world, stop);
    std::vector<Finding> findings;
    for (size_t i = 0; i < checks_.size(); ++i) {
      settle::CheckResult& verdict = *result.add_check();
      verdict.set_name(planned_[i].name);
      verdict.set_catalogue(planned_[i].catalogue);
      verdict.set_claim(planned_[i].claim);
      Check& check = *checks_[i];
      const bool damaged = absl::c_any_of(
          reads_[i], [&books](const std::string& node) { return books->damaged(node); });
      verdict.set_judged(!damaged && (!stopped || !check.findings().empty()));
      if (!verdict.judged()) continue;

      if (!stopped) check.Judge(*books);
      verdict.set_unknown(check.unknown());
      verdict.set_exercised(check.exercised());
      verdict.set_findings(check.findings().size());
      for (Finding finding : check.findings()) {
        finding.check = planned_[i].name;
        findings.push_back(std::move(finding));
      }
    }
    Report(std::move(findings), result);
  }

 private:
  // In the order in which promises broke.
  static void Report(std::vector<Finding> findings, settle::RunResult& result) {
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
      return std::pair(a.at, a.record) < std::pair(b.at, b.record);
    });
    for (Finding& finding : findings) {
      settle::FindingResult& found = *result.add_finding();
      found.set_check(std::move(finding.check));
      found.set_key(std::move(finding.key));
      found.set_what(std::move(finding.what));
      found.set_at_nanos(finding.at);
      found.set_record(finding.record);
    }
  }

  const std::vector<PlannedCheck>& planned_;
  const std::vector<std::set<std::string>>& reads_;
  Mirror& mirror_;
  std::vector<std::unique_ptr<Check>> checks_;
};

// What is measured of a scenario in one run.
class Measures {
 public:
  Measures(const LoadedScenario& scenario, const std::vector<sim::NodeSpec>& nodes)
      : planned_(scenario.measures()) {
    for (const PlannedMeasure& measure : planned_) {
      measures_.push_back(measure.Make(nodes, scenario.world()));
    }
  }

  void Observe(sim::World& world) {
    for (const auto& measure : measures_) world.Observe(measure.get());
  }

  void Report(settle::RunResult& result) const {
    const bool faults = faults::CountFaults(result.fired()) > 0;
    for (size_t i = 0; i < measures_.size(); ++i) {
      const MeasureSpec& spec = *planned_[i].spec;
      if (faults && spec.without_faults) continue;
      for (const auto& [group, values] : measures_[i]->samples()) {
        settle::Samples& samples = *result.add_samples();
        samples.set_name(spec.name);
        samples.set_group(group);
        samples.set_unit(spec.unit);
        samples.mutable_value()->Add(values.begin(), values.end());
      }
    }
  }

 private:
  const std::vector<PlannedMeasure>& planned_;
  std::vector<std::unique_ptr<Measure>> measures_;
};

class ScenarioRunner final : public Runner {
 public:
  explicit ScenarioRunner(const LoadedScenario& scenario)
      : scenario_(scenario),
        calm_(WithoutChaos(scenario.plan())),
        random_(WithoutSwarm(scenario.plan())),
        build_(BuildId()),
        schemas_(sim::NewSchemaCache()) {
    auto mirror = Mirror::Build(scenario.world().Schemas());
    SIM_CHECK(mirror.ok()) << mirror.status().ToString();
    mirror_ = *std::move(mirror);
    for (const PlannedCheck& check : scenario.checks()) reads_.push_back(check.Reads(*mirror_));
  }

  settle::RunResult Run(const RunOptions& options) override {
    settle::RunResult result;
    result.set_scenario(scenario_.name());
    result.set_scenario_hash(scenario_.hash());
    result.set_build(build_);
    result.set_seed(options.seed);

    faults::Plan own;
    const faults::Plan& plan = PlanOf(options, own);
    faults::PlanAdversary adversary(options.seed, plan);
    std::vector<sim::NodeSpec> nodes = scenario_.world().Nodes(options);
    std::erase_if(nodes, [&options](const sim::NodeSpec& node) {
      return options.without.count(node.name) > 0;
    });

    // Observers live longer than what they observe.
    Metrics metrics;
    std::unique_ptr<Watch> watch;
    Measures measures(scenario_, nodes);
    ReachedSteps steps(scenario_.world().steps);
    if (options.checks) watch = std::make_unique<Watch>(scenario_, reads_, nodes, *mirror_);
    Listening listening(adversary, options.on_place ? faults::PlacesOf(scenario_.plan()) : 0,
                        options.on_place);
    sim::Adversary* const chooses =
        options.on_place ? static_cast<sim::Adversary*>(&listening) : &adversary;
    sim::World world(Options(options, *chooses));
    for (const sim::DatabaseSpec& database : scenario_.world().databases) {
      world.AddDatabase(database);
    }
    for (const sim::NodeSpec& node : nodes) world.AddNode(node);
    for (sim::ServiceSpec service : scenario_.world().services) {
      std::erase_if(service.nodes, [&options](const std::string& node) {
        return options.without.count(node) > 0;
      });
      world.AddService(std::move(service));
    }
    if (watch != nullptr) {
      world.Observe(&metrics);
      measures.Observe(world);
      world.Observe(&steps);
      watch->Observe(world);
    }
    if (options.observer != nullptr) world.Observe(options.observer);

    const sim::RunEnd end = world.Run();
    result.set_stopped(end.kind == sim::RunEnd::Kind::kStopped);
    if (result.stopped()) return result;
    result.set_digest(end.digest);
    result.set_events(end.events);
    result.set_simulated_nanos(end.at);
    for (const std::string& task : GoingOn(end)) result.add_going_on(task);
    for (const sim::Pin& pin : world.simulation().choices().fired()) {
      *result.add_fired() = faults::PinProto(pin);
    }
    const bool rules_matched = Count(plan, adversary, result);

    if (watch != nullptr) {
      metrics.Report(result);
      measures.Report(result);
      steps.Report(result);
      watch->Judge(world, end.kind == sim::RunEnd::Kind::kTooManyEvents, options.stop, result);
      result.set_verdict(
          VerdictOf(result.check(), end.kind == sim::RunEnd::Kind::kQuiet, rules_matched));
    }
    if (options.with_trace) options.with_trace(world.simulation().trace());
    return result;
  }

  const LoadedScenario* scenario() const override { return &scenario_; }

 private:
  const faults::Plan& Rules(const RunOptions& run) const {
    return !run.chaos ? calm_ : run.swarm ? scenario_.plan() : random_;
  }

  // One of the scenario's, or else `own`, which is filled.
  const faults::Plan& PlanOf(const RunOptions& run, faults::Plan& own) const {
    if (run.pins && !run.rules_too) return own = faults::Pinned(*run.pins);
    if (!run.pins && run.off.empty()) return Rules(run);
    own = WithRulesOff(Rules(run),
                       [&run](const faults::Rule& rule) { return run.off.contains(rule.fault); });
    if (run.pins) {
      // The first pin of a place counts, so those of the scenario come last.
      const faults::Plan pinned = faults::Pinned(*run.pins);
      own.pins.insert(own.pins.begin(), pinned.pins.begin(), pinned.pins.end());
    }
    return own;
  }

  sim::WorldOptions Options(const RunOptions& run, sim::Adversary& adversary) const {
    const WorldPlan& plan = scenario_.world();
    sim::WorldOptions options;
    options.seed = run.seed;
    options.adversary = &adversary;
    static sim::FixedLatency calm(kCalmLatency);
    if (run.calm) options.latency = &calm;
    options.depth = run.depth;
    options.schemas = schemas_;
    options.epoch = plan.epoch;
    options.heal_after = plan.heal_after;
    options.quiet_for = plan.quiet_for;
    options.max_events = plan.max_events;
    options.max_disk_mib = plan.max_disk_mib;
    options.rules = run.rules;
    options.disks_take_time = run.disks_take_time;
    options.priorities = run.priorities;
    options.steps = plan.steps;
    options.stop = run.stop;
    return options;
  }

  static std::vector<std::string> GoingOn(const sim::RunEnd& end) {
    std::vector<std::string> going_on = end.going_on;
    if (end.kind == sim::RunEnd::Kind::kTooManyEvents) {
      going_on.insert(going_on.begin(), absl::StrCat("stopped after ", end.events,
                                                     " events, the most that the "
                                                     "scenario's budget allows"));
    }
    return going_on;
  }

  // What the rules and pins of the plan did. False if a rule that must match, and
  // was on, did not.
  static bool Count(const faults::Plan& plan, const faults::PlanAdversary& adversary,
                    settle::RunResult& result) {
    bool matched = true;
    for (size_t i = 0; i < plan.rules.size(); ++i) {
      const faults::RuleCount& count = adversary.counts()[i];
      result.add_rule_matched(count.matched);
      result.add_rule_fired(count.fired);
      if (plan.rules[i].must_match && count.on && count.matched == 0) matched = false;
    }
    for (size_t i = 0; i < plan.pins.size(); ++i) result.add_pin_reached(adversary.Reached(i));
    for (const sim::Pin& pin : adversary.Unreached()) {
      *result.add_unreached() = faults::PinProto(pin);
    }
    return matched;
  }

  const LoadedScenario& scenario_;
  const faults::Plan calm_;
  const faults::Plan random_;
  const std::string build_;
  const std::shared_ptr<sim::SchemaCache> schemas_;
  std::unique_ptr<Mirror> mirror_;
  std::vector<std::set<std::string>> reads_;  // for each check, the nodes that it reads
};

}  // namespace

std::unique_ptr<Runner> NewRunner(const LoadedScenario& scenario) {
  return std::make_unique<ScenarioRunner>(scenario);
}

}  // namespace scenarios
