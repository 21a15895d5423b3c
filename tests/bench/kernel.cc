#include "tests/bench/kernel.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/world/env.h"
#include "sim/world/world.h"
#include "tests/bench/bench.pb.h"

namespace bench {
namespace {

using sim::Task;

inline constexpr sim::Method<PingRequest, PingReply> kPing{"pair.Ping"};
inline constexpr sim::Method<TransferRequest, TransferReply> kTransfer{"bank.Transfer"};
inline constexpr sim::Method<BookRequest, BookReply> kBook{"ledger.Book"};

// Every message takes the next delay of the stream that its sender has named.
class Delays final : public sim::LatencySource {
 public:
  explicit Delays(int streams) {
    for (int i = 0; i < streams; ++i) streams_.push_back(Stream(static_cast<uint64_t>(i)));
  }
  Stream& Use(uint32_t stream) { return *(current_ = &streams_[stream]); }
  sim::Nanos Sample(sim::NodeId, sim::NodeId, uint64_t) override { return current_->Delay(); }
  bool draws() const override { return false; }

 private:
  std::vector<Stream> streams_;
  Stream* current_ = nullptr;
};

// What the components of one run share.
struct Run {
  Run(Size s, int streams) : size(s), delays(streams) {}

  void Note(sim::Env& env) { checksum.Add(sim::ToNanos(env.clock().Monotonic())); }

  Size size;
  Delays delays;
  Checksum checksum;
  std::vector<int64_t> debited = std::vector<int64_t>(kAccounts);
  std::vector<int64_t> credited = std::vector<int64_t>(kAccounts);
};

class Sleepers final : public sim::Component {
 public:
  Sleepers(sim::Env& env, Run& run) : env_(env), run_(run) {}
  Task<absl::Status> Start() override {
    for (int i = 0; i < run_.size.processes; ++i) env_.Spawn("sleeper", absl::StrCat(i), Sleep(i));
    co_return absl::OkStatus();
  }

 private:
  Task<> Sleep(int number) {
    Stream stream(static_cast<uint64_t>(number));
    for (int i = 0; i < run_.size.rounds; ++i) {
      co_await env_.clock().Sleep(sim::FromNanos(stream.Delay()));
      run_.Note(env_);
    }
  }

  sim::Env& env_;
  Run& run_;
};

// Answers pings, on node 2 i + 1.
class Pong final : public sim::Component {
 public:
  Pong(sim::Env& env, Run& run, uint32_t stream) : env_(env), run_(run), stream_(stream) {}
  Task<absl::Status> Start() override {
    env_.Serve(kPing, this, &Pong::Answer);
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<PingReply>> Answer(PingRequest request) {
    run_.Note(env_);
    PingReply reply;
    reply.set_value(request.value() + 1);
    run_.delays.Use(stream_);
    co_return reply;
  }

  sim::Env& env_;
  Run& run_;
  const uint32_t stream_;
};

class Ping final : public sim::Component {
 public:
  Ping(sim::Env& env, Run& run, uint32_t pair) : env_(env), run_(run), pair_(pair) {}
  Task<absl::Status> Start() override {
    env_.Spawn("ping", Play());
    co_return absl::OkStatus();
  }

 private:
  Task<> Play() {
    const sim::Address peer = env_.peer("pong");
    PingRequest request;
    request.set_value(pair_);
    for (int i = 0; i < run_.size.rounds; ++i) {
      run_.delays.Use(2 * pair_);
      auto reply = co_await env_.Call(peer, kPing, request, {.timeout = absl::Seconds(5)});
      SIM_CHECK(reply.ok()) << reply.status().message();
      run_.Note(env_);
      SIM_CHECK(reply->value() == request.value() + 1) << "a wrong answer";
      request.set_value(reply->value());
    }
  }

  sim::Env& env_;
  Run& run_;
  const uint32_t pair_;
};

class Ledger final : public sim::Component {
 public:
  Ledger(sim::Env& env, Run& run, std::vector<int64_t>& accounts)
      : env_(env), run_(run), accounts_(accounts) {}
  Task<absl::Status> Start() override {
    env_.Serve(kBook, this, &Ledger::Book);
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<BookReply>> Book(BookRequest request) {
    accounts_[request.account()] += request.amount();
    run_.delays.Use(request.client());
    co_return BookReply();
  }

  sim::Env& env_;
  Run& run_;
  std::vector<int64_t>& accounts_;
};

class Coordinator final : public sim::Component {
 public:
  Coordinator(sim::Env& env, Run& run)
      : env_(env), run_(run), debit_(env.peer("debit")), credit_(env.peer("credit")) {}
  Task<absl::Status> Start() override {
    env_.Serve(kTransfer, this, &Coordinator::Transfer);
    co_return absl::OkStatus();
  }

 private:
  Task<absl::StatusOr<TransferReply>> Transfer(TransferRequest request) {
    co_await sim::Try(Book(debit_, request.client(), request.from(), -request.amount()));
    co_await sim::Try(Book(credit_, request.client(), request.to(), request.amount()));
    run_.delays.Use(request.client());
    co_return TransferReply();
  }

  Task<absl::StatusOr<BookReply>> Book(sim::Address ledger, uint32_t client, uint32_t account,
                                       int64_t amount) {
    BookRequest request;
    request.set_client(client);
    request.set_account(account);
    request.set_amount(amount);
    run_.delays.Use(client);
    return env_.Call(ledger, kBook, std::move(request), {.timeout = absl::Nanoseconds(kDeadline)});
  }

  sim::Env& env_;
  Run& run_;
  const sim::Address debit_, credit_;
};

class Client final : public sim::Component {
 public:
  Client(sim::Env& env, Run& run, uint32_t number) : env_(env), run_(run), number_(number) {}
  Task<absl::Status> Start() override {
    env_.Spawn("client", Ask());
    co_return absl::OkStatus();
  }

 private:
  Task<> Ask() {
    const sim::Address coordinator = env_.peer("coordinator");
    TransferRequest request;
    request.set_client(number_);
    for (int i = 0; i < run_.size.rounds; ++i) {
      Stream& stream = run_.delays.Use(number_);
      request.set_from(stream.Below(kAccounts));
      request.set_to(stream.Below(kAccounts));
      request.set_amount(1 + stream.Below(100));
      auto done = co_await env_.Call(coordinator, kTransfer, request,
                                     {.timeout = absl::Nanoseconds(kDeadline)});
      SIM_CHECK(done.ok()) << done.status().message();
      run_.Note(env_);
    }
  }

  sim::Env& env_;
  Run& run_;
  const uint32_t number_;
};

// A world of nodes without databases.
class Place {
 public:
  explicit Place(Run& run) : run_(run), world_(Options(run)) {}

  void Add(const std::string& node, std::function<std::unique_ptr<sim::Component>(sim::Env&)> make,
           std::map<std::string, std::string> peers) {
    systems_.push_back(std::make_unique<sim::SystemSpec>());
    systems_.back()->name = node;
    systems_.back()->make = std::move(make);
    sim::NodeSpec spec;
    spec.name = node;
    spec.organisation = "bench";
    spec.system = systems_.back().get();
    spec.peers = std::move(peers);
    world_.AddNode(std::move(spec));
  }

  // Lets the nodes so far start, so that those which come now find them serving;
  // no time passes.
  void AwaitStart() { world_.RunFor(absl::ZeroDuration()); }

  void RunToTheEnd() {
    const bool ended = world_.RunFor(absl::Hours(1));
    SIM_CHECK(ended && world_.simulation().events().empty()) << "the workload does not end";
    run_.checksum.state = StateOf(run_.debited, run_.credited);
  }

 private:
  static sim::WorldOptions Options(Run& run) {
    sim::WorldOptions options;
    options.latency = &run.delays;
    options.max_events = uint64_t{1} << 40;
    return options;
  }

  Run& run_;
  std::vector<std::unique_ptr<sim::SystemSpec>> systems_;
  sim::World world_;
};

}  // namespace

Checksum KernelW1(Size size) {
  Run run(size, 0);
  Place place(run);
  place.Add("sleepers", [&](sim::Env& env) { return std::make_unique<Sleepers>(env, run); }, {});
  place.RunToTheEnd();
  return run.checksum;
}

Checksum KernelW2(Size size) {
  Run run(size, 2 * size.processes);
  Place place(run);
  const uint32_t pairs = static_cast<uint32_t>(size.processes);
  for (uint32_t i = 0; i < pairs; ++i) {
    place.Add(absl::StrCat("b", i),
              [&run, i](sim::Env& env) { return std::make_unique<Pong>(env, run, 2 * i + 1); }, {});
  }
  place.AwaitStart();
  for (uint32_t i = 0; i < pairs; ++i) {
    place.Add(absl::StrCat("a", i),
              [&run, i](sim::Env& env) { return std::make_unique<Ping>(env, run, i); },
              {{"pong", absl::StrCat("b", i)}});
  }
  place.RunToTheEnd();
  return run.checksum;
}

Checksum KernelW3(Size size) {
  Run run(size, size.processes);
  Place place(run);
  place.Add("debit", [&](sim::Env& env) { return std::make_unique<Ledger>(env, run, run.debited); },
            {});
  place.Add("credit",
            [&](sim::Env& env) { return std::make_unique<Ledger>(env, run, run.credited); }, {});
  place.Add("coordinator", [&](sim::Env& env) { return std::make_unique<Coordinator>(env, run); },
            {{"debit", "debit"}, {"credit", "credit"}});
  place.AwaitStart();
  for (uint32_t i = 0; i < static_cast<uint32_t>(size.processes); ++i) {
    place.Add(absl::StrCat("client", i),
              [&run, i](sim::Env& env) { return std::make_unique<Client>(env, run, i); },
              {{"coordinator", "coordinator"}});
  }
  place.RunToTheEnd();
  return run.checksum;
}

}  // namespace bench
