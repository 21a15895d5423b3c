// Corpus: what a search has found, in one file that outlives it.
//
// It knows which seeds of which scenario ran in which build and how they ended, what guided
// searches came to, and the failures: one of each kind, with the repro that needs the fewest
// faults. Seeds are keyed by (scenario, build, seed), features by (scenario, build, feature),
// failures by (scenario, signature), so that corpora of many machines merge: in any order,
// and again without effect.
//
// One process has it open, and writes in batches, one transaction each: what a crash of
// that process or a kill takes is the batch in hand. Errors are Unavailable and bear the
// path; those of Open are in corpus_file.h.

#ifndef SCENARIOS_SEARCH_CORPUS_H_
#define SCENARIOS_SEARCH_CORPUS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "reports/result.pb.h"
#include "scenarios/search/corpus_file.h"
#include "scenarios/search/hits.h"
#include "scenarios/search/prepared.h"

namespace scenarios {

struct CorpusScenario {
  uint64_t hash = 0;
  std::string path;
  std::string text;
};

struct SeedRun {
  uint64_t seed = 0;
  settle::Verdict verdict = settle::VERDICT_UNSPECIFIED;  // unspecified: its process died
  uint64_t events = 0;
  uint64_t digest = 0;
};

// Of two corpora that disagree the worse is believed: unknown is not mended.
enum class FailureStatus {
  kFixed,    // its repro was run again, and the promise held
  kDrifted,  // its repro was run again, and came by other ways: nobody knows
  kFailing,
};

absl::string_view StatusWords(FailureStatus status);

struct CorpusFailure {
  uint64_t scenario = 0;  // its hash
  std::string signature;
  std::string check;
  std::string finding;
  std::string first_build;  // in which it was met, of several the least
  uint64_t first_seed = 0;
  settle::Repro repro;  // without digest: the run ended its process, and only its seed is known
  FailureStatus status = FailureStatus::kFailing;
  // Of one that was made small: its signatures before (signature.h), under which searches
  // meet it. Empty: `signature` is that.
  std::set<std::string> preliminary = {};
  // Of one whose repro this build knows in part, or not at all: its text, which is kept as it is.
  std::string verbatim = {};
  // Why it cannot be read at all, in a line that bears the corpus; `repro` is empty then.
  std::string unreadable = {};
};

// The repro file of a failure; and back, as far as this build knows it. `corpus` is its path.
std::string ReproTextOf(const CorpusFailure& failure);
void TakeRepro(const std::string& text, absl::string_view corpus, CorpusFailure& failure);

// The one to be kept: the repro with the fewest faults, of those that this build knows whole if
// there is one; the worse status, all that it is met as. Associative, commutative and idempotent.
CorpusFailure Joined(const CorpusFailure& a, const CorpusFailure& b);

// Runs of one scenario in one build, and the failures met in them.
struct CorpusBatch {
  uint64_t scenario = 0;
  std::string build;
  std::vector<SeedRun> runs;
  std::vector<CorpusFailure> failures;
};

// What a guided search knows of one scenario in one build, beyond its seeds.
struct Guidance {
  Hits hits;  // of those features whose number has become twice as great, or more
  uint64_t base_seed = 0;
  uint64_t made = 0;                 // runs of the search from that seed, from its first on
  std::optional<std::string> state;  // of the search, as Guided::Save() says; of fewer runs, maybe
};

struct SeedInterval {
  uint64_t first = 0;
  uint64_t last = 0;
};

class Corpus {
 public:
  static absl::StatusOr<std::unique_ptr<Corpus>> Open(const std::string& path, IfMissing missing);

  const std::string& path() const { return path_; }

  absl::Status Keep(const CorpusScenario& scenario);

  struct Kept {
    uint64_t added = 0;            // runs that it did not have
    std::vector<uint64_t> differ;  // seeds with another digest before: nondeterminism
  };
  // All of it or nothing.
  absl::StatusOr<Kept> Keep(const CorpusBatch& batch);

  // Adds a failure that was made small, and drops what is kept of it from before.
  absl::Status Refile(const CorpusFailure& small);

  // The same; without a state, hits alone. Features are kept with as many hits as a power of two,
  // rounded down, so that what is well known is seldom written; of two numbers the greater one
  // stays.
  absl::Status Keep(uint64_t scenario, absl::string_view build, const Guidance& guidance);

  // In place of what is kept of that failure, whichever is better.
  absl::Status Replace(const CorpusFailure& failure);

  // Adds all that is in `other`. Returns the runs that differ, as "pay@7": nondeterminism
  // between two machines. The lesser digest is kept.
  absl::StatusOr<std::vector<std::string>> Merge(Corpus& other);

  struct Dropped {
    uint64_t failures = 0;
    uint64_t runs = 0;
  };
  // Drops failures that are fixed, and runs of other builds than `build`.
  absl::StatusOr<Dropped> Drop(absl::string_view build);

  // Seeds of a scenario that ran in `build`, from `first` on, in order.
  absl::StatusOr<std::vector<SeedInterval>> Ran(uint64_t scenario, absl::string_view build,
                                                uint64_t first);
  // Features that runs of a scenario in `build` had, and how far the guided search from a
  // seed has come: without hits.
  absl::StatusOr<Hits> Known(uint64_t scenario, absl::string_view build);
  absl::StatusOr<Guidance> Progress(uint64_t scenario, absl::string_view build, uint64_t base_seed);
  absl::StatusOr<uint64_t> CountRuns();
  absl::StatusOr<std::vector<CorpusScenario>> Scenarios();  // by path and hash
  absl::StatusOr<std::vector<CorpusFailure>> Failures();    // by scenario and signature
  absl::StatusOr<std::vector<CorpusFailure>> Failures(uint64_t scenario);

  // What one scenario did in one build.
  struct Total {
    uint64_t scenario = 0;
    std::string build;
    uint64_t ran = 0;
    uint64_t events = 0;
    uint64_t violated = 0;
    uint64_t undecided = 0;  // inconclusive
    uint64_t died = 0;
    uint64_t features = 0;  // that guided searches know
    uint64_t guided = 0;    // runs that they have made
  };
  absl::StatusOr<std::vector<Total>> Totals();  // by scenario and build

 private:
  Corpus(std::string path, Connection connection);

  // Within a transaction.
  absl::Status Put(const CorpusScenario& scenario);
  absl::Status PutBuild(absl::string_view id);
  enum class Before { kNone, kSame, kOther };
  absl::StatusOr<Before> Put(uint64_t scenario, uint64_t build, const SeedRun& run);
  absl::Status Put(const CorpusFailure& failure);
  absl::Status PutHits(uint64_t scenario, uint64_t build, Feature feature, uint64_t hits);
  absl::Status PutProgress(uint64_t scenario, uint64_t build, uint64_t base_seed, uint64_t made,
                           const std::string& state);
  absl::Status Write(const CorpusFailure& failure);
  absl::StatusOr<std::vector<CorpusFailure>> ReadFailures(
      absl::string_view where, std::initializer_list<Prepared::Value> values);

  absl::Status Named(const absl::Status& status) const;
  absl::Status InTransaction(const std::function<absl::Status()>& write);

  const std::string path_;
  const Connection connection_;
  Prepared insert_run_;
  Prepared find_run_;
  Prepared insert_hits_;
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_CORPUS_H_
