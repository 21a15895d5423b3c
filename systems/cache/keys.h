// Keys: what a cache holds in memory, and how much of it a replica has seen.
//
// Writes are replicated asynchronously: who fails over to the replica loses the
// newest. The writes of the last kLongestLag are remembered so that they can be
// taken back; a replica never lags more. Times are milliseconds since 1970 by the
// clock of the cache, as in Redis: when that steps forward, keys expire.

#ifndef SYSTEMS_CACHE_KEYS_H_
#define SYSTEMS_CACHE_KEYS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace cache {

inline constexpr absl::Duration kLongestLag = absl::Minutes(1);

struct Entry {
  std::string value;
  std::optional<int64_t> expires_at;
};

class Keys {
 public:
  // What the key holds; an entry whose time is up is not there.
  const Entry* Find(const std::string& key, int64_t now) const;

  // Whether there is an entry whose time is up and which nobody has removed.
  bool HasExpired(const std::string& key, int64_t now) const;

  void Put(const std::string& key, Entry entry, absl::Duration at);
  void Erase(const std::string& key, absl::Duration at);

  // Forgets the writes after `since`; times `at` and `since` are of a clock that never
  // steps. The keys that were written, in their order.
  std::vector<std::string> TakeBack(absl::Duration since);

 private:
  struct Write {
    absl::Duration at;
    std::string key;
    std::optional<Entry> before;
  };
  void Remember(const std::string& key, absl::Duration at);

  std::map<std::string, Entry> entries_;
  std::deque<Write> unseen_;  // by the replica, perhaps
};

}  // namespace cache

#endif  // SYSTEMS_CACHE_KEYS_H_
