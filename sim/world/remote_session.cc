#include "sim/world/remote_session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/storage/statement_shape.h"

namespace sim {

class RemoteSession::Text final : public KnownSql {
 public:
  explicit Text(absl::string_view sql) : sql(sql) {
    const absl::StatusOr<StatementShape> shape = ShapeOf(sql);
    writes = shape.ok() && shape->writes;
  }
  const std::string sql;
  bool writes = false;
};

// Is at the server, for its answer.
class RemoteSession::Call final : public SqlCall {
 public:
  Call(SharedDatabase& server, uint64_t connection, SqlRequest request)
      : SqlCall(server.simulation()),
        server_(server),
        connection_(connection),
        request_(std::move(request)) {}
  Call(Call&&) = delete;
  ~Call() override { server_.Forget(connection_, this); }

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    Park(frame);
    server_.Serve(connection_, std::move(request_), this);
  }
  SqlAnswer await_resume() { return std::move(answer); }

 private:
  SharedDatabase& server_;
  const uint64_t connection_;
  SqlRequest request_;
};

// A BEGIN whose task may be given up while the answer is on its way: the server must not keep
// a transaction of which nobody knows.
class RemoteSession::Beginning {
 public:
  Beginning(RemoteSession& session, uint64_t connection, uint64_t transaction)
      : session_(session), connection_(connection), transaction_(transaction) {}
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;
  ~Beginning() {
    if (answered_ || !session_.client_.alive()) return;
    session_.server_.Rollback(connection_, transaction_);
  }
  void Answered() { answered_ = true; }

 private:
  RemoteSession& session_;
  const uint64_t connection_;
  const uint64_t transaction_;
  bool answered_ = false;
};

RemoteSession::RemoteSession(const Machine& client, SharedDatabase& server, bool replica)
    : client_(client), server_(server), replica_(replica), simulation_(server.simulation()) {}

RemoteSession::~RemoteSession() { server_.Abandon(connection_); }

KnownSql* RemoteSession::Find(absl::string_view sql) {
  std::unique_ptr<Text>& text = texts_[std::string(sql)];
  if (text == nullptr) text = std::make_unique<Text>(sql);
  return text.get();
}

Task<> RemoteSession::Connect() {
  if (server_.connected(connection_)) co_return;
  connection_ = 0;
  bool through = co_await server_.GetThrough(client_.id(), server_.id());
  if (through) through = co_await server_.GetThrough(server_.id(), client_.id());
  const bool others_have = server_.connected(connection_);
  if (through && !others_have) connection_ = server_.Connect(client_, replica_);
}

Task<absl::StatusOr<Transaction>> RemoteSession::Begin(uint64_t, Isolation isolation,
                                                       std::string xid) {
  SqlRequest request(SqlRequest::kBegin);
  const uint64_t id = request.transaction = ++last_transaction_;
  request.isolation = isolation;
  request.xid = std::move(xid);
  co_await Connect();
  const uint64_t connection = connection_;
  Beginning beginning(*this, connection, id);
  SqlAnswer answer = co_await Ask(connection, std::move(request));
  beginning.Answered();
  if (answer.lost) co_return Lost("BEGIN");
  if (!answer.result.ok()) co_return answer.result.status();
  open_[id].connection = connection;
  co_return MakeTransaction(this, id);
}

Task<absl::StatusOr<Result>> RemoteSession::RunAlone(uint64_t, KnownSql* sql,
                                                     std::vector<Value> args) {
  const Text& text = *static_cast<Text*>(sql);
  SqlRequest request(SqlRequest::kRunAlone);
  request.writes = text.writes;
  request.sql = text.sql;
  request.args = std::move(args);
  co_await Connect();
  const bool perhaps_done = text.writes && connection_ != 0;
  SqlAnswer answer = co_await Ask(connection_, std::move(request));
  if (answer.lost) co_return Lost(text.sql, perhaps_done);
  co_return std::move(answer.result);
}

Task<absl::StatusOr<Result>> RemoteSession::Run(uint64_t transaction, KnownSql* sql,
                                                std::vector<Value> args) {
  const Text& text = *static_cast<Text*>(sql);
  SqlRequest request(SqlRequest::kRun);
  request.writes = text.writes;
  request.sql = text.sql;
  request.args = std::move(args);
  if (open_.count(transaction) == 0) co_return HasEnded(text.sql);
  SqlAnswer answer = co_await AskIn(transaction, std::move(request));
  if (answer.lost) co_return Lost(text.sql);
  co_return std::move(answer.result);
}

Task<absl::Status> RemoteSession::Undo(uint64_t transaction, std::vector<RowChange> changes) {
  SqlRequest request(SqlRequest::kUndo);
  request.writes = true;
  request.changes = std::move(changes);
  if (open_.count(transaction) == 0) co_return HasEnded("undo");
  const SqlAnswer answer = co_await AskIn(transaction, std::move(request));
  if (answer.lost) co_return Lost("undo");
  co_return answer.result.status();
}

Task<absl::Status> RemoteSession::XaEnd(uint64_t transaction) {
  if (open_.count(transaction) == 0) co_return HasEnded("XA END");
  const SqlAnswer answer = co_await AskIn(transaction, SqlRequest(SqlRequest::kXaEnd));
  if (answer.lost) co_return Lost("XA END");
  co_return answer.result.status();
}

Task<absl::Status> RemoteSession::Commit(uint64_t transaction) {
  return End(transaction, SqlRequest(SqlRequest::kCommit));
}

Task<absl::Status> RemoteSession::XaPrepare(uint64_t transaction) {
  return End(transaction, SqlRequest(SqlRequest::kXaPrepare));
}

Task<absl::Status> RemoteSession::XaFinish(uint64_t, std::string xid, bool commit) {
  SqlRequest request(commit ? SqlRequest::kXaCommit : SqlRequest::kXaRollback);
  request.writes = true;
  request.xid = std::move(xid);
  co_await Connect();
  const bool perhaps_done = connection_ != 0;
  const SqlAnswer answer = co_await Ask(connection_, std::move(request));
  if (answer.lost) co_return Lost(commit ? "XA COMMIT" : "XA ROLLBACK", perhaps_done);
  co_return answer.result.status();
}

Task<absl::StatusOr<std::vector<std::string>>> RemoteSession::XaRecover(uint64_t) {
  co_await Connect();
  SqlAnswer answer = co_await Ask(connection_, SqlRequest(SqlRequest::kXaRecover));
  if (answer.lost) co_return Lost("XA RECOVER");
  if (!answer.result.ok()) co_return answer.result.status();
  co_return std::move(answer.names);
}

void RemoteSession::Rollback(uint64_t transaction) {
  const auto open = open_.find(transaction);
  if (open == open_.end()) return;
  const uint64_t connection = open->second.connection;
  open_.erase(open);
  // The dead say nothing; the server will notice.
  if (client_.alive()) server_.Rollback(connection, transaction);
}

std::vector<RowChange> RemoteSession::Changes(uint64_t transaction) const {
  const auto open = open_.find(transaction);
  if (open == open_.end()) return {};
  return server_.Changes(open->second.connection, transaction);
}

Task<SqlAnswer> RemoteSession::Ask(uint64_t connection, SqlRequest request) {
  const bool writes = request.writes && connection != 0;
  bool through = server_.connected(connection);
  if (through) {
    through = co_await server_.GetThrough(client_.id(), server_.id());
    if (!through) server_.Break(connection);
  }
  co_await Sleeper(simulation_, SharedDatabase::kTrip);
  SqlAnswer answer;
  if (through && server_.connected(connection)) {
    answer = co_await Call(server_, connection, std::move(request));
  } else {
    co_await Sleeper(simulation_, SharedDatabase::kTrip);
  }
  // Whatever the answer is, it may have happened.
  if (writes && simulation_.root() != nullptr) simulation_.root()->had_effect = true;
  co_return answer;
}

// A request within an open transaction, which an error of the disk or the connection
// ends.
Task<SqlAnswer> RemoteSession::AskIn(uint64_t transaction, SqlRequest request) {
  Open& open = open_.at(transaction);
  open.wrote |= request.writes;
  request.writes = false;  // Nothing is committed yet.
  request.transaction = transaction;
  SqlAnswer answer = co_await Ask(open.connection, std::move(request));
  if (answer.lost || absl::IsUnavailable(answer.result.status())) open_.erase(transaction);
  co_return answer;
}

Task<absl::Status> RemoteSession::End(uint64_t transaction, SqlRequest request) {
  const absl::string_view verb = request.kind == SqlRequest::kCommit ? "COMMIT" : "XA PREPARE";
  const auto open = open_.find(transaction);
  if (open == open_.end()) co_return HasEnded(verb);
  const Open closing = open->second;
  open_.erase(open);
  // What has broken before was rolled back.
  const bool perhaps_done = closing.wrote && server_.connected(closing.connection);
  request.writes = perhaps_done;
  request.transaction = transaction;
  const SqlAnswer answer = co_await Ask(closing.connection, std::move(request));
  if (answer.lost) co_return Lost(verb, perhaps_done);
  co_return answer.result.status();
}

absl::Status RemoteSession::Lost(absl::string_view doing, bool perhaps_done) const {
  const Root* root = simulation_.root();
  const std::string what =
      absl::StrCat("the connection of ", client_.name(), " to ", server_.name(), " is lost; ",
                   root == nullptr ? "" : absl::StrCat(root->Title(), ": "), doing);
  return perhaps_done ? absl::UnknownError(what) : absl::UnavailableError(what);
}

absl::Status RemoteSession::HasEnded(absl::string_view doing) const {
  const Root* root = simulation_.root();
  return absl::FailedPreconditionError(
      absl::StrCat("the transaction on ", server_.name(), " has ended; ", client_.name(), " ",
                   root == nullptr ? "" : absl::StrCat(root->Title(), ": "), doing));
}

}  // namespace sim
