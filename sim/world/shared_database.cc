#include "sim/world/shared_database.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace sim {

// The moment at which the server notices that a client is dead.
class SharedDatabase::Notice final : public ::sim::Event {
 public:
  Notice(SharedDatabase& server, uint64_t connection) : server_(server), connection_(connection) {
    server.simulation().events().Schedule(*this, server.simulation().now() + kNoticeAfter);
  }
  void Fire() override { server_.Break(connection_); }
  std::string Describe() const override {
    return absl::StrCat(server_.name(), " has a client that does not answer");
  }

 private:
  SharedDatabase& server_;
  const uint64_t connection_;
};

SharedDatabase::SharedDatabase(World& world, DatabaseSpec spec)
    : Machine(world, spec.name, spec.organisation), spec_(std::move(spec)) {}

SharedDatabase::~SharedDatabase() { Bury(); }

void SharedDatabase::Start() {
  tables_ = &database()->tables();
  world().sink().OnBoot(name(), simulation().now());
}

void SharedDatabase::Stop() {
  notices_.clear();
  while (!connections_.empty()) Drop(connections_.begin()->first);
}

uint64_t SharedDatabase::Connect(const Machine& client, bool replica) {
  if (!alive() || database() == nullptr) return 0;
  DatabaseServer::Peer peer;
  peer.node = client.name();
  peer.node_number = client.id();
  peer.replica = replica;
  const uint64_t session = database()->OpenSession(std::move(peer));
  connections_.emplace(++last_connection_,
                       std::make_unique<Connection>(simulation(), this, client, session));
  return last_connection_;
}

void SharedDatabase::Serve(uint64_t connection, SqlRequest request, SqlCall* call) {
  Connection& to = *connections_.at(connection);
  RollbackDone(to);  // What was sent before has arrived before.
  call->number = ++last_call_;
  to.waiting.push_back(call);
  const Root* root = simulation().root();
  request.asker = root == nullptr ? 0 : root->serial;
  const auto [task, key] = Asker();
  to.tasks.Spawn(task, key, Work(this, connection, std::move(request), call->number));
}

std::pair<std::string, std::string> SharedDatabase::Asker() const {
  const Root* root = simulation().root();
  if (root == nullptr) return {"session", ""};
  return {std::string(root->name), std::string(root->key)};
}

Task<> SharedDatabase::Work(SharedDatabase* self, uint64_t number, SqlRequest request,
                            uint64_t call) {
  self->simulation().root()->works_for = request.asker;
  // A request that arrives while the server is paused waits.
  if (self->paused_until() > self->simulation().now()) co_await Sleeper(self->simulation(), 0);
  const bool begins = request.kind == SqlRequest::kBegin;
  const uint64_t transaction = request.transaction;
  const ChoiceKind fault = request.writes ? self->AskCommit(number) : ChoiceKind::kNone;
  if (fault == ChoiceKind::kLostBeforeCommit) {
    self->Break(number);
    co_return;
  }
  SqlAnswer answer = co_await self->Do(number, std::move(request));
  if (fault == ChoiceKind::kLostAfterCommit) {
    self->Break(number);
    co_return;
  }
  const bool through = co_await self->GetThrough(self->id(), self->connections_.at(number)->client);
  if (!through) {
    self->Break(number);
    co_return;
  }
  const bool heard = self->Answer(number, call, std::move(answer));
  if (begins && !heard) self->Rollback(number, transaction);
}

Task<SqlAnswer> SharedDatabase::Do(uint64_t number, SqlRequest request) {
  Connection& connection = *connections_.at(number);
  Database server(*database(), connection.session);
  SqlAnswer answer;
  absl::Status done;
  switch (request.kind) {
    case SqlRequest::kBegin: {
      Task<absl::StatusOr<Transaction>> begin =
          request.xid.empty() ? server.Begin(request.isolation) : server.XaStart(request.xid);
      absl::StatusOr<Transaction> begun = co_await std::move(begin);
      done = begun.status();
      if (begun.ok()) connection.open.emplace(request.transaction, *std::move(begun));
      break;
    }
    case SqlRequest::kRunAlone:
      answer.result = co_await server.Run(request.sql, std::move(request.args));
      break;
    case SqlRequest::kXaCommit:
      done = co_await server.XaCommit(request.xid);
      break;
    case SqlRequest::kXaRollback:
      done = co_await server.XaRollback(request.xid);
      break;
    case SqlRequest::kXaRecover: {
      absl::StatusOr<std::vector<std::string>> names = co_await server.XaRecover();
      done = names.status();
      if (names.ok()) answer.names = *std::move(names);
      break;
    }
    default: {
      const auto open = connection.open.find(request.transaction);
      if (open == connection.open.end()) {
        done = absl::FailedPreconditionError(
            absl::StrCat("the transaction on ", name(), " has ended: ", request.sql));
        break;
      }
      const bool ends =
          request.kind == SqlRequest::kCommit || request.kind == SqlRequest::kXaPrepare;
      const uint64_t transaction = request.transaction;
      answer.result = co_await DoIn(&open->second, std::move(request));
      // Who died before the COMMIT leaves its transaction open.
      const bool unasked = absl::IsCancelled(answer.result.status());
      if (ends && !unasked) connection.open.erase(transaction);
    }
  }
  if (!done.ok()) answer.result = done;
  co_return answer;
}

Task<absl::StatusOr<Result>> SharedDatabase::DoIn(Transaction* transaction, SqlRequest request) {
  absl::Status done;
  switch (request.kind) {
    case SqlRequest::kUndo:
      done = co_await transaction->Undo(std::move(request.changes));
      break;
    case SqlRequest::kXaEnd:
      done = co_await transaction->XaEnd();
      break;
    case SqlRequest::kXaPrepare:
      done = co_await transaction->XaPrepare();
      break;
    case SqlRequest::kCommit:
      done = co_await transaction->Commit();
      break;
    default:
      co_return co_await transaction->Run(request.sql, std::move(request.args));
  }
  if (!done.ok()) co_return done;
  co_return Result();
}

bool SharedDatabase::Answer(uint64_t number, uint64_t call, SqlAnswer answer) {
  if (!alive()) return false;
  Connection& connection = *connections_.at(number);
  std::vector<SqlCall*>& waiting = connection.waiting;
  const auto found = std::find_if(waiting.begin(), waiting.end(),
                                  [call](const SqlCall* one) { return one->number == call; });
  if (found == waiting.end()) return false;
  SqlCall& waits = **found;
  waiting.erase(found);
  waits.answer = std::move(answer);
  waits.answer.lost = false;
  simulation().events().Schedule(waits, simulation().now() + kTrip);
  return true;
}

void SharedDatabase::Forget(uint64_t connection, SqlCall* call) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  std::vector<SqlCall*>& waiting = found->second->waiting;
  waiting.erase(std::remove(waiting.begin(), waiting.end(), call), waiting.end());
}

void SharedDatabase::Rollback(uint64_t number, uint64_t transaction) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  Connection& connection = *found->second;
  connection.done_with.push_back(transaction);
  if (world().network().Passes(connection.client, id())) {
    RollbackDone(connection);
  } else {
    const auto [task, key] = Asker();
    connection.tasks.Spawn(task, key, RollbackLater(this, number));
  }
}

Task<> SharedDatabase::RollbackLater(SharedDatabase* self, uint64_t number) {
  const bool through = co_await self->GetThrough(self->connections_.at(number)->client, self->id());
  if (through) {
    self->RollbackDone(*self->connections_.at(number));
  } else {
    self->Break(number);
  }
}

void SharedDatabase::RollbackDone(Connection& connection) {
  for (const uint64_t transaction : std::exchange(connection.done_with, {})) {
    connection.open.erase(transaction);
  }
}

Task<bool> SharedDatabase::GetThrough(NodeId from, NodeId to) {
  Network& network = world().network();
  Nanos left = kNoticeAfter;
  for (Nanos wait = kSendAgain; !network.Passes(from, to); wait *= 2) {
    if (left == 0) co_return false;
    wait = std::min(wait, left);
    left -= wait;
    co_await Sleeper(simulation(), wait);
  }
  if (const Nanos longer = network.SlowBy(from, to); longer > 0) {
    co_await Sleeper(simulation(), longer);
  }
  co_return true;
}

void SharedDatabase::Abandon(uint64_t connection) {
  const auto found = connections_.find(connection);
  if (!alive() || found == connections_.end()) return;
  if (std::exchange(found->second->abandoned, true)) return;
  notices_.push_back(std::make_unique<Notice>(*this, connection));
}

std::vector<RowChange> SharedDatabase::Changes(uint64_t connection, uint64_t transaction) const {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return {};
  const auto open = found->second->open.find(transaction);
  if (open == found->second->open.end()) return {};
  return open->second.changes();
}

const std::vector<TableInfo>& SharedDatabase::tables() const {
  SIM_CHECK(tables_ != nullptr) << name() << " has never been open";
  return *tables_;
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
  database()->Break(connection->session);
  for (SqlCall* call : connection->waiting) {
    simulation().events().Schedule(*call, simulation().now() + kTrip);
  }
}

ChoiceKind SharedDatabase::AskCommit(uint64_t number) {
  return BeforeStatement(PlaceKind::kCommit, connections_.at(number)->tasks.node()).kind;
}

bool SharedDatabase::BeforeCommit(const Commit& commit) {
  return world().PassCommit(Step::Moment::kBefore, commit);
}

void SharedDatabase::AfterCommit(const Commit& commit) {
  world().PassCommit(Step::Moment::kAfter, commit);
}

}  // namespace sim
