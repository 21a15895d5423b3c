#include "sim/world/node.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace sim {
namespace {

constexpr Nanos kStartAgainAfter = Seconds(1);
constexpr int64_t kMebibyte = 1 << 20;

}  // namespace

Node::Node(World& world, NodeSpec spec)
    : world_(world),
      simulation_(world.simulation_),
      spec_(std::move(spec)),
      name_hash_(HashName(spec_.name)),
      id_(world.network_.Attach(spec_.name, spec_.organisation, this)),
      disk_(simulation_.choices(), spec_.name, this, world.options_.max_disk_mib * kMebibyte) {
  for (const Step& step : world.options_.steps) {
    if (step.node == spec_.name) steps_.push_back(step);
  }
  Place place;
  place.kind = PlaceKind::kClock;
  place.node = spec_.name;
  if (const Choice choice = simulation_.choices().Fault(place, simulation_.now())) {
    skew_ = choice.amount;
  }
}

Node::~Node() { Bury(); }

void Node::Boot() {
  if (alive_ || lost_ || !broken_.ok()) return;
  Cancel();
  alive_ = true;
  ++incarnation_;
  simulation_.Record(RecordKind::kBoot, id_, 0, static_cast<uint64_t>(skew_), incarnation_);
  if (spec_.system->schema != nullptr) {
    DatabaseServer::Options options;
    options.name = spec_.name;
    options.node = spec_.name;
    options.node_number = id_;
    auto database =
        DatabaseServer::Open(simulation_, disk_, world_.schemas(),
                             spec_.system->schema(spec_.settings), options, &world_, this, cut_);
    if (disk_.frozen()) return;  // The power was cut while the database recovered.
    if (absl::IsUnavailable(database.status())) {
      // The disk did not answer; it may the next time.
      PullThePlug(DiskFate::kKeepAll, kStartAgainAfter, /*crash=*/0);
      return;
    }
    if (!database.ok()) {
      broken_ = database.status();
      alive_ = false;
      return;
    }
    database_ = *std::move(database);
  }
  env_ = std::make_unique<Env>(*this, incarnation_);
  env_->clock().set_skew(skew_);
  component_ = spec_.system->make(*env_);
  world_.OnBoot(spec_.name, simulation_.now());
  env_->tasks_.Spawn("boot", "", RunStart(this));
}

Task<> Node::RunStart(Node* node) {
  // Recovery has kept the disk busy.
  co_await Sleeper(node->simulation_, node->disk_.TakeCost());
  node->start_error_ = co_await node->component_->Start();
  if (!node->alive()) co_return;
  if (node->start_error_.ok()) {
    node->env_->ready_ = true;
  } else {
    // As a supervisor would: what stood in its way may be gone next time.
    node->PullThePlug(DiskFate::kKeepAll, kStartAgainAfter, /*crash=*/0);
  }
}

void Node::Fire() {
  simulation_.set_cause(crash_record_);
  Boot();
}

void Node::PullThePlug(DiskFate fate, Nanos down_for, uint64_t crash) {
  if (!alive()) return;
  const Root* root = simulation_.root();
  crash_record_ =
      simulation_.Record(RecordKind::kCrash, id_, root == nullptr ? 0 : root->name_hash,
                         root == nullptr ? 0 : root->key_hash, static_cast<uint64_t>(down_for));
  disk_.Freeze();
  world_.OnCrash(spec_.name, simulation_.now());
  simulation_.AfterThisEvent([this, fate, down_for, crash] {
    Bury();
    disk_.Recover(fate, crash);
    if (lost_ || !broken_.ok()) return;
    simulation_.events().Schedule(*this, simulation_.now() + down_for);
  });
}

void Node::Heal() {
  disk_.Heal();
  if (database_ != nullptr) database_->Settle();
  Boot();
}

void Node::OnDamage(absl::string_view file) {
  if (!alive()) return;
  simulation_.Record(RecordKind::kDamage, id_, simulation_.trace().Name(file), 0);
  lost_ = true;
  PullThePlug(DiskFate::kLoseAll, kForever, /*crash=*/0);
}

void Node::OnOverflow() {
  if (!alive()) return;
  broken_ = absl::ResourceExhaustedError(absl::StrCat("its disk would hold more than ",
                                                      world_.options_.max_disk_mib,
                                                      " MiB, the most that max_disk_mib allows"));
  PullThePlug(DiskFate::kLoseAll, kForever, /*crash=*/0);
}

void Node::Stop() {
  Cancel();
  if (env_ != nullptr) env_->tasks_.Clear();
  component_.reset();
  env_.reset();
  alive_ = false;
}

void Node::End() {
  Stop();
  disk_.Retire();
}

void Node::Bury() {
  Stop();
  if (database_ != nullptr) cut_ = database_->TakeCut();
  database_.reset();
}

bool Node::Strikes(Root& root) {
  if (!alive()) return true;  // A zombie goes nowhere.
  if (spec_.client || !simulation_.choices().Asks(PlaceKind::kSuspension)) return false;
  Place place;
  place.kind = PlaceKind::kSuspension;
  place.node = spec_.name;
  place.method = root.name;
  place.key = root.key;
  Strike(place,
         PointOf(place.kind, Leg::kNone, name_hash_, kNoName, root.name_hash, root.key_hash));
  return !alive();
}

Choice Node::OnDisk(PlaceKind kind) {
  if (!simulation_.choices().Asks(kind) || spec_.client || !alive()) return {};
  const Root* root = simulation_.root();
  Place place;
  place.kind = kind;
  place.node = spec_.name;
  place.method = root == nullptr ? absl::string_view("recovery") : root->name;
  if (root != nullptr) place.key = root->key;
  const Choice choice = Strike(place);
  if (choice && alive()) {
    simulation_.Record(RecordKind::kDiskFault, id_, 0, static_cast<uint64_t>(choice.kind),
                       static_cast<uint64_t>(choice.amount));
  }
  return choice;
}

void Node::PassCommit(Step::Moment moment, const Commit& commit) {
  if (!StepsMatter()) return;
  for (const Step& step : steps_) {
    if (step.on != Step::On::kCommit || step.moment != moment) continue;
    for (const RowChange& change : commit.changes) {
      if (change.table->name != step.what || change.new_row.empty()) continue;
      if (!step.value.empty()) {
        const int column = change.table->Column(step.column);
        if (column < 0 || ToText(change.new_row[column]) != step.value) continue;
      }
      const Root* root = simulation_.root();
      ComeTo(step, root == nullptr || root->key.empty() ? change.Key() : root->key);
      break;
    }
    if (!alive()) return;
  }
}

void Node::PassNamed(Step::Moment moment, Step::On on, absl::string_view what,
                     absl::string_view key) {
  if (!StepsMatter()) return;
  for (const Step& step : steps_) {
    if (step.on != on || step.moment != moment || step.what != what) continue;
    ComeTo(step, key);
    if (!alive()) return;
  }
}

void Node::ComeTo(const Step& step, absl::string_view key) {
  world_.OnStep(spec_.name, step.name, simulation_.now());
  Place place;
  place.kind = PlaceKind::kStep;
  place.node = spec_.name;
  place.method = step.name;
  place.key = key;
  Strike(place);
}

bool Node::StepsMatter() const {
  return !steps_.empty() && !spec_.client && alive() &&
         (world_.observed() || simulation_.choices().Asks(PlaceKind::kStep));
}

Choice Node::Strike(const Place& place, uint64_t point) {
  const Choice choice = simulation_.choices().Fault(place, point, simulation_.now());
  if (choice.kind == ChoiceKind::kCrash) PullThePlug(choice.disk, choice.amount, point);
  return choice;
}

}  // namespace sim
