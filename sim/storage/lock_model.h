// LockModel: what a database with row locks must answer, without a database.
//
// Committed rows and one overlay per open transaction, in maps. The model says
// of each statement which rows it sees, what it changes, which keys it locks and
// which it may meet. The order in which a statement of several rows takes its
// locks is left open: so there are locks that a transaction certainly holds, and
// some that it may hold after a statement that was blocked.

#ifndef SIM_STORAGE_LOCK_MODEL_H_
#define SIM_STORAGE_LOCK_MODEL_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/storage/value.h"

namespace sim {

// Three tables, whose keys differ in type, number of columns, collation and
// storage; and `d`, whose ids are generated.
std::string ModelSchema();
inline constexpr int kModelTables = 3;

struct ModelRow {
  int key = 0;
  int u = -1;  // the unique value; below zero: NULL
  int grp = 0;
  int64_t v = 0;
  auto operator<=>(const ModelRow&) const = default;
};
using ModelTable = std::map<int, ModelRow>;  // by key
struct ModelState {
  ModelTable tables[kModelTables];
  std::map<int64_t, int64_t> d;  // id, who
  bool operator==(const ModelState&) const = default;
};
using ModelLocks = std::set<std::string>;

enum class ModelVerb {
  kAdd,
  kCas,
  kAddGroup,
  kInsert,
  kInsertTwo,
  kDelete,
  kMove,
  kSetUnique,
  kRead,
  kReadOne,
  kLock,
  kLockGroup,
  kReplace,
  kIgnore,
  kUpsert,
  kDeleteGroup,
  kAddByUnique,
  kGenerate,
};
inline constexpr int kModelVerbs = 18;

struct ModelStatement {
  ModelVerb verb = ModelVerb::kRead;
  int table = 0;
  ModelRow row;
  ModelRow other;     // the second row of two, or where a row moves to
  bool flag = false;  // upper case, or the other way to write it
  int64_t who = 0;

  std::string Sql() const;
  std::vector<Value> Args() const;
};

// A transaction of the model.
struct ModelTransaction {
  std::map<std::pair<int, int>, std::optional<ModelRow>> own;  // table and key
  std::map<int64_t, int64_t> own_d;
  ModelLocks changed;  // certainly locked by a change,
  ModelLocks read;     // or by FOR UPDATE
  ModelLocks maybe;
  std::set<int> gaps;  // tables in which it keeps others from inserting
  bool repeatable = false;
  std::optional<ModelState> snapshot;

  ModelTable View(const ModelState& committed, int table) const;
  void Settle(ModelState& committed) const;
};

struct Expectation {
  bool duplicate = false;
  bool any_duplicate = false;  // or not: it depends on which index SQLite looks at first
  int64_t affected = 0;
  std::vector<ModelRow> rows;
  std::vector<std::pair<std::optional<ModelRow>, std::optional<ModelRow>>> changes;
  ModelLocks locks;  // taken if it succeeds
  ModelLocks needs;  // may be met
  std::string search;
  // For a duplicate: its keys in the order of the indexes, and whether each is taken.
  std::vector<std::pair<std::string, bool>> order;
};

Expectation Expect(const ModelState& committed, const ModelTransaction& txn,
                   const ModelStatement& statement);

// A row as the database returns it: all columns, in the order of the table.
ModelRow ToModelRow(int table, const std::vector<Value>& row);

std::string ToText(const ModelState& state);

}  // namespace sim

#endif  // SIM_STORAGE_LOCK_MODEL_H_
