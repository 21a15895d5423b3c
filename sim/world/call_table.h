// CallTable: the calls of one node that wait for an answer, by their numbers.
//
// Numbers are given in order, so the low bits of a number are its bucket and few
// calls share one. The calls themselves are the links.

#ifndef SIM_WORLD_CALL_TABLE_H_
#define SIM_WORLD_CALL_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

// `Call` has id() and a member `next_in_bucket`.
template <typename Call>
class CallTable {
 public:
  void Add(Call& call) {
    if (++size_ > buckets_.size()) Grow();
    Link(call);
  }

  void Remove(Call& call) {
    Call** link = &BucketOf(call.id());
    while (*link != &call) link = &(*link)->next_in_bucket;
    *link = call.next_in_bucket;
    --size_;
  }

  // Null if there is no such call.
  Call* Find(uint64_t id) {
    Call* call = BucketOf(id);
    while (call != nullptr && call->id() != id) call = call->next_in_bucket;
    return call;
  }

 private:
  Call*& BucketOf(uint64_t id) { return buckets_[id & (buckets_.size() - 1)]; }

  void Link(Call& call) {
    Call*& bucket = BucketOf(call.id());
    call.next_in_bucket = bucket;
    bucket = &call;
  }

  void Grow() {
    std::vector<Call*> before(2 * buckets_.size(), nullptr);
    before.swap(buckets_);
    for (Call* call : before) {
      while (call != nullptr) {
        Call* const next = call->next_in_bucket;
        Link(*call);
        call = next;
      }
    }
  }

  std::vector<Call*> buckets_ = std::vector<Call*>(8);  // a power of two
  size_t size_ = 0;
};

}  // namespace sim

#endif  // SIM_WORLD_CALL_TABLE_H_
