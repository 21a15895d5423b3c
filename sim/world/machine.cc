#include "sim/world/machine.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

constexpr Nanos kOpenAgainAfter = Seconds(1);
constexpr int64_t kMebibyte = 1 << 20;

}  // namespace

Machine::Machine(World& world, std::string name, std::string organisation)
    : world_(world),
      simulation_(world.simulation()),
      name_(std::move(name)),
      organisation_(std::move(organisation)),
      name_hash_(HashName(name_)),
      id_(world.network().Attach(name_, organisation_, this)),
      disk_(simulation_.choices(), name_, this, world.options().max_disk_mib * kMebibyte) {
  if (!world.options().disks_take_time) disk_.TakeNoTime();
}

void Machine::Boot() {
  if (alive_ || lost_ || !broken_.ok()) return;
  Cancel();
  alive_ = true;
  pace().Reset();
  ++incarnation_;
  simulation_.Record(RecordKind::kBoot, id_, 0, subject_of_boot(), incarnation_);
  if (stores() && !OpenDatabase()) return;
  Start();
}

bool Machine::OpenDatabase() {
  DatabaseServer::Options options;
  options.name = name_;
  options.node = name_;
  options.node_number = id_;
  options.rules = world_.options().rules;
  options.rules.duplicates_poison |= duplicates_poison();
  options.longest_replica_lag = simulation_.choices().LongestReplicaLag();
  auto database = DatabaseServer::Open(simulation_, disk_, world_.schemas(), Schema(), options,
                                       &world_.sink(), this, cut_);
  if (disk_.frozen()) return false;  // The power was cut while the database recovered.
  if (database.ok()) {
    database_ = *std::move(database);
    return true;
  }
  if (absl::IsUnavailable(database.status())) {
    // The disk did not answer; it may the next time.
    PullThePlug(DiskFate::kKeepAll, kOpenAgainAfter, /*crash=*/0);
  } else {
    broken_ = database.status();
    alive_ = false;
  }
  return false;
}

void Machine::Fire() {
  simulation_.set_cause(crash_record_);
  Boot();
}

void Machine::PullThePlug(DiskFate fate, Nanos down_for, uint64_t crash) {
  if (!alive()) return;
  const Root* root = simulation_.root();
  crash_record_ =
      simulation_.Record(RecordKind::kCrash, id_, root == nullptr ? 0 : root->name_hash,
                         root == nullptr ? 0 : root->key_hash, static_cast<uint64_t>(down_for));
  disk_.Freeze();
  world_.sink().OnCrash(name_, simulation_.now());
  simulation_.AfterThisEvent([this, fate, down_for, crash] {
    Bury();
    disk_.Recover(fate, crash);
    if (lost_ || !broken_.ok()) return;
    simulation_.events().Schedule(*this, simulation_.now() + down_for);
  });
}

void Machine::Heal() {
  disk_.Heal();
  pace().SpeedUp();
  if (database_ != nullptr) database_->Settle();
  Boot();
}

void Machine::End() {
  Cancel();
  Stop();
  alive_ = false;
  disk_.Retire();
}

void Machine::Bury() {
  Cancel();
  Stop();
  alive_ = false;
  if (database_ != nullptr) cut_ = database_->TakeCut();
  database_.reset();
}

void Machine::OnDamage(absl::string_view file) {
  if (!alive()) return;
  simulation_.Record(RecordKind::kDamage, id_, simulation_.trace().Name(file), 0);
  lost_ = true;
  PullThePlug(DiskFate::kLoseAll, kForever, /*crash=*/0);
}

void Machine::OnOverflow() {
  if (!alive()) return;
  broken_ = absl::ResourceExhaustedError(absl::StrCat("its disk would hold more than ",
                                                      world_.options().max_disk_mib,
                                                      " MiB, the most that max_disk_mib allows"));
  PullThePlug(DiskFate::kLoseAll, kForever, /*crash=*/0);
}

bool Machine::Strikes(Root& root) {
  if (!alive()) return true;  // A zombie goes nowhere.
  if (immortal() || !simulation_.choices().Asks(PlaceKind::kSuspension)) return false;
  Place place;
  place.kind = PlaceKind::kSuspension;
  place.node = name_;
  place.method = root.name;
  place.key = root.key;
  Strike(place,
         PointOf(place.kind, Leg::kNone, name_hash_, kNoName, root.name_hash, root.key_hash));
  return !alive();
}

Choice Machine::OnDisk(PlaceKind kind) {
  Place place;
  place.kind = kind;
  place.node = name_;
  place.method = "recovery";
  return AskStorage(place);
}

Choice Machine::BeforeStatement(PlaceKind kind, absl::string_view node) {
  Place place;
  place.kind = kind;
  place.node = node;
  place.peer = name_;
  place.method = "session";
  return AskStorage(place);
}

// `place` names what happens outside every task.
Choice Machine::AskStorage(Place place) {
  if (!simulation_.choices().Asks(place.kind) || immortal() || !alive()) return {};
  if (const Root* root = simulation_.root()) {
    place.method = root->name;
    place.key = root->key;
  }
  const Choice choice = Strike(place);
  if (choice && alive()) {
    simulation_.Record(RecordKind::kDiskFault, id_, 0, static_cast<uint64_t>(choice.kind),
                       static_cast<uint64_t>(choice.amount));
  }
  return choice;
}

Choice Machine::Strike(const Place& place, uint64_t point) {
  const Choice choice = simulation_.choices().Fault(place, point, simulation_.now());
  if (choice.kind == ChoiceKind::kCrash) PullThePlug(choice.disk, choice.amount, point);
  if (choice.kind == ChoiceKind::kPause || choice.kind == ChoiceKind::kSlow) {
    const Nanos until = simulation_.now() + choice.amount;
    if (choice.kind == ChoiceKind::kPause) pace().Pause(until);
    if (choice.kind == ChoiceKind::kSlow) pace().SlowDown(until);
    simulation_.Record(RecordKind::kPace, id_, 0, static_cast<uint64_t>(choice.kind),
                       static_cast<uint64_t>(choice.amount));
  }
  return choice;
}

}  // namespace sim
