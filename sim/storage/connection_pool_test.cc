// Goal: a database cannot tell from another whose connection it was given.
// Method: lives on disks that note what is asked of them, with connections that are
// new, that ended well, that were in the middle of a transaction, and whose power was
// cut inside COMMIT; what the next life sees, what it asks its disk and what it leaves
// there is compared. Statements that would change the connection itself are refused.
// That a used connection recovers what a crash has torn is tested with all other crashes
// by torn_crash_test and open_transactions_model_test: their lives follow each other on
// connections of a pool.

#include "sim/storage/connection_pool.h"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/storage/power.h"

namespace sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;

// Notes what is asked of a disk, and cuts its power at a sync.
class Site final : public PowerSite {
 public:
  Choice BeforeSync(absl::string_view file) override {
    Note("sync", file);
    if (--cut_at == 0) disk->Freeze();
    return {};
  }
  Choice BeforeWrite(absl::string_view file) override { return Note("write", file); }
  Choice BeforeRead(absl::string_view file) override { return Note("read", file); }
  void BeforeTruncate(absl::string_view file) override { Note("truncate", file); }
  bool BeforeCommit(const Commit&) override { return true; }
  void AfterCommit(const Commit&) override {}

  Disk* disk = nullptr;
  int cut_at = 0;
  std::vector<std::string> asked;

 private:
  Choice Note(absl::string_view what, absl::string_view file) {
    asked.push_back(absl::StrCat(what, " ", file));
    return {};
  }
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

  // What a connection answers that is asked how it is set. Only data_version, which counts
  // all its lives, is left out: no statement may ask it.
  std::string Settings(ConnectionPool::Lease& lease) {
    std::string settings;
    for (const char* name : {"application_id",
                             "auto_vacuum",
                             "automatic_index",
                             "busy_timeout",
                             "cache_size",
                             "cache_spill",
                             "cell_size_check",

                             "database_list",
                             "defer_foreign_keys",
                             "encoding",
                             "foreign_keys",
                             "freelist_count",
                             "fullfsync",
                             "ignore_check_constraints",
                             "journal_mode",
                             "journal_size_limit",
                             "legacy_alter_table",
                             "locking_mode",
                             "max_page_count",
                             "mmap_size",
                             "page_count",
                             "page_size",
                             "query_only",
                             "read_uncommitted",
                             "recursive_triggers",
                             "reverse_unordered_selects",
                             "schema_version",
                             "secure_delete",
                             "synchronous",
                             "temp_store",
                             "threads",
                             "trusted_schema",
                             "user_version",
                             "writable_schema"}) {
      absl::StrAppend(&settings, name, " ");
      const auto append = [](void* out, int columns, char** values, char**) {
        for (int i = 0; i < columns; ++i) {
          absl::StrAppend(static_cast<std::string*>(out), values[i] == nullptr ? "" : values[i],
                          " ");
        }
        return 0;
      };
      sqlite3_exec(lease.connection().handle(), absl::StrCat("PRAGMA ", name).c_str(), append,
                   &settings, nullptr);
    }
    return settings;
  }

  // Lives that leave their connection in different states: after a commit, in the middle
  // of a transaction and of a savepoint, and without power inside a commit.
  void EndWell() {
    Place place(image_);
    auto lease = Life(place);
    EXPECT_TRUE(Insert(lease, 7).ok());
  }
  void EndInASavepoint() {
    Place place(image_);
    auto lease = Life(place);
    EXPECT_TRUE(lease.connection().Begin().ok());
    EXPECT_TRUE(Insert(lease, 8).ok());
    EXPECT_TRUE(lease.connection().Savepoint().ok());
    EXPECT_TRUE(Insert(lease, 9).ok());
  }
  void EndWithoutPower() {
    Place place(image_);
    auto lease = Life(place);
    place.site().cut_at = 2;
    EXPECT_FALSE(Insert(lease, 10).ok());
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

// Reads, writes, truncations and syncs, in their order, and every byte of the file.
TEST_F(ConnectionPoolTest, AsksOfADiskWithAUsedConnectionWhatANewOneAsks) {
  const auto life = [this] {
    Place place(image_);
    {
      auto lease = Life(place);
      EXPECT_EQ(Count(lease), 0);
      EXPECT_TRUE(Insert(lease, 1).ok());
      EXPECT_TRUE(lease.connection().Begin().ok());
      EXPECT_TRUE(Insert(lease, 2).ok());
      EXPECT_TRUE(Insert(lease, 3).ok());
      EXPECT_TRUE(lease.connection().Commit().ok());
    }
    const auto written = place.disk().Snapshot("f");
    std::string bytes(written->page(0), static_cast<size_t>(written->size()));
    return std::make_pair(place.site().asked, std::move(bytes));
  };
  const auto with_new = life();
  EXPECT_THAT(with_new.first, IsSupersetOf({"read f", "write f-journal", "write f", "sync f"}));
  EXPECT_EQ(life(), with_new);
  EndWell();
  EXPECT_EQ(life(), with_new);
  EndInASavepoint();
  EXPECT_EQ(life(), with_new);
  EndWithoutPower();
  EXPECT_EQ(life(), with_new);
  EXPECT_EQ(pool_->idle(), 1u) << "one connection has served them all";
}

TEST_F(ConnectionPoolTest, IsSetAsANewOneIsHoweverItsLastLifeEnded) {
  const auto settings = [this] {
    Place place(image_);
    auto lease = Life(place);
    return Settings(lease);
  };
  const std::string with_new = settings();
  EXPECT_THAT(with_new, AllOf(HasSubstr("locking_mode exclusive "), HasSubstr("synchronous 2 "),
                              HasSubstr("journal_mode truncate "), HasSubstr("cache_spill 0 ")));
  EXPECT_EQ(settings(), with_new);
  EndInASavepoint();
  EXPECT_EQ(settings(), with_new);
  EndWithoutPower();
  EXPECT_EQ(settings(), with_new);
}

// A statement that could leave something on the connection is refused before it runs.
TEST_F(ConnectionPoolTest, LetsNoStatementChangeTheConnection) {
  Place place(image_);
  auto lease = Life(place);
  const std::string before = Settings(lease);
  for (const char* sql :
       {"CREATE TEMP TABLE note(k INTEGER)", "CREATE TABLE temp.note(k INTEGER)",
        "CREATE TEMP VIEW note AS SELECT k FROM t", "PRAGMA cache_size = 1",
        "PRAGMA foreign_keys = ON", "PRAGMA synchronous = OFF", "PRAGMA query_only = ON",
        "ATTACH ':memory:' AS other", "DETACH main", "SAVEPOINT mine", "BEGIN", "COMMIT",
        "ROLLBACK", "VACUUM", "ANALYZE", "REINDEX", "DROP TABLE t", "ALTER TABLE t RENAME TO u"}) {
    EXPECT_FALSE(lease.Find(sql, {})->status().ok()) << sql;
  }
  EXPECT_EQ(Settings(lease), before);
}

TEST_F(ConnectionPoolTest, RefusesAFileOfAnotherSchema) {
  Choices choices(/*seed=*/0, /*adversary=*/nullptr);
  Disk disk(choices, "other", /*site=*/nullptr);
  {
    auto connection = *Connection::Open(disk, "f", "TRUNCATE", /*seed=*/1);
    EXPECT_TRUE(connection->Script("CREATE TABLE u(k INTEGER NOT NULL PRIMARY KEY)").ok());
  }
  Place place(disk.Snapshot("f"));
  const auto lease = pool_->Take(place.disk(), "f", "TRUNCATE", /*seed=*/7);
  EXPECT_TRUE(absl::IsInvalidArgument(lease.status()));
  EXPECT_THAT(lease.status().message(), HasSubstr("f was made with another schema"));
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
