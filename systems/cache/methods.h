// The calls that a cache answers, within its organisation.

#ifndef SYSTEMS_CACHE_METHODS_H_
#define SYSTEMS_CACHE_METHODS_H_

#include "sim/net/method.h"
#include "systems/cache/cache.pb.h"

namespace cache {

inline constexpr sim::Method<SetRequest, SetReply> kSet{"cache.Set"};
inline constexpr sim::Method<GetRequest, GetReply> kGet{"cache.Get"};
inline constexpr sim::Method<DeleteRequest, DeleteReply> kDelete{"cache.Delete"};
inline constexpr sim::Method<CompareAndDeleteRequest, CompareAndDeleteReply> kCompareAndDelete{
    "cache.CompareAndDelete"};
inline constexpr sim::Method<CompareAndExpireRequest, CompareAndExpireReply> kCompareAndExpire{
    "cache.CompareAndExpire"};
inline constexpr sim::Method<IncrementRequest, IncrementReply> kIncrement{"cache.Increment"};

}  // namespace cache

#endif  // SYSTEMS_CACHE_METHODS_H_
