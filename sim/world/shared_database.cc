#include "sim/world/shared_database.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace sim {

// The moment at which the server notices that a client is dead.
class SharedDatabase::Notice final : public ::sim::Event {
 public:
  Notice(SharedDatabase& server, uint64_t connection) : server_(server), connection_(connection) {
    server.simulation().events().Schedule(*this, server.simulation().now() + kNoticeAfter);
  }
  void Fire() override { server_.Break(connection_); }
  std::string Describe() const override {
    return absl::StrCat(server_.name(), " has a client that is dead");
  }

 private:
  SharedDatabase& server_;
  const uint64_t connection_;
};

SharedDatabase::SharedDatabase(World& world, DatabaseSpec spec)
    : Machine(world, spec.name, spec.organisation), spec_(std::move(spec)) {}

SharedDatabase::~SharedDatabase() { Bury(); }

void SharedDatabase::Start() { world().sink().OnBoot(name(), simulation().now()); }

void SharedDatabase::Stop() {
  notices_.clear();
  while (!connections_.empty()) Drop(connections_.begin()->first);
}

uint64_t SharedDatabase::Connect(absl::string_view node) {
  if (!alive() || database() == nullptr) return 0;
  connections_.emplace(++last_connection_, std::make_unique<Connection>(simulation(), this, node));
  return last_connection_;
}

void SharedDatabase::Serve(uint64_t connection, SqlRequest request, SqlCall* call) {
  Connection& to = *connections_.at(connection);
  to.waiting.push_back(call);
  const Root* root = simulation().root();
  const std::string task = root == nullptr ? "session" : root->name;
  const std::string key = root == nullptr ? "" : root->key;
  to.tasks.Spawn(task, key, Work(this, connection, std::move(request), call));
}

Task<> SharedDatabase::Work(SharedDatabase* self, uint64_t number, SqlRequest request,
                            SqlCall* call) {
  const bool begins = request.kind == SqlRequest::kBegin;
  const uint64_t transaction = request.transaction;
  const ChoiceKind fault = request.writes ? self->AskCommit(number) : ChoiceKind::kNone;
  if (fault == ChoiceKind::kLostBeforeCommit) {
    self->Break(number);
    co_return;
  }
  absl::StatusOr<Result> result = co_await self->Do(number, std::move(request));
  if (fault == ChoiceKind::kLostAfterCommit) {
    self->Break(number);
    co_return;
  }
  const bool heard = self->Answer(number, call, std::move(result));
  if (begins && !heard) self->Rollback(number, transaction);
}

Task<absl::StatusOr<Result>> SharedDatabase::Do(uint64_t number, SqlRequest request) {
  Database server(*database());
  Connection& connection = *connections_.at(number);
  if (request.kind == SqlRequest::kBegin) {
    Transaction begun = co_await Try(server.Begin());
    connection.open.emplace(request.transaction, std::move(begun));
    co_return Result();
  }
  if (request.kind == SqlRequest::kRunAlone) {
    co_return co_await server.Run(request.sql, std::move(request.args));
  }
  const auto open = connection.open.find(request.transaction);
  if (open == connection.open.end()) {
    co_return absl::FailedPreconditionError(
        absl::StrCat("the transaction on ", name(), " has ended"));
  }
  if (request.kind == SqlRequest::kRun) {
    co_return co_await open->second.Run(request.sql, std::move(request.args));
  }
  const absl::Status committed = co_await open->second.Commit();
  connection.open.erase(request.transaction);
  if (!committed.ok()) co_return committed;
  co_return Result();
}

bool SharedDatabase::Answer(uint64_t number, SqlCall* call, absl::StatusOr<Result> result) {
  if (!alive()) return false;
  std::vector<SqlCall*>& waiting = connections_.at(number)->waiting;
  const auto found = std::find(waiting.begin(), waiting.end(), call);
  if (found == waiting.end()) return false;
  waiting.erase(found);
  call->answer.lost = false;
  call->answer.result = std::move(result);
  simulation().events().Schedule(*call, simulation().now() + kTrip);
  return true;
}

void SharedDatabase::Forget(uint64_t connection, SqlCall* call) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  std::vector<SqlCall*>& waiting = found->second->waiting;
  waiting.erase(std::remove(waiting.begin(), waiting.end(), call), waiting.end());
}

void SharedDatabase::Rollback(uint64_t connection, uint64_t transaction) {
  const auto found = connections_.find(connection);
  if (found != connections_.end()) found->second->open.erase(transaction);
}

void SharedDatabase::Abandon(uint64_t connection) {
  if (!alive() || !connected(connection)) return;
  notices_.push_back(std::make_unique<Notice>(*this, connection));
}

// Perhaps a task of this very connection is on the stack.
void SharedDatabase::Break(uint64_t number) {
  simulation().AfterThisEvent([this, number] { Drop(number); });
}

void SharedDatabase::Drop(uint64_t number) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  const std::unique_ptr<Connection> connection = std::move(found->second);
  connections_.erase(found);
  connection->tasks.Clear();
  for (SqlCall* call : connection->waiting) {
    simulation().events().Schedule(*call, simulation().now() + kTrip);
  }
}

ChoiceKind SharedDatabase::AskCommit(uint64_t number) {
  if (!simulation().choices().Asks(PlaceKind::kCommit)) return ChoiceKind::kNone;
  const Root* root = simulation().root();
  Place place;
  place.kind = PlaceKind::kCommit;
  place.node = connections_.at(number)->tasks.node();
  place.peer = name();
  place.method = root->name;
  place.key = root->key;
  const Choice choice = Strike(place);
  if (choice) {
    simulation().Record(RecordKind::kDiskFault, id(), 0, static_cast<uint64_t>(choice.kind),
                        number);
  }
  return choice.kind;
}

void SharedDatabase::BeforeCommit(const Commit& commit) {
  world().PassCommit(Step::Moment::kBefore, commit);
}

void SharedDatabase::AfterCommit(const Commit& commit) {
  world().PassCommit(Step::Moment::kAfter, commit);
}

}  // namespace sim
