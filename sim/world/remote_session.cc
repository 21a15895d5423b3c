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

RemoteSession::RemoteSession(const Endpoint& client, std::string node, SharedDatabase& server)
    : client_(client), node_(std::move(node)), server_(server), simulation_(server.simulation()) {}

RemoteSession::~RemoteSession() { server_.Abandon(connection_); }

KnownSql* RemoteSession::Find(absl::string_view sql) {
  std::unique_ptr<Text>& text = texts_[std::string(sql)];
  if (text == nullptr) text = std::make_unique<Text>(sql);
  return text.get();
}

Task<absl::StatusOr<Transaction>> RemoteSession::Begin() {
  SqlRequest request;
  request.kind = SqlRequest::kBegin;
  const uint64_t id = request.transaction = ++last_transaction_;
  if (!server_.connected(connection_)) connection_ = server_.Connect(node_);
  const uint64_t connection = connection_;
  SqlAnswer answer = co_await Ask(connection, std::move(request));
  if (answer.lost) co_return Lost();
  if (!answer.result.ok()) co_return answer.result.status();
  open_[id].connection = connection;
  co_return MakeTransaction(id);
}

Task<absl::StatusOr<Result>> RemoteSession::RunAlone(KnownSql* sql, std::vector<Value> args) {
  const Text& text = *static_cast<Text*>(sql);
  SqlRequest request;
  request.kind = SqlRequest::kRunAlone;
  request.writes = text.writes;
  request.sql = text.sql;
  request.args = std::move(args);
  if (!server_.connected(connection_)) connection_ = server_.Connect(node_);
  const bool sent = connection_ != 0;
  SqlAnswer answer = co_await Ask(connection_, std::move(request));
  if (text.writes && sent) NoteEffect();
  if (!answer.lost) co_return std::move(answer.result);
  if (text.writes && sent) co_return absl::UnknownError(Lost().message());
  co_return Lost();
}

Task<absl::StatusOr<Result>> RemoteSession::Run(uint64_t transaction, KnownSql* sql,
                                                std::vector<Value> args) {
  const auto open = open_.find(transaction);
  if (open == open_.end()) co_return HasEnded();
  const Text& text = *static_cast<Text*>(sql);
  open->second.wrote |= text.writes;
  SqlRequest request;
  request.kind = SqlRequest::kRun;
  request.transaction = transaction;
  request.sql = text.sql;
  request.args = std::move(args);
  SqlAnswer answer = co_await Ask(open->second.connection, std::move(request));
  if (answer.lost) answer.result = Lost();
  if (absl::IsUnavailable(answer.result.status())) open_.erase(transaction);
  co_return std::move(answer.result);
}

Task<absl::Status> RemoteSession::Commit(uint64_t transaction) {
  const auto open = open_.find(transaction);
  if (open == open_.end()) co_return HasEnded();
  const Open closing = open->second;
  open_.erase(open);
  // What has broken before was rolled back.
  const bool sent = server_.connected(closing.connection);
  SqlRequest request;
  request.kind = SqlRequest::kCommit;
  request.writes = closing.wrote;
  request.transaction = transaction;
  SqlAnswer answer = co_await Ask(closing.connection, std::move(request));
  if (closing.wrote && sent) NoteEffect();
  if (!answer.lost) co_return answer.result.status();
  if (closing.wrote && sent) co_return absl::UnknownError(Lost().message());
  co_return Lost();
}

void RemoteSession::Rollback(uint64_t transaction) {
  const auto open = open_.find(transaction);
  if (open == open_.end()) return;
  // The dead say nothing; the server will notice.
  if (client_.alive()) server_.Rollback(open->second.connection, transaction);
  open_.erase(open);
}

Task<SqlAnswer> RemoteSession::Ask(uint64_t connection, SqlRequest request) {
  co_await Sleeper(simulation_, SharedDatabase::kTrip);
  if (server_.connected(connection)) {
    co_return co_await Call(server_, connection, std::move(request));
  }
  co_await Sleeper(simulation_, SharedDatabase::kTrip);
  co_return SqlAnswer();
}

absl::Status RemoteSession::Lost() const {
  return absl::UnavailableError(
      absl::StrCat("the connection of ", node_, " to ", server_.name(), " is lost"));
}

absl::Status RemoteSession::HasEnded() const {
  return absl::FailedPreconditionError(
      absl::StrCat("the transaction on ", server_.name(), " has ended"));
}

// Whatever the answer is, it may have happened.
void RemoteSession::NoteEffect() {
  if (simulation_.root() != nullptr) simulation_.root()->had_effect = true;
}

}  // namespace sim
