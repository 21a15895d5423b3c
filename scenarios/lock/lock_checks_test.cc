// Goal: each promise of a lock is kept by a right history and broken by a wrong one, and
// is not exercised by an empty one.
// Method: commits, messages and facts written by hand; no simulator.

#include "scenarios/lock/lock_checks.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/lock/page.pb.h"
#include "sim/core/time.h"
#include "systems/cache/cache.pb.h"

namespace scenarios {
namespace {

const sim::TableInfo kAccess{"access", {"access_id", "page", "owner", "token", "what"}, {0}};
const sim::TableInfo kDlock{"dlock", {"name", "owner", "token", "expire_at"}, {0}};

class LockChecks : public testing::Test {
 protected:
  void Watch(const std::string& name) {
    Catalogue catalogue;
    AddLockChecks(catalogue);
    CheckContext context;
    context.nodes = {{"store", "books"}};
    check_ = catalogue.checks.at(name).make(context);
  }

  void Access(const char* owner, int token, const char* what) {
    check_->OnCommit(CommitByHand("books").Insert(kAccess, {++accesses_, "p", owner, token, what}));
  }
  // The row of the lock becomes so, by a transaction of `node`, for a request.
  void Row(const char* node, const char* before, const char* after, sim::RecordId request = 0) {
    sim::Commit commit = CommitByHand("books").Update(kDlock, {"p", before, 1, int64_t{1}},
                                                      {"p", after, 1, int64_t{2}});
    commit.node = node;
    commit.delivery = request;
    check_->OnCommit(commit);
  }
  // `node` asks the cache, where the key of the lock changes.
  void Key(const char* node, const char* method, cache::KeyChanged::Cause cause, const char* owner,
           const google::protobuf::Message* request = nullptr) {
    sim::Traffic traffic;
    traffic.message = request;
    traffic.kind = sim::TrafficKind::kDelivered;
    traffic.method = method;
    traffic.caller = node;
    traffic.callee = "c";
    traffic.key = "lock/p";
    check_->OnTraffic(traffic);
    cache::KeyChanged fact;
    fact.set_key("lock/p");
    fact.set_cause(cause);
    fact.set_exists(*owner != '\0');
    fact.set_value(owner);
    fact.set_expires(true);
    check_->OnFact("c", fact, 0);
  }
  // A clerk is asked to write into the page.
  void Want(sim::Nanos at) {
    page::WriteRequest request;
    request.set_page("p");
    sim::Traffic traffic;
    traffic.kind = sim::TrafficKind::kDelivered;
    traffic.method = "page.Write";
    traffic.message = &request;
    traffic.at = at;
    check_->OnTraffic(traffic);
  }
  void Heal() { check_->OnPhase(sim::Phase::kHeal, 0); }
  void End() { check_->OnPhase(sim::Phase::kJudge, 0); }
  size_t findings() const { return check_->findings().size(); }

  std::unique_ptr<Check> check_;
  int accesses_ = 0;
};

TEST_F(LockChecks, WritesByTurnsDoNotInterleave) {
  Watch("guarded_writes_never_interleave");
  Access("w1/1", 1, "READ");
  Access("w1/1", 1, "WRITE");
  Access("w2/1", 2, "READ");
  Access("w2/1", 2, "WRITE");
  EXPECT_EQ(findings(), 0u);
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(LockChecks, AWriteBetweenReadingAndWritingInterleaves) {
  Watch("guarded_writes_never_interleave");
  Access("w1/1", 1, "READ");
  Access("w2/1", 1, "READ");
  Access("w1/1", 1, "WRITE");
  Access("w2/1", 1, "WRITE");
  EXPECT_EQ(findings(), 1u);
}

TEST_F(LockChecks, ASmallerTokenComesTooLate) {
  Watch("guarded_writes_never_interleave");
  Access("w1/1", 1, "READ");
  Access("w2/1", 2, "READ");
  Access("w1/1", 1, "WRITE");
  EXPECT_EQ(findings(), 1u);
}

TEST_F(LockChecks, TheOwnerReleases) {
  Watch("only_owner_releases");
  Row("w1", "", "w1/1");
  Row("w1", "w1/1", "");
  Key("w1", "cache.Set", cache::KeyChanged::STORED, "w1/2");
  Key("w1", "cache.CompareAndDelete", cache::KeyChanged::DELETED, "");
  EXPECT_EQ(findings(), 0u);
  EXPECT_EQ(check_->exercised(), 2u);
}

TEST_F(LockChecks, AnotherReleases) {
  Watch("only_owner_releases");
  Row("w1", "", "w1/1");
  Row("w2", "w1/1", "");
  EXPECT_EQ(findings(), 1u);
  Key("w1", "cache.Set", cache::KeyChanged::STORED, "w1/2");
  Key("w2", "cache.Delete", cache::KeyChanged::DELETED, "");
  EXPECT_EQ(findings(), 2u);
}

TEST_F(LockChecks, WhatACacheForgetsNobodyReleases) {
  Watch("only_owner_releases");
  Key("w1", "cache.Set", cache::KeyChanged::STORED, "w1/2");
  Key("w2", "cache.Set", cache::KeyChanged::EVICTED, "");
  EXPECT_EQ(findings(), 0u);
  EXPECT_EQ(check_->exercised(), 0u);
}

TEST_F(LockChecks, AnotherTaskOfTheNodeReleasesARow) {
  Watch("only_owner_releases");
  Row("w1", "", "w1/1", /*request=*/7);
  Row("w1", "w1/1", "w1/1", /*request=*/7);  // prolonged
  Row("w1", "w1/1", "", /*request=*/7);
  EXPECT_EQ(findings(), 0u);
  Row("w1", "", "w1/2", /*request=*/7);
  Row("w1", "w1/2", "", /*request=*/8);
  EXPECT_EQ(findings(), 1u);
}

TEST_F(LockChecks, AnotherTaskOfTheNodeReleasesAKey) {
  Watch("only_owner_releases");
  cache::CompareAndDeleteRequest release;
  release.set_value("w1/2");
  Key("w1", "cache.Set", cache::KeyChanged::STORED, "w1/2");
  Key("w1", "cache.CompareAndDelete", cache::KeyChanged::DELETED, "", &release);
  EXPECT_EQ(findings(), 0u);
  Key("w1", "cache.Set", cache::KeyChanged::STORED, "w1/3");
  Key("w1", "cache.CompareAndDelete", cache::KeyChanged::DELETED, "", &release);
  EXPECT_EQ(findings(), 1u);
}

TEST_F(LockChecks, ADeadHoldersLockIsTakenByWhoAsks) {
  Watch("dead_holders_lock_is_free");
  Row("w1", "", "w1/1");
  check_->OnCrash("w1", 0);
  Heal();
  Want(sim::Minutes(10));
  Row("w2", "w1/1", "w2/1");
  End();
  EXPECT_EQ(check_->exercised(), 1u);
  EXPECT_EQ(findings(), 0u);
}

TEST_F(LockChecks, ADeadHoldersLockIsNotTakenByWhoAsks) {
  Watch("dead_holders_lock_is_free");
  Row("w1", "", "w1/1");
  check_->OnCrash("w1", 0);
  Heal();
  Want(sim::Minutes(10));
  End();
  EXPECT_EQ(findings(), 1u);
}

// Not after its holder has died; in vain, since something fails; before the lease is over.
TEST_F(LockChecks, WhoAsksTooEarlyProvesNothing) {
  Watch("dead_holders_lock_is_free");
  Row("w1", "", "w1/1");
  Want(sim::Minutes(1));
  check_->OnCrash("w2", sim::Minutes(2));
  check_->OnCrash("w1", sim::Minutes(2));
  Want(sim::Minutes(10));
  Heal();
  Want(sim::Minutes(2) + sim::Seconds(5));
  End();
  EXPECT_EQ(check_->exercised(), 0u);
  EXPECT_EQ(findings(), 0u);
}

}  // namespace
}  // namespace scenarios
