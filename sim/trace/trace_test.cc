// Goal: the digest covers every field of every record and nothing else; the ring
// keeps the last records, a whole trace all of them with their texts.
// Method: random traces in both depths, and each field changed alone.

#include "sim/trace/trace.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

constexpr size_t kRing = 4096;

RecordId Append(Trace& trace, const Record& record) {
  return trace.Append(record.at, static_cast<RecordKind>(record.kind), record.node, record.peer,
                      record.subject, record.key, record.value, record.cause);
}

Record Numbered(uint64_t number) {
  Record record;
  record.at = static_cast<int64_t>(number);
  record.value = number;
  record.kind = static_cast<uint64_t>(RecordKind::kDraw);
  return record;
}

Record AnyRecord() {
  Record record;
  record.at = *rc::gen::arbitrary<int64_t>();
  record.subject = *rc::gen::arbitrary<uint64_t>();
  record.key = *rc::gen::arbitrary<uint64_t>();
  record.value = *rc::gen::arbitrary<uint64_t>();
  record.cause = *rc::gen::arbitrary<uint32_t>();
  record.node = *rc::gen::arbitrary<uint16_t>();
  record.peer = *rc::gen::arbitrary<uint16_t>();
  record.kind = static_cast<uint64_t>(*rc::gen::inRange(0, 24));
  return record;
}

RC_GTEST_PROP(TraceLaw, DigestDoesNotDependOnDepth, ()) {
  Trace ring(TraceDepth::kRing);
  Trace whole(TraceDepth::kWhole);
  const int records = *rc::gen::inRange(0, 50);
  for (int i = 0; i < records; ++i) {
    const Record record = AnyRecord();
    Append(ring, record);
    Append(whole, record);
    RC_ASSERT(ring.digest() == whole.digest());
    RC_ASSERT(ring.record(static_cast<RecordId>(i + 1)) == record);
    RC_ASSERT(whole.record(static_cast<RecordId>(i + 1)) == record);
  }
}

uint64_t DigestOf(const Record& record) {
  Trace trace(TraceDepth::kRing);
  Append(trace, record);
  return trace.digest();
}

TEST(Trace, DigestCoversEveryField) {
  const std::vector<std::function<void(Record&)>> changes = {
      [](Record& r) { ++r.at; },    [](Record& r) { ++r.subject; }, [](Record& r) { ++r.key; },
      [](Record& r) { ++r.value; }, [](Record& r) { ++r.cause; },   [](Record& r) { ++r.node; },
      [](Record& r) { ++r.peer; },  [](Record& r) { ++r.kind; },    [](Record&) {},
  };
  std::set<uint64_t> digests;
  for (const auto& change : changes) {
    Record record = Numbered(3);
    change(record);
    digests.insert(DigestOf(record));
  }
  EXPECT_EQ(digests.size(), changes.size());
}

TEST(Trace, DigestCoversTheOrder) {
  Trace forwards(TraceDepth::kRing);
  Append(forwards, Numbered(1));
  Append(forwards, Numbered(2));
  Trace backwards(TraceDepth::kRing);
  Append(backwards, Numbered(2));
  Append(backwards, Numbered(1));
  EXPECT_NE(forwards.digest(), backwards.digest());
}

TEST(Trace, DigestIsTheSameForAllTime) {
  // A changed number breaks every recorded seed: on purpose, or not at all.
  EXPECT_EQ(DigestOf(Numbered(3)), 3781738013989758816u);
  EXPECT_EQ(HashName("exchange.Submit"), 17993444605119166812u);
}

TEST(Trace, NumbersRecordsFromOne) {
  Trace trace(TraceDepth::kRing);
  EXPECT_EQ(Append(trace, Numbered(1)), 1u);
  EXPECT_EQ(Append(trace, Numbered(2)), 2u);
  EXPECT_EQ(trace.size(), 2u);
  EXPECT_EQ(trace.first_kept(), 1u);
}

TEST(Trace, RingKeepsTheLast) {
  Trace trace(TraceDepth::kRing);
  constexpr uint64_t kRecords = kRing + 100;
  for (uint64_t i = 1; i <= kRecords; ++i) Append(trace, Numbered(i));
  EXPECT_EQ(trace.size(), kRecords);
  EXPECT_EQ(trace.first_kept(), 101u);
  EXPECT_EQ(trace.record(101).value, 101u);
  EXPECT_EQ(trace.record(kRecords).value, kRecords);
  EXPECT_DEATH(trace.record(100), "record 100 is not kept");
}

TEST(Trace, WholeKeepsAll) {
  Trace trace(TraceDepth::kWhole);
  for (uint64_t i = 1; i <= kRing + 100; ++i) Append(trace, Numbered(i));
  EXPECT_EQ(trace.first_kept(), 1u);
  EXPECT_EQ(trace.record(1).value, 1u);
  EXPECT_DEATH(trace.record(kRing + 101), "is not kept");
}

TEST(Trace, WholeRemembersTexts) {
  Trace whole(TraceDepth::kWhole);
  const uint64_t name = whole.Name("exchange.Submit");
  EXPECT_EQ(name, HashName("exchange.Submit"));
  EXPECT_EQ(whole.Text(name), "exchange.Submit");
  Trace ring(TraceDepth::kRing);
  EXPECT_EQ(ring.Name("exchange.Submit"), name);
  EXPECT_EQ(ring.Text(name).size(), 16u) << "in hexadecimal";
  EXPECT_EQ(ring.Text(0), "");
  EXPECT_EQ(ring.Text(ring.Name("")), "");
}

TEST(Trace, SaysARecordInALine) {
  Trace trace(TraceDepth::kWhole);
  const uint64_t a = trace.Name("a");
  const uint64_t b = trace.Name("b");
  const uint64_t submit = trace.Name("exchange.Submit");
  const uint64_t key = trace.Name("order-7");
  trace.Append(0, RecordKind::kNode, 0, 0, a, 0, 0, 0);
  trace.Append(0, RecordKind::kNode, 1, 1, b, 0, 0, 0);
  const RecordId id =
      trace.Append(Micros(1'204'531), RecordKind::kDeliver, 1, 0, submit, key, 9, 2);
  EXPECT_EQ(trace.Line(1), "     0.000000s  a  node a");
  EXPECT_EQ(trace.Line(id),
            "     1.204531s  b  deliver exchange.Submit order-7  peer a  value 9  <- 2");
}

TEST(Trace, NamesEveryKind) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(RecordKind::kManner); ++kind) {
    names.insert(std::string(RecordKindName(static_cast<RecordKind>(kind))));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(RecordKind::kManner) + 1);
  EXPECT_FALSE(names.contains("?"));
}

}  // namespace
}  // namespace sim
