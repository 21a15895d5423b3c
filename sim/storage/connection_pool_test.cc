// Goal: a database cannot tell from another whose connection it was given.
// Method: lives on disks that count what is asked of them, with connections that are
// new, that ended well, that were in the middle of a transaction, and whose power was
// cut inside COMMIT; what the next life sees, and what it asks its disk, is compared.
// That a used connection recovers what a crash has torn is tested with all other crashes
// by torn_crash_test and open_transactions_model_test: their lives follow each other on
// connections of a pool.

#include "sim/storage/connection_pool.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sim/storage/power.h"

namespace sim {
namespace {

// Counts the reads of a disk, and cuts its power at a sync.
class Site final : public PowerSite {
 public:
  Choice BeforeSync(absl::string_view) override {
    if (--cut_at == 0) disk->Freeze();
    return {};
  }
  Choice BeforeWrite(absl::string_view) override { return {}; }
  Choice BeforeRead(absl::string_view) override {
    ++reads;
    return {};
  }
  void BeforeTruncate(absl::string_view) override {}
  bool BeforeCommit(const Commit&) override { return true; }
  void AfterCommit(const Commit&) override {}

  Disk* disk = nullptr;
  int cut_at = 0;
  int reads = 0;
};

// One node's disk with a database on it.
class Place {
 public:
  explicit Place(const std::shared_ptr<const DiskImage>& image) {
    site_.disk = &disk_;
    disk_.Install("f", image);
  }
  Disk& disk() { return disk_; }
  Site& site() { return site_; }

 private:
  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Site site_;
  Disk disk_{choices_, "node", &site_};
};

class ConnectionPoolTest : public testing::Test {
 protected:
  ConnectionPoolTest() {
    Choices choices(/*seed=*/0, /*adversary=*/nullptr);
    Disk disk(choices, "schema", /*site=*/nullptr);
    {
      auto connection = *Connection::Open(disk, "f", "TRUNCATE", /*seed=*/1);
      EXPECT_TRUE(connection->Script("CREATE TABLE t(k INTEGER NOT NULL PRIMARY KEY)").ok());
    }
    image_ = disk.Snapshot("f");
    pool_ = std::make_unique<ConnectionPool>(image_);
  }

  ConnectionPool::Lease Life(Place& place) {
    auto lease = *pool_->Take(place.disk(), "f", "TRUNCATE", /*seed=*/7);
    EXPECT_TRUE(lease.connection().Start().ok());
    return lease;
  }
  absl::Status Insert(ConnectionPool::Lease& lease, int64_t key) {
    return lease.Find("INSERT INTO t VALUES(?)", {})->statement().Run({Value(key)}).status();
  }
  int64_t Count(ConnectionPool::Lease& lease) {
    const auto rows = lease.Find("SELECT count(*) FROM t", {})->statement().Run({});
    return rows.ok() ? (*rows)[0].Int(0) : -1;
  }

  std::shared_ptr<const DiskImage> image_;
  std::unique_ptr<ConnectionPool> pool_;
};

TEST_F(ConnectionPoolTest, GivesAUsedConnectionToTheNextDatabase) {
  Place first(image_), second(image_);
  {
    auto lease = Life(first);
  }
  EXPECT_EQ(pool_->idle(), 1u);
  auto lease = Life(second);
  EXPECT_EQ(pool_->idle(), 0u);
}

TEST_F(ConnectionPoolTest, ShowsNothingOfWhatTheLastDatabaseCommitted) {
  Place first(image_), second(image_);
  {
    auto lease = Life(first);
    ASSERT_TRUE(Insert(lease, 1).ok());
    ASSERT_EQ(Count(lease), 1);
  }
  {
    auto lease = Life(second);
    EXPECT_EQ(Count(lease), 0);
    EXPECT_TRUE(Insert(lease, 1).ok()) << "the key is still there";
  }
  auto again = Life(first);
  EXPECT_EQ(Count(again), 1) << "what was committed on the first disk";
}

TEST_F(ConnectionPoolTest, ForgetsATransactionThatWasOpenAndWritesNothingOfIt) {
  Place first(image_), second(image_);
  {
    auto lease = Life(first);
    ASSERT_TRUE(lease.connection().Begin().ok());
    ASSERT_TRUE(Insert(lease, 1).ok());
  }
  {
    auto lease = Life(second);
    EXPECT_FALSE(lease.connection().in_transaction());
    EXPECT_EQ(Count(lease), 0);
  }
  auto again = Life(first);
  EXPECT_EQ(Count(again), 0);
}

TEST_F(ConnectionPoolTest, SurvivesAPowerCutAtEverySyncOfACommit) {
  for (int sync = 1; sync <= 4; ++sync) {
    Place first(image_), second(image_);
    {
      auto lease = Life(first);
      first.site().cut_at = sync;
      EXPECT_FALSE(Insert(lease, 1).ok()) << "the power was cut at sync " << sync;
    }
    {
      auto lease = Life(second);
      EXPECT_EQ(Count(lease), 0);
      EXPECT_TRUE(Insert(lease, 2).ok());
    }
    first.disk().Recover(DiskFate::kKeepAll);
    auto again = Life(first);
    EXPECT_LE(Count(again), 1);
    EXPECT_TRUE(Insert(again, 3).ok()) << "sync " << sync;
  }
  EXPECT_EQ(pool_->idle(), 1u) << "one connection has served them all";
}

TEST_F(ConnectionPoolTest, ReadsADiskAsOftenWithAUsedConnectionAsWithANewOne) {
  const auto reads = [this] {
    Place place(image_);
    auto lease = Life(place);
    EXPECT_EQ(Count(lease), 0);
    EXPECT_TRUE(Insert(lease, 1).ok());
    return place.site().reads;
  };
  const int with_new = reads();
  EXPECT_GT(with_new, 0);
  EXPECT_EQ(reads(), with_new);
}

TEST_F(ConnectionPoolTest, TellsNothingOfTheRowsThatOthersInserted) {
  const auto answers = [this](int64_t key) {
    Place place(image_);
    auto lease = Life(place);
    const auto before = lease.Find("DELETE FROM t WHERE k = -1", {})->statement().Run({});
    const auto inserted = lease.Find("INSERT INTO t VALUES(?)", {})->statement().Run({Value(key)});
    return std::make_pair(before->affected(), inserted->inserted_id() == key);
  };
  const auto with_new = answers(41);
  EXPECT_EQ(answers(42), with_new);
}

TEST_F(ConnectionPoolTest, LetsNoStatementAskTheConnection) {
  Place place(image_);
  auto lease = Life(place);
  for (const char* sql :
       {"SELECT last_insert_rowid()", "SELECT changes()", "SELECT total_changes()",
        "SELECT count(*) FROM sqlite_stmt", "SELECT data_version FROM pragma_data_version"}) {
    EXPECT_FALSE(lease.Find(sql, {})->status().ok()) << sql;
  }
}

TEST_F(ConnectionPoolTest, KeepsWhatWasPrepared) {
  Place first(image_), second(image_);
  const LockingStatement* prepared = nullptr;
  {
    auto lease = Life(first);
    prepared = lease.Find("SELECT count(*) FROM t", {});
  }
  auto lease = Life(second);
  EXPECT_EQ(lease.Find("SELECT count(*) FROM t", {}), prepared);
}

TEST_F(ConnectionPoolTest, DropsTheStatementsOfWhoMakesSqlOfValues) {
  Place first(image_), second(image_);
  {
    auto lease = Life(first);
    for (int i = 0; i < 1000; ++i) lease.Find("SELECT " + std::to_string(i) + " FROM t", {});
    EXPECT_EQ(lease.prepared(), 1000u);
  }
  EXPECT_EQ(Life(second).prepared(), 0u);
}

}  // namespace
}  // namespace sim
