// UniqueKey: the columns by which rows of a table differ, and the locks on them.
//
// Locks are held by value: the primary key of every row that a transaction
// changes, and each unique value that appears, vanishes or changes. A value is
// folded as the index compares it ('Bob' and 'bOB' are one under NOCASE) and
// hashed into 64 bits. NULL is never a duplicate, so it has no lock.

#ifndef SIM_STORAGE_UNIQUE_KEY_H_
#define SIM_STORAGE_UNIQUE_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/storage/value.h"

namespace sim {

// How an index compares texts.
enum class Collation : uint8_t { kBinary, kNoCase, kRtrim };

// What SQLite makes of a value that is stored in, or compared with, a column.
enum class Affinity : uint8_t { kNone, kInteger, kText };

struct UniqueKey {
  struct Part {
    int column = 0;  // index into TableInfo::columns
    Collation collation = Collation::kBinary;
    Affinity affinity = Affinity::kNone;
    bool searchable = true;  // `column = ?` compares as the index does
  };
  std::vector<Part> parts;
  uint64_t seed = 0;  // of its hashes: differs between all keys of a schema
};

// The affinity of a column that is declared as `type`.
Affinity AffinityOf(absl::string_view type);

// The lock on the value that `row` has in `key`; 0 if a part of it is NULL.
uint64_t LockOf(const UniqueKey& key, const std::vector<Value>& row);

// The same for the values of the parts, in the order of the key.
uint64_t LockOfParts(const UniqueKey& key, const std::vector<Value>& parts);

// Adds a part's value to the hash, which begins as the key's seed; false if NULL.
bool AddToLock(const Value& value, Collation collation, uint64_t& hash);

// Whether two rows have the same value in `key`, as the index compares.
bool SameKey(const UniqueKey& key, const std::vector<Value>& a, const std::vector<Value>& b);

// The parts of `key` in `row`, folded: they are in the order of the index.
std::vector<Value> FoldedParts(const UniqueKey& key, const std::vector<Value>& row);

// `value` as a column of `affinity` holds it, or nothing if only SQLite can tell.
std::optional<Value> AsStored(const Value& value, Affinity affinity);

// "order-7", or "order-7/2" for several parts.
std::string KeyText(const UniqueKey& key, const std::vector<Value>& row);

}  // namespace sim

#endif  // SIM_STORAGE_UNIQUE_KEY_H_
