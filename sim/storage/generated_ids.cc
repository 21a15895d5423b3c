#include "sim/storage/generated_ids.h"

#include <sqlite3.h>

#include <algorithm>

#include "sim/storage/statement.h"

namespace sim {

GeneratedIds::~GeneratedIds() { sqlite3_finalize(raise_); }

absl::Status GeneratedIds::Raise(const TableInfo& table) {
  Sequence& sequence = of_[table.number];
  if (!table.autoincrement || sequence.given <= sequence.now) return absl::OkStatus();
  constexpr char kSql[] = "UPDATE sqlite_sequence SET seq = ?1 WHERE name = ?2 AND seq < ?1";
  if (raise_ == nullptr) {
    const int code =
        sqlite3_prepare_v3(connection_, kSql, -1, SQLITE_PREPARE_PERSISTENT, &raise_, nullptr);
    if (code != SQLITE_OK) return SqliteError(connection_, code, kSql);
  }
  sqlite3_bind_int64(raise_, 1, sequence.given);
  sqlite3_bind_text(raise_, 2, table.name.c_str(), -1, SQLITE_STATIC);
  const int code = sqlite3_step(raise_);
  absl::Status status;
  if (code != SQLITE_DONE) status = SqliteError(connection_, code, kSql);
  sqlite3_reset(raise_);
  if (status.ok()) sequence.now = sequence.given;
  return status;
}

void GeneratedIds::Made(const RowChange& change) {
  int64_t id = 0;
  Sequence* sequence = Of(change, id);
  if (sequence == nullptr) return;
  sequence->given = std::max(sequence->given, id);
  sequence->now = std::max(sequence->now, id);
}

void GeneratedIds::Expect(const RowChange& change) {
  int64_t id = 0;
  Sequence* sequence = Of(change, id);
  if (sequence != nullptr) sequence->given = std::max(sequence->given, id);
}

GeneratedIds::Sequence* GeneratedIds::Of(const RowChange& change, int64_t& id) {
  if (!change.table->autoincrement || change.kind != ChangeKind::kInsert) return nullptr;
  id = std::get<int64_t>(change.new_row[static_cast<size_t>(change.table->primary_key[0])]);
  return &of_[change.table->number];
}

void GeneratedIds::Undone() {
  for (Sequence& sequence : of_) sequence.now = sequence.durable;
}

void GeneratedIds::Kept() {
  for (Sequence& sequence : of_) sequence.durable = sequence.now;
}

}  // namespace sim
