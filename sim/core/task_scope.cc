#include "sim/core/task_scope.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace sim {

std::string Root::Title() const { return absl::StrCat(name, key.empty() ? "" : " ", key); }

TaskScope::TaskScope(Simulation& simulation, CrashSite* site, absl::string_view node)
    : simulation_(simulation), site_(site), node_(node), node_hash_(HashName(node)) {}

void TaskScope::Spawn(HashedText name, HashedText key, Task<> task, RecordId delivery) {
  SIM_CHECK(name.text().find(' ') == absl::string_view::npos)
      << "task \"" << name.text() << "\" has a space in its name, which ends a name in a pin";
  Root* const root = new Root(name, key);
  root->serial = simulation_.NextSerial();
  root->delivery = delivery;
  if (delivery == 0 && simulation_.root() != nullptr) {
    root->delivery = simulation_.root()->delivery;
  }
  const uint64_t words[] = {node_hash_, name.hash(), key.hash()};
  root->owner = HashWords(words, 3, /*seed=*/0);
  root->site = site_;
  root->task = std::move(task);
  root->scope = this;
  root->older = newest_;
  (newest_ == nullptr ? oldest_ : newest_->newer) = root;
  newest_ = root;
  ++size_;
  root->task.promise().set_continuation({&OnDone, root});
  const std::coroutine_handle<> frame = root->task.frame();
  const Simulation::Running running(simulation_, root, simulation_.cause());
  frame.resume();  // May complete at once, and then `root` is gone.
}

void TaskScope::Clear() {
  while (newest_ != nullptr) {
    // The frame goes first, while its root can still be looked at.
    Root* const root = newest_;
    root->task = Task<>();
    Remove(root);
  }
}

std::vector<std::string> TaskScope::Names() const {
  std::vector<std::string> names;
  for (const Root* root = oldest_; root != nullptr; root = root->newer) {
    names.push_back(root->Title());
  }
  return names;
}

bool TaskScope::WorksFor(HashedText key, std::initializer_list<uint64_t> other_than) const {
  for (const Root* root = oldest_; root != nullptr; root = root->newer) {
    if (root->key.empty() || root->key_hash != key.hash()) continue;
    if (std::count(other_than.begin(), other_than.end(), root->name_hash) == 0) return true;
  }
  return false;
}

std::coroutine_handle<> TaskScope::OnDone(void* context) noexcept {
  Root* const root = static_cast<Root*>(context);
  TaskScope& scope = *root->scope;
  scope.simulation_.BuryLater(std::move(root->task));
  scope.Remove(root);
  return std::noop_coroutine();
}

void TaskScope::Remove(Root* root) {
  (root->older == nullptr ? oldest_ : root->older->newer) = root->newer;
  (root->newer == nullptr ? newest_ : root->newer->older) = root->older;
  --size_;
  delete root;
}

}  // namespace sim
