// Whether the database has answered a statement as the model allows.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/storage/model_run.h"

namespace sim {
namespace {

bool Meets(const ModelLocks& a, const ModelLocks& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& key) { return b.count(key) != 0; });
}

void AddAll(ModelLocks& to, const ModelLocks& from) { to.insert(from.begin(), from.end()); }

bool IsRead(ModelVerb verb) { return verb == ModelVerb::kRead || verb == ModelVerb::kReadOne; }
bool IsLock(ModelVerb verb) { return verb == ModelVerb::kLock || verb == ModelVerb::kLockGroup; }

}  // namespace

std::string ModelRun::Judge(Slot& slot, const Attempt& attempt) {
  const ModelVerb verb = slot.statement.verb;
  const int table = slot.statement.table;
  const Expectation expect = Expect(committed_, slot.model, slot.statement);
  if (attempt.blocked || absl::IsAborted(attempt.result.status())) {
    return JudgeWait(slot, expect, attempt);
  }
  slot.waiting = false;
  ModelLocks needs = expect.needs;
  if (!expect.search.empty()) needs.insert(expect.search);
  const ModelLocks others = Others(slot, /*maybe=*/false);
  const bool duplicate = absl::IsAlreadyExists(attempt.result.status());
  for (const auto& [key, taken] : expect.order) {
    if (others.count(key) != 0) return absl::StrCat("went on over the lock on ", key);
    if (taken) break;
  }
  if (!IsRead(verb) && !expect.any_duplicate && !duplicate && expect.order.empty() &&
      Meets(needs, others)) {
    return "went on over a lock";
  }
  if (duplicate) {
    ++counts_["duplicates"];
    AddAll(slot.model.maybe, needs);
    return expect.duplicate || expect.any_duplicate ? "" : "no duplicate was expected";
  }
  if (absl::IsFailedPrecondition(attempt.result.status()) && slot.model.snapshot) return "";
  if (!attempt.result.ok()) return attempt.result.status().ToString();
  if (expect.duplicate) return "a duplicate was expected";
  if (IsRead(verb) || IsLock(verb)) {
    std::vector<ModelRow> rows;
    for (const Row& row : *attempt.result) rows.push_back(ToModelRow(table, row.values()));
    std::stable_sort(rows.begin(), rows.end());
    if (rows != expect.rows) return absl::StrCat("other rows: ", rows.size());
    if (IsRead(verb)) return "";
    AddAll(slot.model.read, expect.needs);
    if (rows.empty() && verb == ModelVerb::kLock && slot.model.repeatable) {
      slot.model.gaps.insert(table);
      ++counts_["gaps"];
    }
    return "";
  }
  const int64_t affected = attempt.result->affected();
  if (affected != (expect.any_duplicate ? 1 : expect.affected)) {
    return absl::StrCat("affected ", affected, " rows, not ", expect.affected);
  }
  if (verb == ModelVerb::kGenerate) {
    const int64_t id = attempt.result->inserted_id();
    slot.model.own_d[id] = slot.statement.who;
    return ids_.insert(id).second ? "" : absl::StrCat("id ", id, " is given twice");
  }
  for (const auto& [before, after] : expect.changes) {
    if (before) slot.model.own[{table, before->key}] = std::nullopt;
    if (after) slot.model.own[{table, after->key}] = *after;
  }
  AddAll(slot.model.changed, expect.locks);
  AddAll(slot.model.maybe, needs);
  return "";
}

std::string ModelRun::JudgeWait(Slot& slot, const Expectation& expect, const Attempt& attempt) {
  ModelLocks needs = expect.needs;
  if (!expect.search.empty()) needs.insert(expect.search);
  const bool may_wait =
      Meets(needs, Others(slot, /*maybe=*/true)) || SomebodyKeepsOut(slot, slot.statement.table);
  if (IsRead(slot.statement.verb) || !may_wait) return "waits for nothing";
  if (!attempt.blocked) {
    ++counts_["deadlocks"];
    const bool another = std::any_of(slots_.begin(), slots_.end(), [&](const Slot& other) {
      return &other != &slot && other.waiting;
    });
    slot = Slot();
    return another ? "" : "a deadlock of one";
  }
  ++counts_["waits"];
  slot.waiting = true;
  AddAll(slot.model.maybe, needs);
  std::set<uint64_t> seen;
  std::vector<OpenTransaction*> ahead = transactions_->WaitsFor(*slot.txn);
  while (!ahead.empty()) {
    OpenTransaction* txn = ahead.back();
    ahead.pop_back();
    if (txn == slot.txn) return "a deadlock that nobody has found";
    if (!seen.insert(txn->id).second) continue;
    for (OpenTransaction* next : transactions_->WaitsFor(*txn)) ahead.push_back(next);
  }
  return "";
}

ModelLocks ModelRun::Others(const Slot& slot, bool maybe) const {
  ModelLocks locks;
  for (const std::vector<Slot>* list : {&slots_, &prepared_}) {
    for (const Slot& other : *list) {
      if (&other == &slot) continue;
      AddAll(locks, other.model.changed);
      AddAll(locks, other.model.read);
      if (maybe) AddAll(locks, other.model.maybe);
    }
  }
  return locks;
}

bool ModelRun::SomebodyKeepsOut(const Slot& slot, int table) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& other) {
    return &other != &slot && other.model.gaps.count(table) != 0;
  });
}

}  // namespace sim
