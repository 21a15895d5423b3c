#include "scenarios/lock/lock_checks.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"
#include "systems/cache/cache.pb.h"
#include "systems/protocols/lock/table_locks.h"

namespace scenarios {
namespace {

int64_t Number(const sim::Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

// Owners are called "node/number".
bool Belongs(const std::string& owner, absl::string_view node) {
  return absl::StartsWith(owner, absl::StrCat(node, "/"));
}

// A holder reads a page before it writes. If another has written in between, both
// believed to have the lock.
class GuardedWritesNeverInterleave final : public TableCheck {
 public:
  explicit GuardedWritesNeverInterleave(const CheckContext& context)
      : TableCheck(context.nodes.at("store"), "access") {}

 private:
  struct Page {
    std::map<std::string, std::string> overtaken_by;  // owner -> who wrote since it has read
    std::string last;
    int64_t largest = 0;  // token
  };

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    const std::string name = sim::ToText(After(change, "page"));
    const std::string owner = sim::ToText(After(change, "owner"));
    const int64_t token = Number(After(change, "token"));
    Page& page = pages_[name];
    if (!page.last.empty() && page.last != owner) Exercise();
    page.last = owner;
    if (sim::ToText(After(change, "what")) == "READ") {
      page.overtaken_by[owner].clear();
    } else {
      OnWrite(commit, name, owner, token, page);
    }
    page.largest = std::max(page.largest, token);
  }

  void OnWrite(const sim::Commit& commit, const std::string& name, const std::string& owner,
               int64_t token, Page& page) {
    const std::string& other = page.overtaken_by[owner];
    if (!other.empty()) {
      Violate(name,
              absl::StrCat(owner, " wrote ", name, " after it had read it, and ", other,
                           " had written it in between"),
              commit.at, commit.cause);
    } else if (token < page.largest) {
      Violate(name,
              absl::StrCat(owner, " wrote ", name, " with token ", token, " although token ",
                           page.largest, " had been there"),
              commit.at, commit.cause);
    }
    for (auto& [reader, by] : page.overtaken_by) {
      if (reader != owner) by = owner;
    }
  }

  std::map<std::string, Page> pages_;
};

// Who has which lock, at whatever lock server: a table `dlock`, or a cache.
class LockCheck : public Check {
 protected:
  using Name = std::pair<std::string, std::string>;  // the lock server, the lock

  struct Held {
    std::string owner;  // empty: nobody's
    bool expires = true;
    std::string cache;  // that it is in; empty: in a database
  };

  void OnCommit(const sim::Commit& commit) final {
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "dlock" || change.new_row.empty()) continue;
      Held now{sim::ToText(After(change, "owner")),
               Number(After(change, "expire_at")) < lock::kNever, ""};
      Change({commit.database, sim::ToText(After(change, "name"))}, std::move(now), commit.node,
             commit.at, commit.cause);
    }
  }

  void OnTraffic(const sim::Traffic& traffic) final {
    if (traffic.kind == sim::TrafficKind::kDelivered &&
        absl::StartsWith(traffic.method, "cache.")) {
      asks_[std::string(traffic.key)] = {std::string(traffic.caller), traffic.record};
    }
  }

  void OnFact(absl::string_view node, const google::protobuf::Message& fact, sim::Nanos at) final {
    const auto* changed = dynamic_cast<const cache::KeyChanged*>(&fact);
    if (changed == nullptr) return;
    absl::string_view name = changed->key();
    if (!absl::ConsumePrefix(&name, "lock/")) return;
    Held now{changed->value(), changed->expires(), std::string(node)};
    const auto& [caller, record] = asks_[changed->key()];
    const bool by_caller = changed->cause() == cache::KeyChanged::STORED ||
                           changed->cause() == cache::KeyChanged::DELETED;
    Change({std::string(node), std::string(name)}, std::move(now), by_caller ? caller : "", at,
           record);
  }

  // A cache that crashes forgets what it has; a database does not.
  void OnCrash(absl::string_view node, sim::Nanos) final {
    for (auto& [name, lock] : held_) {
      if (Belongs(lock.owner, node)) OnHolderDied(name, lock);
      if (lock.cache == node) lock = {};
    }
  }

  // `was` becomes `now`, by the will of a node, or by nobody's if `by` is empty.
  virtual void OnLock(const Name& name, const Held& was, const Held& now, const std::string& by,
                      sim::Nanos at, sim::RecordId record) {
    (void)name, (void)was, (void)now, (void)by, (void)at, (void)record;
  }
  virtual void OnHolderDied(const Name& name, const Held& lock) { (void)name, (void)lock; }

  std::map<Name, Held> held_;

 private:
  void Change(const Name& name, Held now, const std::string& by, sim::Nanos at,
              sim::RecordId record) {
    Held& was = held_[name];
    OnLock(name, was, now, by, at, record);
    was = std::move(now);
  }

  std::map<std::string, std::pair<std::string, sim::RecordId>> asks_;  // by key
};

class DeadHoldersLockIsFree final : public LockCheck {
 public:
  void OnPhase(sim::Phase phase, sim::Nanos at) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [name, dead] : died_) {
      const Held& lock = held_[name];
      if (lock.owner != dead || lock.expires) continue;
      Violate(name.second,
              absl::StrCat(lock.owner, " took the lock of ", name.second,
                           " and died; it never expires, and nobody can take it"),
              at);
    }
  }

 private:
  void OnHolderDied(const Name& name, const Held& lock) override {
    Exercise();
    died_[name] = lock.owner;
  }

  std::map<Name, std::string> died_;  // lock -> owner
};

class OnlyOwnerReleases final : public LockCheck {
 private:
  void OnLock(const Name& name, const Held& was, const Held& now, const std::string& by,
              sim::Nanos at, sim::RecordId record) override {
    if (was.owner.empty() || !now.owner.empty() || by.empty()) return;
    Exercise();
    if (Belongs(was.owner, by)) return;
    Violate(
        name.second,
        absl::StrCat(by, " released the lock of ", name.second, ", which was ", was.owner, "'s"),
        at, record);
  }
};

template <typename C>
std::unique_ptr<Check> Make(const CheckContext&) {
  return std::make_unique<C>();
}

}  // namespace

void AddLockChecks(Catalogue& catalogue) {
  catalogue.AddCheck({"guarded_writes_never_interleave",
                      "L1",
                      "Between a holder's reading and its writing nobody else writes, and no "
                      "write bears a smaller token than one that was seen.",
                      "pages that changed hands",
                      {{"store", "page.Store", {}}},
                      [](const CheckContext& context) {
                        return std::make_unique<GuardedWritesNeverInterleave>(context);
                      }});
  catalogue.AddCheck({"dead_holders_lock_is_free",
                      "L2",
                      "A lock whose holder died can be taken again.",
                      "holders that died",
                      {},
                      &Make<DeadHoldersLockIsFree>});
  catalogue.AddCheck({"only_owner_releases",
                      "L3",
                      "A lock is released by the node that has it, and by no other.",
                      "releases",
                      {},
                      &Make<OnlyOwnerReleases>});
}

}  // namespace scenarios
