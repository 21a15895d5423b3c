#include "sim/core/task_scope.h"

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace sim {

std::string Root::Title() const { return absl::StrCat(name, key.empty() ? "" : " ", key); }

TaskScope::TaskScope(Simulation& simulation, CrashSite* site, absl::string_view node)
    : simulation_(simulation), site_(site), node_(node), node_hash_(HashName(node)) {}

void TaskScope::Spawn(absl::string_view name, absl::string_view key, Task<> task,
                      RecordId delivery) {
  auto root = std::make_unique<Root>();
  Root* r = root.get();
  SIM_CHECK(name.find(' ') == absl::string_view::npos)
      << "task \"" << name << "\" has a space in its name, which ends a name in a pin";
  r->name = std::string(name);
  r->serial = simulation_.NextSerial();
  r->key = std::string(key);
  r->delivery = delivery;
  if (delivery == 0 && simulation_.root() != nullptr) r->delivery = simulation_.root()->delivery;
  const uint64_t words[] = {node_hash_, HashName(name), HashName(key)};
  r->owner = HashWords(words, 3, /*seed=*/0);
  r->site = site_;
  r->task = std::move(task);
  r->scope = this;
  r->index = roots_.size();
  roots_.push_back(std::move(root));
  r->task.promise().set_continuation({&OnDone, r});
  const std::coroutine_handle<> frame = r->task.frame();
  const Simulation::Running running(simulation_, r, simulation_.cause());
  frame.resume();  // May complete at once, and then `r` is gone.
}

void TaskScope::Clear() {
  while (!roots_.empty()) {
    // The frame goes first, while its root can still be looked at.
    roots_.back()->task = Task<>();
    roots_.pop_back();
  }
}

std::vector<std::string> TaskScope::Names() const {
  std::vector<std::string> names;
  for (const auto& root : roots_) names.push_back(root->Title());
  return names;
}

std::coroutine_handle<> TaskScope::OnDone(void* context) noexcept {
  Root* root = static_cast<Root*>(context);
  TaskScope& scope = *root->scope;
  scope.simulation_.BuryLater(std::move(root->task));
  // Order is kept, so that Clear() and Names() mean what they say; roots are few.
  const size_t index = root->index;
  scope.roots_.erase(scope.roots_.begin() + static_cast<std::ptrdiff_t>(index));
  for (size_t i = index; i < scope.roots_.size(); ++i) scope.roots_[i]->index = i;
  return std::noop_coroutine();
}

}  // namespace sim
