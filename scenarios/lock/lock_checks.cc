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
#include "scenarios/lock/page.pb.h"
#include "sim/core/time.h"
#include "sim/storage/value.h"
#include "systems/cache/cache.pb.h"

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

  // Who asked for a change, as far as that can be seen.
  struct Asker {
    std::string node;            // empty: nobody asked
    sim::RecordId delivery = 0;  // of the request for which it works; 0: not known
    std::string owner;           // that it says it is; empty: it does not say
  };

  struct Held {
    std::string owner;           // empty: nobody's
    std::string cache;           // that it is in; empty: in a database
    sim::RecordId delivery = 0;  // of the request for which it was taken; 0: not known
  };

  void OnCommit(const sim::Commit& commit) final {
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "dlock" || change.new_row.empty()) continue;
      Held now{sim::ToText(After(change, "owner")), "", commit.delivery};
      Change({commit.database, sim::ToText(After(change, "name"))}, std::move(now),
             {commit.node, commit.delivery, ""}, commit.at, commit.cause);
    }
  }

  void OnTraffic(const sim::Traffic& traffic) final {
    if (traffic.kind != sim::TrafficKind::kDelivered) return;
    const auto* write = dynamic_cast<const page::WriteRequest*>(traffic.message);
    if (write != nullptr) OnWanted(write->page(), traffic.at);
    if (traffic.method != "cache.Delete" && traffic.method != "cache.CompareAndDelete") return;
    const auto* release = dynamic_cast<const cache::CompareAndDeleteRequest*>(traffic.message);
    releases_[std::string(traffic.key)] = {
        {std::string(traffic.caller), 0, release == nullptr ? "" : release->value()},
        traffic.record};
  }

  void OnFact(absl::string_view node, const google::protobuf::Message& fact, sim::Nanos at) final {
    const auto* changed = dynamic_cast<const cache::KeyChanged*>(&fact);
    if (changed == nullptr) return;
    absl::string_view name = changed->key();
    if (!absl::ConsumePrefix(&name, "lock/")) return;
    Held now{changed->value(), std::string(node), 0};
    const auto& [asker, record] = releases_[changed->key()];
    const bool by_caller = changed->cause() == cache::KeyChanged::DELETED;
    Change({std::string(node), std::string(name)}, std::move(now), by_caller ? asker : Asker(), at,
           record);
  }

  // A cache that crashes forgets what it has; a database does not.
  void OnCrash(absl::string_view node, sim::Nanos at) final {
    for (auto& [name, lock] : held_) {
      if (Belongs(lock.owner, node)) OnHolderDied(name, lock, at);
      if (lock.cache == node) lock = {};
    }
  }

  // `was` becomes `now`.
  virtual void OnLock(const Name& name, const Held& was, const Held& now, const Asker& by,
                      sim::Nanos at, sim::RecordId record) {
    (void)name, (void)was, (void)now, (void)by, (void)at, (void)record;
  }
  virtual void OnHolderDied(const Name& name, const Held& lock, sim::Nanos at) {
    (void)name, (void)lock, (void)at;
  }
  // Somebody is about to ask for the lock of that name.
  virtual void OnWanted(const std::string& name, sim::Nanos at) { (void)name, (void)at; }

  std::map<Name, Held> held_;

 private:
  void Change(const Name& name, Held now, const Asker& by, sim::Nanos at, sim::RecordId record) {
    Held& was = held_[name];
    OnLock(name, was, now, by, at, record);
    if (now.owner == was.owner) now.delivery = was.delivery;  // prolonged
    was = std::move(now);
  }

  std::map<std::string, std::pair<Asker, sim::RecordId>> releases_;  // asked for, by key
};

// Longer than anybody is lent a lock, and than a message to the lock server takes.
constexpr sim::Nanos kLeaseIsOver = sim::Minutes(1);

// Who asks when all faults are over, and the lease of the dead holder, has to get it.
class DeadHoldersLockIsFree final : public LockCheck {
 public:
  void OnPhase(sim::Phase phase, sim::Nanos at) override {
    if (phase == sim::Phase::kHeal) healed_ = true;
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [name, death] : deaths_) {
      if (!death.wanted) continue;
      Exercise();
      if (held_[name].owner != death.owner) continue;
      Violate(name.second,
              absl::StrCat(death.owner, " took the lock of ", name.second,
                           " and died; who asked for it when its lease was over did not get it"),
              at);
    }
  }

 private:
  struct Death {
    std::string owner;
    sim::Nanos at = 0;
    bool wanted = false;  // since the lease is over
  };

  void OnHolderDied(const Name& name, const Held& lock, sim::Nanos at) override {
    deaths_[name] = {lock.owner, at, false};
  }

  void OnWanted(const std::string& wanted, sim::Nanos at) override {
    for (auto& [name, death] : deaths_) {
      if (name.second == wanted && healed_ && at > death.at + kLeaseIsOver) death.wanted = true;
    }
  }

  std::map<Name, Death> deaths_;  // the last of each lock
  bool healed_ = false;
};

// Owners are acquisitions: two tasks of one node are two of them. A task is known by what it
// says, or by the request for which it took the lock; if neither can be seen, by its node.
class OnlyOwnerReleases final : public LockCheck {
 private:
  void OnLock(const Name& name, const Held& was, const Held& now, const Asker& by, sim::Nanos at,
              sim::RecordId record) override {
    if (was.owner.empty() || !now.owner.empty() || by.node.empty()) return;
    Exercise();
    if (Has(was, by)) return;
    Violate(name.second,
            absl::StrCat(by.node, " released the lock of ", name.second, ", which was ", was.owner,
                         "'s", Belongs(was.owner, by.node) ? ", for another request" : ""),
            at, record);
  }

  static bool Has(const Held& lock, const Asker& by) {
    if (!Belongs(lock.owner, by.node)) return false;
    if (!by.owner.empty()) return by.owner == lock.owner;
    return by.delivery == 0 || lock.delivery == 0 || by.delivery == lock.delivery;
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
  catalogue.AddCheck(
      {"dead_holders_lock_is_free",
       "L2",
       "A lock whose holder died can be taken again: when its lease is over, who asks "
       "gets it.",
       "locks of dead holders that were asked for",
       {},
       &Make<DeadHoldersLockIsFree>});
  catalogue.AddCheck(
      {"only_owner_releases",
       "L3",
       "A lock is released by who has taken it: no other node, and no other task of that node.",
       "releases",
       {},
       &Make<OnlyOwnerReleases>});
}

}  // namespace scenarios
