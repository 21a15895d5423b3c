// What a corpus keeps of guided searches.

#include <bit>

#include "scenarios/search/corpus.h"
#include "sim/core/hash.h"

namespace scenarios {

absl::Status Corpus::PutHits(uint64_t scenario, uint64_t build, Feature feature, uint64_t hits) {
  return insert_hits_.Run({scenario, build, feature, std::bit_floor(hits)});
}

// Of two machines that have come equally far the greater state stays, whichever is merged
// into the other.
absl::Status Corpus::PutProgress(uint64_t scenario, uint64_t build, uint64_t base_seed,
                                 uint64_t made, const std::string& state) {
  return RunSql(connection_.get(),
                "INSERT INTO guided VALUES(?, ?, ?, ?, ?) "
                "ON CONFLICT(scenario, build, base_seed) DO UPDATE SET "
                "made = excluded.made, state = excluded.state "
                "WHERE (excluded.made, excluded.state) > (made, state)",
                {scenario, build, base_seed, made, state});
}

absl::Status Corpus::Keep(uint64_t scenario, absl::string_view build, const Guidance& guidance) {
  return InTransaction([&] {
    absl::Status put = PutBuild(build);
    for (const auto& [feature, hits] : guidance.hits.all()) {
      if (put.ok()) put = PutHits(scenario, sim::HashName(build), feature, hits);
    }
    if (!put.ok() || !guidance.state.has_value()) return put;
    return PutProgress(scenario, sim::HashName(build), guidance.base_seed, guidance.made,
                       *guidance.state);
  });
}

absl::StatusOr<Hits> Corpus::Known(uint64_t scenario, absl::string_view build) {
  Hits hits;
  const absl::Status status = RunSql(
      connection_.get(), "SELECT feature, hits FROM coverage WHERE scenario = ? AND build = ?",
      {scenario, sim::HashName(build)},
      [&hits](const Row& row) { hits.Set(row.number(0), row.number(1)); });
  if (!status.ok()) return Named(status);
  return hits;
}

absl::StatusOr<Guidance> Corpus::Progress(uint64_t scenario, absl::string_view build,
                                          uint64_t base_seed) {
  Guidance guidance;
  guidance.base_seed = base_seed;
  const absl::Status status =
      RunSql(connection_.get(),
             "SELECT made, state FROM guided WHERE scenario = ? AND build = ? AND base_seed = ?",
             {scenario, sim::HashName(build), base_seed}, [&guidance](const Row& row) {
               guidance.made = row.number(0);
               guidance.state = row.text(1);
             });
  if (!status.ok()) return Named(status);
  return guidance;
}

}  // namespace scenarios
