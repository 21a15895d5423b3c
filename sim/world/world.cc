#include "sim/world/world.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/world/node.h"
#include "sim/world/shared_database.h"

namespace sim {
namespace {

// How long a run of a declared timer may take that was due just before the end.
constexpr Nanos kGrace = Minutes(1);

// Whether to stop is asked once in so many events: often enough for a person who
// waits, and too seldom to be noticed in a measurement.
constexpr uint64_t kEventsBetweenStops = 512;

WorldOptions Complete(WorldOptions options) {
  if (options.schemas == nullptr) options.schemas = NewSchemaCache();
  return options;
}

}  // namespace

World::World(WorldOptions options)
    : options_(Complete(std::move(options))),
      simulation_(options_.seed, options_.adversary, options_.depth),
      network_(simulation_, options_.latency) {
  simulation_.choices().set_sink(this);
  if (options_.priorities.depth > 0) simulation_.UsePriorities(options_.priorities);
}

World::~World() {
  // Frames refer to other nodes' objects only by number, so any order will do.
  for (const auto& node : nodes_) node->End();
  for (const auto& database : databases_) database->End();
  simulation_.Bury();
}

void World::AddDatabase(DatabaseSpec spec) {
  SIM_CHECK(Find(spec.name) == nullptr) << "two machines are called " << spec.name;
  databases_.push_back(std::make_unique<SharedDatabase>(*this, std::move(spec)));
}

void World::AddNode(NodeSpec spec) {
  SIM_CHECK(spec.system != nullptr) << spec.name << " has no system";
  SIM_CHECK(Find(spec.name) == nullptr) << "two nodes are called " << spec.name;
  SharedDatabase* shared = nullptr;
  for (const auto& database : databases_) {
    if (database->name() == spec.database) shared = database.get();
  }
  SIM_CHECK(spec.database.empty() || shared != nullptr)
      << spec.name << " uses the database " << spec.database << ", which does not exist";
  if (spec.calendar == nullptr) spec.calendar = std::make_shared<const Calendar>();
  nodes_.push_back(std::make_unique<Node>(*this, std::move(spec), shared));
}

void World::Boot() {
  for (Machine* const machine : Machines()) {
    if (machine->booted()) continue;
    simulation_.set_cause(0);
    machine->Boot();
    simulation_.Bury();
  }
  simulation_.set_cause(0);
}

RunEnd World::Run() {
  OnPhase(Phase::kRun, simulation_.now());
  Boot();
  RunEnd::Kind passed = RunUntil(options_.heal_after);
  if (passed != RunEnd::Kind::kQuiet) return End(passed);

  OnPhase(Phase::kHeal, simulation_.now());
  simulation_.choices().Silence();
  network_.Heal();
  for (Machine* const machine : Machines()) {
    machine->Heal();
    simulation_.Bury();
  }
  passed = RunUntil(options_.heal_after + options_.quiet_for);
  if (passed != RunEnd::Kind::kQuiet) return End(passed);
  if (simulation_.events().unfinished() > 0) {
    // A declared timer may be at work just now: it may end, and none begins.
    winding_down_ = true;
    passed = RunUntil(options_.heal_after + options_.quiet_for + kGrace);
    if (passed != RunEnd::Kind::kQuiet) return End(passed);
  }
  for (const Machine* const machine : Machines()) {
    if (!machine->broken().ok()) return End(RunEnd::Kind::kBroken);
  }
  return End(simulation_.events().unfinished() == 0 ? RunEnd::Kind::kQuiet
                                                    : RunEnd::Kind::kUnfinished);
}

RunEnd::Kind World::RunUntil(Nanos end) {
  if (!options_.stop) {
    return simulation_.RunUntil(end, options_.max_events) ? RunEnd::Kind::kQuiet
                                                          : RunEnd::Kind::kTooManyEvents;
  }
  for (;;) {
    const uint64_t next = simulation_.events().fired() + kEventsBetweenStops;
    if (simulation_.RunUntil(end, std::min(next, options_.max_events))) return RunEnd::Kind::kQuiet;
    if (next >= options_.max_events) return RunEnd::Kind::kTooManyEvents;
    if (options_.stop()) return RunEnd::Kind::kStopped;
  }
}

RunEnd World::End(RunEnd::Kind kind) {
  RunEnd end;
  end.kind = kind;
  if (kind == RunEnd::Kind::kBroken) {
    for (const Machine* const machine : Machines()) {
      const absl::Status broken = machine->broken();
      if (!broken.ok()) {
        end.going_on.push_back(absl::StrCat(machine->name(), " cannot run: ", broken.message()));
      }
    }
  } else if (kind != RunEnd::Kind::kQuiet) {
    end.going_on = simulation_.events().Unfinished(10);
    std::stable_sort(end.going_on.begin(), end.going_on.end());
  }
  // What was cut in the middle has no quiet state that anybody could judge.
  const bool cut = kind == RunEnd::Kind::kTooManyEvents || kind == RunEnd::Kind::kStopped;
  if (!cut) OnPhase(Phase::kJudge, simulation_.now());
  end.at = simulation_.now();
  end.events = simulation_.events().fired();
  end.digest = simulation_.trace().digest();
  // What happens from here on is not part of the run: open transactions roll
  // back, and the databases show what was committed.
  for (const auto& node : nodes_) node->End();
  for (const auto& database : databases_) database->End();
  simulation_.Bury();
  return end;
}

bool World::RunFor(absl::Duration duration) {
  Boot();
  return simulation_.RunUntil(simulation_.now() + ToNanos(duration), options_.max_events);
}

void World::Crash(absl::string_view machine, DiskFate fate, absl::Duration down_for) {
  Machine* const found = Find(machine);
  SIM_CHECK(found != nullptr) << "no node is called " << machine;
  found->PullThePlug(fate, ToNanos(down_for), /*crash=*/0);
  simulation_.Bury();
}

void World::Pause(absl::string_view machine, absl::Duration duration) {
  Machine* const found = Find(machine);
  SIM_CHECK(found != nullptr) << "no node is called " << machine;
  found->pace().Pause(simulation_.now() + ToNanos(duration));
}

void World::JumpClock(absl::string_view name, absl::Duration by) {
  Choice jump;
  jump.kind = ChoiceKind::kJump;
  jump.amount = ToNanos(by);
  for (const auto& node : nodes_) {
    if (node->name() == name) return node->clock().Apply(jump);
  }
  SIM_CHECK(false) << "no node is called " << name;
}

DatabaseServer* World::database(absl::string_view name) {
  Machine* const found = Find(name);
  return found == nullptr ? nullptr : found->database();
}

bool World::damaged(absl::string_view name) const {
  const Machine* const found = Find(name);
  return found != nullptr && found->lost();
}

const std::vector<std::string>* World::service(absl::string_view name) const {
  for (const ServiceSpec& service : services_) {
    if (service.name == name) return &service.nodes;
  }
  return nullptr;
}

bool World::PassCommit(Step::Moment moment, const Commit& commit) {
  for (const auto& node : nodes_) {
    if (node->name() != commit.node || !node->alive()) continue;
    node->PassCommit(moment, commit);
    return node->alive();
  }
  return true;
}

Machine* World::Find(absl::string_view name) const {
  for (Machine* const machine : Machines()) {
    if (machine->name() == name) return machine;
  }
  return nullptr;
}

std::vector<Machine*> World::Machines() const {
  std::vector<Machine*> machines;
  for (const auto& database : databases_) machines.push_back(database.get());
  for (const auto& node : nodes_) machines.push_back(node.get());
  return machines;
}

void World::OnCommit(const Commit& commit) {
  for (Observer* observer : observers_) observer->OnCommit(commit);
}
void World::OnTraffic(const Traffic& traffic) {
  for (Observer* observer : observers_) observer->OnTraffic(traffic);
}
void World::OnFact(absl::string_view node, const google::protobuf::Message& fact, Nanos at) {
  for (Observer* observer : observers_) observer->OnFact(node, fact, at);
}
void World::OnBoot(absl::string_view node, Nanos at) {
  for (Observer* observer : observers_) observer->OnBoot(node, at);
}
void World::OnCrash(absl::string_view node, Nanos at) {
  for (Observer* observer : observers_) observer->OnCrash(node, at);
}
void World::OnStep(absl::string_view node, absl::string_view step, Nanos at) {
  for (Observer* observer : observers_) observer->OnStep(node, step, at);
}

void World::OnTurn(absl::string_view client, int64_t operation, Nanos at) {
  for (Observer* observer : observers_) observer->OnTurn(client, operation, at);
}

void World::OnFault(const Pin& pin, Nanos at) {
  for (Observer* observer : observers_) observer->OnFault(pin, at);
}

void World::OnPhase(Phase phase, Nanos at) {
  simulation_.trace().Append(at, RecordKind::kPhase, 0, 0, 0, 0, static_cast<uint64_t>(phase), 0);
  for (Observer* observer : observers_) observer->OnPhase(phase, at);
}

}  // namespace sim
