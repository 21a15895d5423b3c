#include "sim/trace/trace.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/core/check.h"

namespace sim {

absl::string_view RecordKindName(RecordKind kind) {
  switch (kind) {
    case RecordKind::kNode:
      return "node";
    case RecordKind::kBoot:
      return "boot";
    case RecordKind::kCrash:
      return "crash";
    case RecordKind::kSend:
      return "send";
    case RecordKind::kReply:
      return "reply";
    case RecordKind::kDeliver:
      return "deliver";
    case RecordKind::kLost:
      return "lost";
    case RecordKind::kRefused:
      return "refused";
    case RecordKind::kDuplicate:
      return "duplicate";
    case RecordKind::kLate:
      return "late";
    case RecordKind::kHeld:
      return "held";
    case RecordKind::kTimeout:
      return "timeout";
    case RecordKind::kTimer:
      return "timer";
    case RecordKind::kStatement:
      return "statement";
    case RecordKind::kCommit:
      return "commit";
    case RecordKind::kRow:
      return "row";
    case RecordKind::kRollback:
      return "rollback";
    case RecordKind::kUnsettled:
      return "unsettled";
    case RecordKind::kOutcome:
      return "outcome";
    case RecordKind::kEmit:
      return "emit";
    case RecordKind::kPartition:
      return "partition";
    case RecordKind::kPhase:
      return "phase";
    case RecordKind::kSync:
      return "sync";
    case RecordKind::kDraw:
      return "draw";
    case RecordKind::kDiskFault:
      return "disk fault";
    case RecordKind::kDamage:
      return "damage";
    case RecordKind::kClock:
      return "clock";
    case RecordKind::kPace:
      return "pace";
    case RecordKind::kClog:
      return "clog";
    case RecordKind::kSlowPair:
      return "slow pair";
    case RecordKind::kManner:
      return "manner";
  }
  return "?";
}

// Enough for a ring; what a whole trace needed beyond it is freed.
Trace::Chunks& Trace::Spare() {
  static Chunks spare;
  return spare;
}

Trace::Trace(TraceDepth depth) : depth_(depth) {}

Trace::~Trace() {
  for (std::unique_ptr<Chunk>& chunk : chunks_) {
    if (Spare().size() == kRingSize / kChunkSize) break;
    Spare().push_back(std::move(chunk));
  }
}

// The next chunk to write to: in a full ring the oldest, else one more.
void Trace::NextChunk() {
  const bool full = depth_ == TraceDepth::kRing && count_ >= kRingSize;
  if (!full && Spare().empty()) {
    chunks_.push_back(std::make_unique<Chunk>());
  } else if (!full) {
    chunks_.push_back(std::move(Spare().back()));
    Spare().pop_back();
  }
  next_ = &At(count_);
  end_ = next_ + kChunkSize;
}

uint64_t Trace::HashOf(const Record& record, uint64_t before) {
  return XXH3_64bits_withSeed(&record, sizeof(record), before);
}

RecordId Trace::first_kept() const {
  if (depth_ == TraceDepth::kWhole || count_ <= kRingSize) return 1;
  return static_cast<RecordId>(count_ - kRingSize + 1);
}

const Record& Trace::record(RecordId id) const {
  SIM_CHECK(id >= first_kept() && id <= count_) << "record " << id << " is not kept";
  return At(id - 1);
}

void Trace::Remember(HashedText text) {
  const auto at = names_.lower_bound(text.hash());
  if (at == names_.end() || at->first != text.hash()) {
    names_.emplace_hint(at, text.hash(), std::string(text.text()));
  }
}

std::string Trace::Text(uint64_t name) const {
  if (const auto it = names_.find(name); it != names_.end()) return it->second;
  if (name == 0 || name == HashName("")) return "";
  return absl::StrFormat("%016x", name);
}

std::string Trace::Line(RecordId id) const {
  const Record& r = record(id);
  auto node = [this](uint16_t n) {
    return n < nodes_.size() ? Text(nodes_[n]) : absl::StrCat("#", n);
  };
  std::string line =
      absl::StrFormat("%6d.%06ds  %s  %s", r.at / Seconds(1), r.at % Seconds(1) / Micros(1),
                      node(r.node), RecordKindName(RecordKind(r.kind)));
  for (const uint64_t name : {r.subject, r.key}) {
    if (const std::string text = Text(name); !text.empty()) absl::StrAppend(&line, " ", text);
  }
  const bool travels = r.kind >= static_cast<uint64_t>(RecordKind::kSend) &&
                       r.kind <= static_cast<uint64_t>(RecordKind::kTimeout);
  const RecordKind kind = RecordKind(r.kind);
  if (travels || kind == RecordKind::kPartition || kind == RecordKind::kClog ||
      kind == RecordKind::kSlowPair) {
    absl::StrAppend(&line, "  peer ", node(r.peer));
  }
  if (r.value != 0) absl::StrAppend(&line, "  value ", r.value);
  if (r.cause != 0) absl::StrAppend(&line, "  <- ", r.cause);
  return line;
}

}  // namespace sim
