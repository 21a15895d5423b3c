// SharedDatabase: a database server of its own, which nodes of one organisation use.
//
// It is a machine: it crashes, at a suspension of its work or inside a sync, and boots
// again from its disk; and it outlives the nodes that use it. A node that dies
// leaves its connection behind: what was open there is rolled back when the server
// notices, kNoticeAfter later, and holds its locks until then. When the server dies,
// or a connection breaks (a fault), the client learns it one way later: an open
// transaction is gone, a COMMIT on its way is unknown.
//
// What a partition or a clog swallows is sent again, as TCP does: after kSendAgain, twice that
// and so on. Through a short partition it is late, and nothing else; the order of what
// a client sends stays as it was. What has not got through in kNoticeAfter breaks the
// connection at both ends, as a keep-alive would: the server rolls back what is open in it. A
// partition through which nothing is sent is noticed by nobody. A connection is made
// when both ways are open; whoever waits for that in vain has done nothing
// (UNAVAILABLE), and at the server there is no session of it. On a slow pair of nodes
// everything is late.
// Source: RFC 9293, 3.8 (retransmission; R2 is kNoticeAfter, where Linux would try for
// 15 min: services set TCP_USER_TIMEOUT, or the timeouts of their drivers).
//
// The server works in tasks of its own, which bear the name and key of the client's
// task: "fsync orders exchange.Submit order-7" is a sync of the server `orders` on
// behalf of that task.

#ifndef SIM_WORLD_SHARED_DATABASE_H_
#define SIM_WORLD_SHARED_DATABASE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/task.h"
#include "sim/core/task_scope.h"
#include "sim/core/waiter.h"
#include "sim/storage/database.h"
#include "sim/world/machine.h"
#include "sim/world/world.h"

namespace sim {

// What a client asks of the server, and is told.
struct SqlRequest {
  enum Kind {
    kBegin,
    kRun,
    kRunAlone,
    kUndo,
    kCommit,
    kXaEnd,
    kXaPrepare,
    kXaCommit,
    kXaRollback,
    kXaRecover,
  };
  explicit SqlRequest(Kind kind) : kind(kind) {}

  Kind kind;
  Isolation isolation = Isolation::kReadCommitted;
  uint64_t asker = 0;        // the client's task
  uint64_t transaction = 0;  // as the client calls it
  bool writes = false;       // it commits something
  std::string xid;
  std::string sql;
  std::vector<Value> args;
  std::vector<RowChange> changes;
};
struct SqlAnswer {
  bool lost = true;  // the connection broke; `result` means nothing
  absl::StatusOr<Result> result = Result();
  std::vector<std::string> names;  // kXaRecover
};

// Waits for the server's answer to one request.
class SqlCall : public Waiter {
 public:
  using Waiter::Waiter;
  uint64_t number = 0;  // The next call may stand where a forgotten one stood.
  SqlAnswer answer;
};

class SharedDatabase final : public Machine {
 public:
  // One way between a node and the server: half a millisecond to and fro, as within
  // one data centre. A constant: what a slow link does, a slow disk shows too.
  static constexpr Nanos kTrip = Micros(250);
  // How long it takes to notice that nobody answers at the other end.
  static constexpr Nanos kNoticeAfter = Seconds(10);
  // After how long what does not arrive is sent for the second time.
  static constexpr Nanos kSendAgain = Millis(200);

  SharedDatabase(World& world, DatabaseSpec spec);
  ~SharedDatabase() override;

  // A connection of `client`, a session of the server or of its replica; 0 if the server
  // does not answer.
  uint64_t Connect(const Machine& client, bool replica);
  bool connected(uint64_t connection) const { return connections_.count(connection) > 0; }

  // The request has arrived. `call` is resumed when it is done or the connection has
  // broken, unless it is forgotten before.
  void Serve(uint64_t connection, SqlRequest request, SqlCall* call);
  void Forget(uint64_t connection, SqlCall* call);

  // The client is done with the transaction: says so, and waits for no answer.
  void Rollback(uint64_t connection, uint64_t transaction);

  // The client is dead: its connection breaks when the server notices.
  void Abandon(uint64_t connection);

  // The connection breaks, after this event.
  void Break(uint64_t connection);

  // Sends something from one end of a connection to the other, again and again; false
  // if it has not got through in kNoticeAfter.
  Task<bool> GetThrough(NodeId from, NodeId to);

  std::vector<RowChange> Changes(uint64_t connection, uint64_t transaction) const;
  const std::vector<TableInfo>& tables() const;

  // Endpoint: nobody calls it.
  bool listening() const override { return false; }
  void Receive(PacketPtr) override {}
  void ConnectionRefused(uint64_t, RecordId) override {}

  // PowerSite: the steps are those of the node that commits.
  bool BeforeCommit(const Commit& commit) override;
  void AfterCommit(const Commit& commit) override;

 private:
  class Notice;
  struct Connection {
    Connection(Simulation& simulation, CrashSite* site, const Machine& client, uint64_t session)
        : client(client.id()), session(session), tasks(simulation, site, client.name()) {}
    const NodeId client;
    const uint64_t session;  // of the server
    bool abandoned = false;
    std::map<uint64_t, Transaction> open;  // roll back when they go
    std::vector<uint64_t> done_with;       // by the client, which was not heard yet
    std::vector<SqlCall*> waiting;
    TaskScope tasks;  // first to go
  };

  // The name and key of the client's task.
  std::pair<std::string, std::string> Asker() const;
  static Task<> Work(SharedDatabase* self, uint64_t number, SqlRequest request, uint64_t call);
  Task<SqlAnswer> Do(uint64_t number, SqlRequest request);
  Task<absl::StatusOr<Result>> DoIn(Transaction* transaction, SqlRequest request);
  // False if nobody waits for it any more.
  bool Answer(uint64_t number, uint64_t call, SqlAnswer answer);
  static Task<> RollbackLater(SharedDatabase* self, uint64_t number);
  void RollbackDone(Connection& connection);
  void Drop(uint64_t number);
  // Whether the fault of a commit that arrives is to break its connection.
  ChoiceKind AskCommit(uint64_t number);

  // Machine:
  bool stores() const override { return true; }
  std::string Schema() const override { return spec_.schema; }
  bool duplicates_poison() const override { return spec_.duplicates_poison; }
  void Start() override;
  void Stop() override;

  const DatabaseSpec spec_;
  const std::vector<TableInfo>* tables_ = nullptr;  // once it has been open
  uint64_t last_connection_ = 0;
  uint64_t last_call_ = 0;
  std::map<uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Notice>> notices_;
};

}  // namespace sim

#endif  // SIM_WORLD_SHARED_DATABASE_H_
