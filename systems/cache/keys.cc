#include "systems/cache/keys.h"

#include <set>

namespace cache {

const Entry* Keys::Find(const std::string& key, int64_t now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const Entry& entry = found->second;
  return entry.expires_at.has_value() && *entry.expires_at <= now ? nullptr : &entry;
}

bool Keys::HasExpired(const std::string& key, int64_t now) const {
  return entries_.count(key) > 0 && Find(key, now) == nullptr;
}

void Keys::Put(const std::string& key, Entry entry, absl::Duration at) {
  Remember(key, at);
  entries_[key] = std::move(entry);
}

void Keys::Erase(const std::string& key, absl::Duration at) {
  Remember(key, at);
  entries_.erase(key);
}

std::vector<std::string> Keys::TakeBack(absl::Duration since) {
  std::set<std::string> written;
  while (!unseen_.empty() && unseen_.back().at > since) {
    Write& write = unseen_.back();
    written.insert(write.key);
    if (write.before.has_value()) {
      entries_[write.key] = *std::move(write.before);
    } else {
      entries_.erase(write.key);
    }
    unseen_.pop_back();
  }
  return {written.begin(), written.end()};
}

void Keys::Remember(const std::string& key, absl::Duration at) {
  while (!unseen_.empty() && unseen_.front().at <= at - kLongestLag) unseen_.pop_front();
  const auto found = entries_.find(key);
  std::optional<Entry> before;
  if (found != entries_.end()) before = found->second;
  unseen_.push_back({at, key, std::move(before)});
}

}  // namespace cache
