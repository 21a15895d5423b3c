// LockRules: switches of a database's transactions.

#ifndef SIM_STORAGE_LOCK_RULES_H_
#define SIM_STORAGE_LOCK_RULES_H_

#include <cstdint>

namespace sim {

// A bug to be planted, so that a test can show that it would be found.
enum class LockFlaw : uint8_t {
  kNone,
  kNoRowLocks,
  kNoProbe,               // a duplicate of an uncommitted row is an error at once
  kOthersAreSeen,         // a read does not park others
  kPartialEffectKept,     // of a statement that met a lock
  kUniqueValuesUnlocked,  // only primary keys are locked
  kRecoveredUnlocked,     // prepared branches come back without their locks
  kNoDeadlockDetection,
  kIdsGivenTwice,
};

struct LockRules {
  // A duplicate key poisons its transaction until it is rolled back, as in
  // PostgreSQL; in MySQL it goes on.
  bool duplicates_poison = false;

  // Statements that cannot see others' rows run beside them. Off, everybody always
  // runs alone: slower, and no answer differs. When SQLite writes which page to its
  // journal does differ, so that disk work may take some microseconds more or less, and
  // disk faults strike elsewhere.
  bool beside = true;

  LockFlaw flaw = LockFlaw::kNone;
};

// The options that change no answer, only how much work it is. On and off, all of them are
// compared answer for answer by the model test, and whole scenarios by
// tests/determinism/free_options_test.
inline constexpr bool LockRules::* kFreeOptions[] = {&LockRules::beside};

}  // namespace sim

#endif  // SIM_STORAGE_LOCK_RULES_H_
