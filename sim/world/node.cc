#include "sim/world/node.h"

#include <utility>

#include "sim/core/check.h"
#include "sim/world/shared_database.h"

namespace sim {
namespace {

constexpr Nanos kStartAgainAfter = Seconds(1);

}  // namespace

Node::Node(World& world, NodeSpec spec, SharedDatabase* shared)
    : Machine(world, spec.name, spec.organisation),
      spec_(std::move(spec)),
      settings_(spec_.settings),
      shared_(shared),
      clock_(*this, spec_.clock, [this] { OnClockSet(); }),
      upgrading_(*this) {
  SIM_CHECK(shared == nullptr || shared->organisation() == organisation())
      << name() << " of " << organisation() << " uses the database " << shared->name() << " of "
      << shared->organisation() << ": databases never cross";
  for (const Step& step : world.options().steps) {
    if (step.node == spec_.name) steps_.push_back(step);
  }
}

Node::~Node() { Bury(); }

void Node::Upgrading::ScheduleNext() {
  const std::vector<Upgrade>& upgrades = node_.spec_.upgrades;
  if (next_ < upgrades.size()) node_.simulation().events().Schedule(*this, upgrades[next_].at);
}

void Node::Upgrading::Fire() {
  const Upgrade& upgrade = node_.spec_.upgrades[next_++];
  ScheduleNext();
  node_.settings_ = upgrade.settings;
  node_.PullThePlug(DiskFate::kKeepAll, upgrade.down_for, /*crash=*/0);
}

void Node::OnClockSet() {
  if (env_ != nullptr && alive()) env_->OnClockSet();
}

void Node::Start() {
  if (incarnation() > 1) clock_.Restart();
  env_ = std::make_unique<Env>(*this, incarnation());
  component_ = spec_.system->make(*env_);
  world().sink().OnBoot(name(), simulation().now());
  env_->tasks_.Spawn("boot", "", RunStart(this));
}

Task<> Node::RunStart(Node* node) {
  // Recovery has kept the disk busy.
  co_await Sleeper(node->simulation(), node->TakeDiskTime());
  node->start_error_ = co_await node->component_->Start();
  if (!node->alive()) co_return;
  if (node->start_error_.ok()) {
    node->env_->ready_ = true;
  } else {
    // As a supervisor would: what stood in its way may be gone next time.
    node->PullThePlug(DiskFate::kKeepAll, kStartAgainAfter, /*crash=*/0);
  }
}

void Node::Stop() {
  if (env_ != nullptr) env_->tasks_.Clear();
  component_.reset();
  env_.reset();
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
      const Root* root = simulation().root();
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
  world().sink().OnStep(spec_.name, step.name, simulation().now());
  Place place;
  place.kind = PlaceKind::kStep;
  place.node = spec_.name;
  place.method = step.name;
  place.key = key;
  Strike(place);
}

bool Node::StepsMatter() const {
  return !steps_.empty() && !spec_.client && alive() &&
         (world().observed() || simulation().choices().Asks(PlaceKind::kStep));
}

}  // namespace sim
