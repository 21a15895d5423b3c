#include "scenarios/search/corpus.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "scenarios/repro.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

using absl::StrCat;

uint64_t KeyOf(absl::string_view build) { return sim::HashName(build); }

// What decides between two repros of one failure. What was left out may be faults.
std::tuple<bool, bool, ReproRank, std::string, std::string> Rank(const CorpusFailure& failure) {
  return {!failure.unreadable.empty(), !failure.verbatim.empty(), scenarios::Rank(failure.repro),
          failure.finding, failure.verbatim};
}

std::pair<uint64_t, std::string> First(const CorpusFailure& failure) {
  return {failure.first_seed, failure.first_build};
}

// Two runs of one seed that ended in different ways. That a process died says nothing
// about what another one did.
bool Died(const SeedRun& run) { return run.verdict == settle::VERDICT_UNSPECIFIED; }
std::tuple<bool, uint64_t, int, uint64_t> Rank(const SeedRun& run) {
  return {Died(run), run.digest, run.verdict, run.events};
}

SeedRun RunAt(const Row& row, int column) {
  return {row.number(column), static_cast<settle::Verdict>(row.number(column + 1)),
          row.number(column + 2), row.number(column + 3)};
}

}  // namespace

absl::string_view StatusWords(FailureStatus status) {
  switch (status) {
    case FailureStatus::kFixed:
      return "fixed";
    case FailureStatus::kDrifted:
      return "drifted";
    case FailureStatus::kFailing:
      return "failing";
  }
  return "?";
}

CorpusFailure Joined(const CorpusFailure& a, const CorpusFailure& b) {
  CorpusFailure joined = Rank(b) < Rank(a) ? b : a;
  std::tie(joined.first_seed, joined.first_build) = std::min(First(a), First(b));
  joined.status = std::max(a.status, b.status);
  joined.preliminary = a.preliminary;
  joined.preliminary.insert(b.preliminary.begin(), b.preliminary.end());
  return joined;
}

Corpus::Corpus(std::string path, Connection connection)
    : path_(std::move(path)),
      connection_(std::move(connection)),
      insert_run_(connection_.get(), "INSERT OR IGNORE INTO seed_run VALUES(?, ?, ?, ?, ?, ?)"),
      find_run_(connection_.get(),
                "SELECT seed, verdict, events, digest FROM seed_run "
                "WHERE scenario = ? AND build = ? AND seed = ?"),
      insert_hits_(connection_.get(),
                   "INSERT INTO coverage VALUES(?, ?, ?, ?) "
                   "ON CONFLICT(scenario, build, feature) DO UPDATE SET hits = excluded.hits "
                   "WHERE excluded.hits > hits") {}

absl::StatusOr<std::unique_ptr<Corpus>> Corpus::Open(const std::string& path, IfMissing missing) {
  absl::StatusOr<Connection> connection = OpenCorpusFile(path, missing);
  if (!connection.ok()) return connection.status();
  return std::unique_ptr<Corpus>(new Corpus(path, *std::move(connection)));
}

absl::Status Corpus::Named(const absl::Status& status) const {
  return status.ok() ? status : absl::UnavailableError(StrCat(path_, ": ", status.message()));
}

absl::Status Corpus::InTransaction(const std::function<absl::Status()>& write) {
  Transaction transaction(connection_.get());
  absl::Status status = transaction.status();
  if (status.ok()) status = write();
  if (status.ok()) status = transaction.Commit();
  return Named(status);
}

// ---- writing ------------------------------------------------------------------

// The same text may lie in several places; which of them is kept must be no matter of
// the order in which corpora are merged.
absl::Status Corpus::Put(const CorpusScenario& scenario) {
  return RunSql(connection_.get(),
                "INSERT INTO scenario VALUES(?, ?, ?) ON CONFLICT(hash) DO UPDATE SET "
                "path = excluded.path, text = excluded.text "
                "WHERE (excluded.path, excluded.text) < (path, text)",
                {scenario.hash, scenario.path, scenario.text});
}

absl::Status Corpus::PutBuild(absl::string_view id) {
  return RunSql(connection_.get(), "INSERT OR IGNORE INTO build VALUES(?, ?)", {KeyOf(id), id});
}

absl::StatusOr<Corpus::Before> Corpus::Put(uint64_t scenario, uint64_t build, const SeedRun& run) {
  absl::Status status = insert_run_.Run(
      {scenario, build, run.seed, static_cast<uint64_t>(run.verdict), run.events, run.digest});
  if (!status.ok()) return status;
  if (sqlite3_changes(connection_.get()) > 0) return Before::kNone;
  SeedRun before;
  status = find_run_.Run({scenario, build, run.seed},
                         [&before](const Row& row) { before = RunAt(row, 0); });
  if (!status.ok()) return status;
  if (Rank(run) < Rank(before)) {
    status = RunSql(
        connection_.get(),
        "UPDATE seed_run SET verdict = ?, events = ?, digest = ? "
        "WHERE scenario = ? AND build = ? AND seed = ?",
        {static_cast<uint64_t>(run.verdict), run.events, run.digest, scenario, build, run.seed});
    if (!status.ok()) return status;
  }
  const bool same = Died(run) || Died(before) || run.digest == before.digest;
  return same ? Before::kSame : Before::kOther;
}

absl::Status Corpus::Put(const CorpusFailure& failure) {
  const auto kept =
      ReadFailures("WHERE scenario = ? AND signature = ?", {failure.scenario, failure.signature});
  if (!kept.ok()) return kept.status();
  return Write(kept->empty() ? failure : Joined(kept->front(), failure));
}

absl::Status Corpus::Write(const CorpusFailure& failure) {
  absl::Status status = PutBuild(failure.first_build);
  if (!status.ok()) return status;
  return RunSql(connection_.get(),
                "INSERT OR REPLACE INTO violation VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {failure.scenario, failure.signature, failure.check, failure.finding,
                 KeyOf(failure.first_build), failure.first_seed,
                 static_cast<uint64_t>(failure.repro.pin_size()), ReproTextOf(failure),
                 static_cast<uint64_t>(failure.status), absl::StrJoin(failure.preliminary, " ")});
}

absl::Status Corpus::Keep(const CorpusScenario& scenario) {
  return InTransaction([&] { return Put(scenario); });
}

absl::StatusOr<Corpus::Kept> Corpus::Keep(const CorpusBatch& batch) {
  Kept kept;
  const absl::Status status = InTransaction([&]() -> absl::Status {
    absl::Status put = PutBuild(batch.build);
    const uint64_t build = KeyOf(batch.build);
    for (const SeedRun& run : batch.runs) {
      if (!put.ok()) return put;
      const absl::StatusOr<Before> before = Put(batch.scenario, build, run);
      put = before.status();
      if (before.ok() && *before == Before::kNone) ++kept.added;
      if (before.ok() && *before == Before::kOther) kept.differ.push_back(run.seed);
    }
    for (const CorpusFailure& failure : batch.failures) {
      if (put.ok()) put = Put(failure);
    }
    return put;
  });
  if (!status.ok()) return status;
  return kept;
}

absl::Status Corpus::Refile(const CorpusFailure& small) {
  return InTransaction([&]() -> absl::Status {
    constexpr absl::string_view kLarger =
        "WHERE scenario = ? AND signature = ? AND preliminary = ''";
    CorpusFailure filed = small;
    for (const std::string& signature : small.preliminary) {
      const auto before = ReadFailures(kLarger, {small.scenario, signature});
      if (!before.ok()) return before.status();
      for (const CorpusFailure& larger : *before) {
        std::tie(filed.first_seed, filed.first_build) = std::min(First(filed), First(larger));
      }
    }
    absl::Status put = Put(filed);
    for (const std::string& signature : small.preliminary) {
      if (!put.ok()) break;
      put = RunSql(connection_.get(), StrCat("DELETE FROM violation ", kLarger),
                   {small.scenario, signature});
    }
    return put;
  });
}

absl::Status Corpus::Replace(const CorpusFailure& failure) {
  return InTransaction([&] { return Write(failure); });
}

absl::StatusOr<std::vector<std::string>> Corpus::Merge(Corpus& other) {
  const auto scenarios = other.Scenarios();
  if (!scenarios.ok()) return scenarios.status();
  const auto failures = other.Failures();
  if (!failures.ok()) return failures.status();
  std::vector<std::string> differ;
  const absl::Status status = InTransaction([&]() -> absl::Status {
    absl::Status put;
    const auto run_all = [&](absl::string_view sql, const std::function<void(const Row&)>& row) {
      if (!put.ok()) return;
      const absl::Status read = RunSql(other.connection_.get(), sql, {}, row);
      if (put.ok()) put = read;
    };
    for (const CorpusScenario& scenario : *scenarios) {
      if (put.ok()) put = Put(scenario);
    }
    run_all("SELECT id FROM build ORDER BY hash", [&](const Row& row) {
      if (put.ok()) put = PutBuild(row.text(0));
    });
    run_all(
        "SELECT r.scenario, r.build, seed, verdict, events, digest, s.path "
        "FROM seed_run AS r LEFT JOIN scenario AS s ON s.hash = r.scenario",
        [&](const Row& row) {
          if (!put.ok()) return;
          const auto before = Put(row.number(0), row.number(1), RunAt(row, 2));
          put = before.status();
          if (put.ok() && *before == Before::kOther)
            differ.push_back(StrCat(row.text(6), "@", row.number(2)));
        });
    run_all("SELECT scenario, build, feature, hits FROM coverage", [&](const Row& row) {
      if (put.ok()) put = PutHits(row.number(0), row.number(1), row.number(2), row.number(3));
    });
    run_all("SELECT scenario, build, base_seed, made, state FROM guided", [&](const Row& row) {
      if (!put.ok()) return;
      put = PutProgress(row.number(0), row.number(1), row.number(2), row.number(3), row.text(4));
    });
    for (const CorpusFailure& failure : *failures) {
      if (put.ok()) put = Put(failure);
    }
    return put;
  });
  if (!status.ok()) return status;
  return differ;
}

absl::StatusOr<Corpus::Dropped> Corpus::Drop(absl::string_view build) {
  Dropped dropped;
  const auto remove = [this](absl::string_view sql, std::initializer_list<Prepared::Value> values,
                             uint64_t& count) {
    const absl::Status status = RunSql(connection_.get(), sql, values);
    count = static_cast<uint64_t>(sqlite3_changes(connection_.get()));
    return status;
  };
  uint64_t unused = 0;
  absl::Status status = InTransaction([&] {
    absl::Status done = remove("DELETE FROM violation WHERE status = ?",
                               {static_cast<uint64_t>(FailureStatus::kFixed)}, dropped.failures);
    if (done.ok()) {
      done = remove("DELETE FROM seed_run WHERE build <> ?", {KeyOf(build)}, dropped.runs);
    }
    for (const char* table : {"coverage", "guided"}) {
      if (!done.ok()) break;
      done = remove(StrCat("DELETE FROM ", table, " WHERE build <> ?"), {KeyOf(build)}, unused);
    }
    if (done.ok()) {
      done = remove(
          "DELETE FROM build WHERE hash NOT IN (SELECT build FROM seed_run "
          "UNION SELECT build FROM guided UNION SELECT first_build FROM violation)",
          {}, unused);
    }
    if (done.ok()) {
      done = remove(
          "DELETE FROM scenario WHERE hash NOT IN (SELECT scenario FROM seed_run "
          "UNION SELECT scenario FROM guided UNION SELECT scenario FROM violation)",
          {}, unused);
    }
    return done;
  });
  if (status.ok()) status = Named(RunSql(connection_.get(), "VACUUM"));
  if (!status.ok()) return status;
  return dropped;
}

// ---- reading ------------------------------------------------------------------

absl::StatusOr<std::vector<SeedInterval>> Corpus::Ran(uint64_t scenario, absl::string_view build,
                                                      uint64_t first) {
  std::vector<SeedInterval> intervals;
  absl::Status status = RunSql(
      connection_.get(),
      "SELECT seed FROM seed_run WHERE scenario = ? AND build = ? AND seed >= ? ORDER BY seed",
      {scenario, KeyOf(build), first}, [&intervals](const Row& row) {
        const uint64_t seed = row.number(0);
        if (!intervals.empty() && intervals.back().last + 1 == seed) {
          intervals.back().last = seed;
        } else {
          intervals.push_back({seed, seed});
        }
      });
  if (!status.ok()) return Named(status);
  return intervals;
}

absl::StatusOr<uint64_t> Corpus::CountRuns() {
  uint64_t count = 0;
  const absl::Status status = RunSql(connection_.get(), "SELECT count(*) FROM seed_run", {},
                                     [&count](const Row& row) { count = row.number(0); });
  if (!status.ok()) return Named(status);
  return count;
}

absl::StatusOr<std::vector<CorpusScenario>> Corpus::Scenarios() {
  std::vector<CorpusScenario> scenarios;
  const absl::Status status =
      RunSql(connection_.get(), "SELECT hash, path, text FROM scenario ORDER BY path, hash", {},
             [&scenarios](const Row& row) {
               scenarios.push_back({row.number(0), row.text(1), row.text(2)});
             });
  if (!status.ok()) return Named(status);
  return scenarios;
}

absl::StatusOr<std::vector<CorpusFailure>> Corpus::Failures() {
  auto failures = ReadFailures("", {});
  if (!failures.ok()) return Named(failures.status());
  return failures;
}

absl::StatusOr<std::vector<CorpusFailure>> Corpus::Failures(uint64_t scenario) {
  auto failures = ReadFailures("WHERE scenario = ?", {scenario});
  if (!failures.ok()) return Named(failures.status());
  return failures;
}

absl::StatusOr<std::vector<CorpusFailure>> Corpus::ReadFailures(
    absl::string_view where, std::initializer_list<Prepared::Value> values) {
  std::vector<CorpusFailure> failures;
  const absl::Status status = RunSql(
      connection_.get(),
      StrCat("SELECT scenario, signature, check_name, finding, b.id, first_seed, repro, status, "
             "preliminary FROM violation LEFT JOIN build AS b ON b.hash = first_build ",
             where, " ORDER BY scenario, signature"),
      values, [&](const Row& row) {
        CorpusFailure failure{row.number(0),
                              row.text(1),
                              row.text(2),
                              row.text(3),
                              row.text(4),
                              row.number(5),
                              settle::Repro(),
                              FailureStatus::kFailing,
                              absl::StrSplit(row.text(8), ' ', absl::SkipEmpty())};
        if (row.number(7) < 2) failure.status = static_cast<FailureStatus>(row.number(7));
        TakeRepro(row.text(6), path_, failure);
        failures.push_back(std::move(failure));
      });
  if (!status.ok()) return status;
  return failures;
}

absl::StatusOr<std::vector<Corpus::Total>> Corpus::Totals() {
  std::vector<Total> totals;
  const absl::Status status = RunSql(
      connection_.get(),
      "WITH ran AS (SELECT scenario, build, count(*) AS runs, sum(events) AS events, "
      "  sum(verdict = 4) AS violated, sum(verdict = 3) AS undecided, sum(verdict = 0) AS died "
      "  FROM seed_run GROUP BY scenario, build), "
      "known AS (SELECT scenario, build, count(*) AS features FROM coverage "
      "  GROUP BY scenario, build), "
      "made AS (SELECT scenario, build, sum(made) AS guided FROM guided GROUP BY scenario, build), "
      "pair AS (SELECT scenario, build FROM ran UNION SELECT scenario, build FROM made) "
      "SELECT scenario, b.id, runs, events, violated, undecided, died, features, guided "
      "FROM pair LEFT JOIN ran USING (scenario, build) LEFT JOIN known USING (scenario, build) "
      "LEFT JOIN made USING (scenario, build) LEFT JOIN build AS b ON b.hash = build "
      "ORDER BY scenario, build",
      {}, [&totals](const Row& row) {
        totals.push_back({row.number(0), row.text(1), row.number(2), row.number(3), row.number(4),
                          row.number(5), row.number(6), row.number(7), row.number(8)});
      });
  if (!status.ok()) return Named(status);
  return totals;
}

}  // namespace scenarios
