#include "sim/storage/fact_recorder.h"

#include "sim/core/hash.h"

namespace sim {
namespace {

// A hash of the contents of a row, or of no row. `buffer` is scratch space.
uint64_t HashRow(const std::vector<Value>& row, std::string& buffer, uint64_t seed) {
  buffer.clear();
  auto append = [&buffer](char tag, uint64_t word) {
    buffer += tag;
    buffer.append(reinterpret_cast<const char*>(&word), sizeof(word));
  };
  for (const Value& value : row) {
    if (const auto* number = std::get_if<int64_t>(&value)) {
      append('i', static_cast<uint64_t>(*number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      append('t', text->size());
      buffer += *text;
    } else {
      buffer += 'n';
    }
  }
  return HashBytes(buffer, seed);
}

}  // namespace

FactRecorder::FactRecorder(Simulation& simulation, const Schema& schema,
                           const std::string& database, uint16_t host, CommitSink* sink)
    : simulation_(simulation), host_(host), sink_(sink), name_(simulation.trace().Name(database)) {
  for (const TableInfo& table : schema.tables)
    tables_.push_back(simulation.trace().Name(table.name));
}

void FactRecorder::Statement(uint16_t node, uint64_t name, int64_t affected) {
  Record(node, RecordKind::kStatement, name, 0, static_cast<uint64_t>(affected));
}

void FactRecorder::Rollback(uint16_t node) { Record(node, RecordKind::kRollback, name_, 0, 0); }

void FactRecorder::Settled(bool happened) {
  Record(host_, RecordKind::kUnsettled, name_, 0, happened ? 1 : 0);
}

void FactRecorder::Publish(uint16_t node, Commit& commit) {
  commit.at = simulation_.now();
  commit.cause = Record(node, RecordKind::kCommit, name_, 0, commit.changes.size());
  for (const RowChange& change : commit.changes) {
    const uint64_t key = simulation_.trace().Name(change.Key());
    const uint64_t old_hash = HashRow(change.old_row, buffer_, /*seed=*/0);
    const uint64_t hash = HashRow(change.new_row, buffer_, old_hash);
    Record(node, RecordKind::kRow, tables_[change.table->number], key, hash);
  }
  if (sink_ != nullptr) sink_->OnCommit(commit);
}

RecordId FactRecorder::Record(uint16_t node, RecordKind kind, uint64_t subject, uint64_t key,
                              uint64_t value) {
  return simulation_.Record(kind, node, subject, key, value, host_);
}

}  // namespace sim
