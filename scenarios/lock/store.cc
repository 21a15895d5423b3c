#include "scenarios/lock/store.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "scenarios/lock/methods.h"
#include "systems/protocols/lock/guard.h"
#include "systems/protocols/lock/table_locks.h"

namespace page {

using sim::Task;
using sim::Trigger;
using sim::Try;

namespace {

constexpr absl::string_view kAccess =
    "INSERT INTO access(page, owner, token, what) VALUES(?, ?, ?, ?)";

}  // namespace

std::string Schema() {
  return absl::StrCat(lock::kLockTable, lock::kGuardTables,
                      "CREATE TABLE line("
                      "  entry TEXT NOT NULL PRIMARY KEY,"
                      "  page TEXT NOT NULL,"
                      "  number INTEGER NOT NULL,"
                      "  token INTEGER NOT NULL) WITHOUT ROWID;"
                      "CREATE TABLE access("
                      "  access_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
                      "  page TEXT NOT NULL,"
                      "  owner TEXT NOT NULL,"
                      "  token INTEGER NOT NULL,"
                      "  what TEXT NOT NULL);");  // READ WRITE
}

Task<absl::Status> Store::Start() {
  env_.Serve(kRead, this, &Store::Read);
  env_.Serve(kAppend, this, &Store::Append);
  env_.Serve(kNextToken, this, &Store::NextToken);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<ReadReply>> Store::Read(ReadRequest request) {
  ReadReply reply;
  auto txn = co_await Try(db_.Begin());
  const bool let_in = co_await Try(LetIn(txn, request.page(), request.token()));
  reply.set_refused(!let_in);
  if (let_in) {
    co_await Try(txn.Execute(kAccess, request.page(), request.owner(), request.token(), "READ"));
    auto rows =
        co_await Try(txn.Execute("SELECT count(*) FROM line WHERE page = ?", request.page()));
    reply.set_entries(rows[0].Int(0));
  }
  co_await Try(txn.Commit());
  co_return reply;
}

Task<absl::StatusOr<AppendReply>> Store::Append(AppendRequest request) {
  AppendReply reply;
  auto txn = co_await Try(db_.Begin());
  const bool let_in = co_await Try(LetIn(txn, request.page(), request.token()));
  reply.set_refused(!let_in);
  if (let_in) {
    auto fresh = co_await Try(
        txn.Execute("INSERT INTO line VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", request.entry(),
                    request.page(), request.number(), request.token()));
    if (fresh.affected() == 0) co_return reply;  // It is there: this is a copy.
    co_await Try(txn.Execute(kAccess, request.page(), request.owner(), request.token(), "WRITE"));
  }
  co_await Try(txn.Commit());
  co_return reply;
}

Task<absl::StatusOr<TokenReply>> Store::NextToken(TokenRequest request) {
  auto txn = co_await Try(db_.Begin());
  TokenReply reply;
  reply.set_token(co_await Try(lock::IssueToken(txn, request.page())));
  co_await Try(txn.Commit());
  co_return reply;
}

Task<absl::StatusOr<bool>> Store::LetIn(sim::Transaction& txn, std::string page, int64_t token) {
  if (env_.settings().Is("fencing", "off")) co_return true;
  if (env_.settings().Quirk("lock.admits_any_token")) {
    co_await Try(
        txn.Execute("INSERT INTO guarded VALUES(?, ?) ON CONFLICT DO NOTHING", page, token));
    auto admitted = co_await Try(txn.Execute(
        "UPDATE guarded SET max_token = ?1 WHERE resource = ?2 AND max_token <= ?1", token, page));
    co_return admitted.affected() > 0;
  }
  lock::Issuer issuer = lock::Issuer::kHere;
  if (env_.settings().Is("issuer", "elsewhere")) issuer = lock::Issuer::kElsewhere;
  const lock::Admission admission = co_await Try(lock::Admit(txn, page, token, issuer));
  co_return admission == lock::Admission::kAdmitted;
}

sim::SystemSpec StoreSystem() {
  sim::SystemSpec spec;
  spec.name = "page.Store";
  spec.about = "Keeps pages of numbered entries; whoever writes must have the lock of the page.";
  spec.switches = {{"fencing",
                    "whether it refuses tokens that are too old or from nowhere",
                    "on",
                    {"on", "off"}},
                   {"issuer",
                    "whether its database issues the tokens, so that it knows the last",
                    "here",
                    {"here", "elsewhere"}}};
  spec.quirks = {{"lock.admits_any_token",
                  "compares a token with the largest that it has seen, never with what was issued",
                  "this project: the one line of SQL of most articles, which trusts every caller",
                  Trigger::Nothing("the forger's own attempt is enough")}};
  spec.methods = {"page.Read", "page.Append", "page.NextToken"};
  spec.schema = [](const sim::Settings&) { return Schema(); };
  spec.make = [](sim::Env& env) { return std::make_unique<Store>(env); };
  return spec;
}

}  // namespace page
