// Goal: a commit names the delivery of the request that led to it, so that a check
// can tell what a request has done; and of nobody else's request.
// Method: a component that files notes at once and later, in a small world.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using testing::ElementsAre;

// Files every note in its handler, and again in a task that the handler spawns.
class Filing final : public Component {
 public:
  static constexpr char kSchema[] =
      "CREATE TABLE filed(note TEXT NOT NULL, copy INTEGER NOT NULL, PRIMARY KEY(note, copy)) "
      "WITHOUT ROWID";

  explicit Filing(Env& env) : env_(env), db_(env.database()) {}

  Task<absl::Status> Start() override {
    env_.Serve(kNote, this, &Filing::Note);
    co_return (co_await db_.Execute("INSERT INTO filed VALUES('boot', 1)")).status();
  }

 private:
  Task<absl::StatusOr<toy::NoteReply>> Note(toy::NoteRequest request) {
    const std::string note = absl::StrCat("note ", request.number());
    co_await Try(db_.Execute("INSERT INTO filed VALUES(?, 1)", note));
    env_.Spawn("copy", note, Copy(note));
    co_return toy::NoteReply();
  }

  Task<> Copy(std::string note) {
    co_await env_.clock().Sleep(absl::Seconds(1));
    (co_await db_.Execute("INSERT INTO filed VALUES(?, 2)", note)).IgnoreError();
  }

  Env& env_;
  Database db_;
};

// "boot/1 of nothing", "note 7/1 of toy.Note 7".
class Clerk final : public Observer {
 public:
  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kDelivered) return;
    requests_[traffic.record] = absl::StrCat(traffic.method, " ", traffic.key);
  }
  void OnCommit(const Commit& commit) override {
    const auto request = requests_.find(commit.delivery);
    for (const RowChange& change : commit.changes) {
      seen.push_back(absl::StrCat(change.Key(), " of ",
                                  request == requests_.end() ? "nothing" : request->second));
    }
  }

  std::vector<std::string> seen;

 private:
  std::map<RecordId, std::string> requests_;
};

TEST(Delivery, IsNamedByTheCommitsToWhichItLed) {
  Clerk clerk;
  TestWorld world;
  world.world().Observe(&clerk);
  world.Start<Filing>("b", Filing::kSchema);
  for (const int number : {7, 8}) {
    toy::NoteRequest request;
    request.set_number(number);
    ASSERT_TRUE(world.Call("b", kNote, request).ok());
  }
  world.RunFor(absl::Seconds(5));

  EXPECT_THAT(clerk.seen,
              ElementsAre("boot/1 of nothing", "note 7/1 of toy.Note 7", "note 8/1 of toy.Note 8",
                          "note 7/2 of toy.Note 7", "note 8/2 of toy.Note 8"));
}

}  // namespace
}  // namespace sim
