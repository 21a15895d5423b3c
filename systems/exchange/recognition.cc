#include "systems/exchange/recognition.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "systems/cache/methods.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/turns.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr absl::string_view kRecord =
    "INSERT INTO submission_record(order_id, recorded_at) VALUES(?, ?)";

class ByConstraint final : public Recognition {
 public:
  Task<absl::StatusOr<bool>> Known(std::string, int64_t) override { co_return false; }
};

// The key is set before the work, since setting it is also the question.
class ByKey final : public Recognition {
 public:
  explicit ByKey(sim::Env& env) : env_(env), cache_(env.peer("cache")) {}

  Task<absl::StatusOr<bool>> Known(std::string order_id, int64_t) override {
    cache::SetRequest request;
    request.set_key(KeyOf(order_id));
    request.set_only_if_absent(true);
    request.set_expires_in_ms(absl::ToInt64Milliseconds(kLasts));
    auto set = co_await Try(env_.Call(cache_, cache::kSet, request, kPatience));
    co_return !set.stored();
  }

  Task<> Forget(std::string order_id) override {
    cache::DeleteRequest request;
    request.set_key(KeyOf(order_id));
    const auto deleted = co_await env_.Call(cache_, cache::kDelete, request, kPatience);
    deleted.status().IgnoreError();  // Then it expires.
  }

 private:
  static constexpr absl::Duration kLasts = absl::Minutes(10);
  static constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(2)};

  static std::string KeyOf(const std::string& order_id) {
    return absl::StrCat("submission/", order_id);
  }

  sim::Env& env_;
  sim::Address cache_;
};

class ByRecord final : public Recognition {
 public:
  ByRecord(sim::Env& env, const Fence& fence)
      : env_(env),
        db_(env.database()),
        fence_(fence),
        together_(env.settings().Is("record", "with_trade")) {}

  Task<absl::StatusOr<bool>> Known(std::string order_id, int64_t token) override {
    auto txn = co_await Try(db_.Begin());
    // What a holder before has committed while this waited is seen: READ COMMITTED.
    co_await Try(fence_.Show(txn, order_id, token));
    auto rows =
        co_await Try(txn.Execute("SELECT 1 FROM submission_record WHERE order_id = ?", order_id));
    co_await Try(txn.Commit());
    co_return !rows.empty();
  }

  bool together() const override { return together_; }

  Task<absl::Status> RecordIn(sim::Transaction& txn, std::string order_id) override {
    if (!together_) co_return absl::OkStatus();
    co_return (co_await txn.Execute(kRecord, order_id, env_.clock().NowMillis())).status();
  }

  Task<absl::Status> Record(std::string order_id) override {
    if (together_) co_return absl::OkStatus();
    co_return (co_await db_.Execute(kRecord, order_id, env_.clock().NowMillis())).status();
  }

 private:
  sim::Env& env_;
  sim::Database db_;
  const Fence& fence_;
  const bool together_;
};

class ByKeyTable final : public Recognition {
 public:
  explicit ByKeyTable(sim::Env& env)
      : env_(env),
        db_(env.database()),
        kept_(env.settings().Quirk("keys_pruned_early") ? kTooShort : kContract.keys_kept) {}

  void Start() override { env_.Every("keys", kPruneEvery, this, &ByKeyTable::Prune); }

  Task<absl::StatusOr<bool>> Known(std::string, int64_t) override { co_return false; }

  bool together() const override { return true; }

  Task<absl::Status> RecordIn(sim::Transaction& txn, std::string order_id) override {
    co_return (co_await txn.Execute("INSERT INTO submission_key VALUES(?, ?)", order_id,
                                    env_.clock().NowMillis()))
        .status();
  }

 private:
  static constexpr absl::Duration kPruneEvery = absl::Minutes(10);
  static constexpr absl::Duration kTooShort = absl::Minutes(10);  // of the quirk

  Task<> Prune() {
    const int64_t before = env_.clock().NowMillis() - absl::ToInt64Milliseconds(kept_);
    // If it fails, they are kept until the next time.
    (co_await db_.Execute("DELETE FROM submission_key WHERE accepted_at < ?", before))
        .status()
        .IgnoreError();
  }

  sim::Env& env_;
  sim::Database db_;
  const absl::Duration kept_;
};

}  // namespace

Task<absl::Status> Recognition::RecordIn(sim::Transaction&, std::string) {
  co_return absl::OkStatus();
}

Task<absl::Status> Recognition::Record(std::string) { co_return absl::OkStatus(); }

Task<> Recognition::Forget(std::string) { co_return; }

bool HasRecords(const sim::Settings& settings) {
  return settings.Is("idempotency", "check_then_insert") ||
         (settings.Is("idempotency", "unique") && TakesLocks(settings));
}

bool HasKeys(const sim::Settings& settings) { return settings.Is("idempotency", "key_table"); }

std::unique_ptr<Recognition> MakeRecognition(sim::Env& env, const Fence& fence) {
  if (HasKeys(env.settings())) return std::make_unique<ByKeyTable>(env);
  if (HasRecords(env.settings())) return std::make_unique<ByRecord>(env, fence);
  if (env.settings().Is("idempotency", "unique")) return std::make_unique<ByConstraint>();
  return std::make_unique<ByKey>(env);
}

}  // namespace exchange
