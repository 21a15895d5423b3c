// Trace: what happened in a run, in order, each record with its cause.
//
// Every record is hashed into the digest, always; two runs are the same run if
// and only if their digests are equal. How much is kept is the caller's choice:
// a ring of the last records (default), or all of them with the texts of names
// for the run under study. The depth never changes the digest, and neither do
// the checks: they observe, they do not record.
//
// The digest covers methods, keys, causes, times and the contents of changed
// rows; never pointers, padding or page images.
//
// Records lie in chunks that runs leave for the next run of the process: a ring is
// always in use, and fresh memory would cost more than writing to it.

#ifndef SIM_TRACE_TRACE_H_
#define SIM_TRACE_TRACE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/core/hash.h"
#include "sim/core/time.h"
#include "sim/trace/record.h"

namespace sim {

enum class TraceDepth { kRing, kWhole };

class Trace {
 public:
  explicit Trace(TraceDepth depth);
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  ~Trace();

  RecordId Append(Nanos at, RecordKind kind, uint16_t node, uint16_t peer, uint64_t subject,
                  uint64_t key, uint64_t value, RecordId cause) {
    if (next_ == end_) NextChunk();
    Record& record = *next_++;
    record.at = at;
    record.subject = subject;
    record.key = key;
    record.value = value;
    record.cause = cause;
    record.node = node;
    record.peer = peer;
    record.kind = static_cast<uint64_t>(kind);
    digest_ = HashOf(record, digest_);
    if (kind == RecordKind::kNode) nodes_.push_back(subject);
    return static_cast<RecordId>(++count_);
  }

  // HashName(text); a whole trace remembers the text.
  uint64_t Name(HashedText text) {
    if (depth_ == TraceDepth::kWhole) Remember(text);
    return text.hash();
  }

  uint64_t digest() const { return digest_; }
  uint64_t size() const { return count_; }
  TraceDepth depth() const { return depth_; }

  // The oldest record still kept; records [first_kept(), size()] can be read.
  RecordId first_kept() const;
  const Record& record(RecordId id) const;

  // The text of a name, or its hash in hexadecimal if it is not known.
  std::string Text(uint64_t name) const;

  // One line: "1.204531s  b  deliver exchange.Submit order-7  from a  <- 118".
  std::string Line(RecordId id) const;

 private:
  // Powers of two.
  static constexpr size_t kChunkSize = 1024;
  static constexpr size_t kRingSize = 4 * kChunkSize;

  struct Chunk {
    Record records[kChunkSize];
  };
  using Chunks = std::vector<std::unique_ptr<Chunk>>;
  static Chunks& Spare();

  // Where the record of this index, counted from 0, is or was.
  Record& At(uint64_t index) const {
    const uint64_t slot = depth_ == TraceDepth::kWhole ? index : index & (kRingSize - 1);
    return chunks_[slot / kChunkSize]->records[slot % kChunkSize];
  }
  void NextChunk();
  static uint64_t HashOf(const Record& record, uint64_t before);
  void Remember(HashedText text);

  const TraceDepth depth_;
  Chunks chunks_;
  Record* next_ = nullptr;  // where the next record is written
  Record* end_ = nullptr;   // of its chunk
  uint64_t count_ = 0;
  uint64_t digest_ = 0;
  std::map<uint64_t, std::string> names_;
  std::vector<uint64_t> nodes_;  // names of nodes by number, from kNode records
};

}  // namespace sim

#endif  // SIM_TRACE_TRACE_H_
