// FactRecorder: what a database does, as records of the trace and as facts for
// those who watch it from outside.

#ifndef SIM_STORAGE_FACT_RECORDER_H_
#define SIM_STORAGE_FACT_RECORDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/simulation.h"
#include "sim/storage/commit.h"
#include "sim/storage/schema_cache.h"

namespace sim {

class FactRecorder {
 public:
  // `database` runs on the node with number `host`.
  FactRecorder(Simulation& simulation, const Schema& schema, const std::string& database,
               uint16_t host, CommitSink* sink);

  // By the node with number `node`:
  void Statement(uint16_t node, uint64_t name, int64_t affected);
  void Rollback(uint16_t node);

  // `commit` is durable: records it, tells when and why, and the checks.
  void Publish(uint16_t node, Commit& commit);

  // Whether a commit that was cut had happened.
  void Settled(bool happened);

 private:
  RecordId Record(uint16_t node, RecordKind kind, uint64_t subject, uint64_t key, uint64_t value);

  Simulation& simulation_;
  const uint16_t host_;
  CommitSink* const sink_;
  const uint64_t name_;
  std::vector<uint64_t> tables_;  // their names, by number
  std::string buffer_;
};

}  // namespace sim

#endif  // SIM_STORAGE_FACT_RECORDER_H_
