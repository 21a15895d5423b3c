#include "sim/storage/lock_model.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace sim {
namespace {

std::string Primary(int table, int key) { return absl::StrCat(table, " p ", key); }
std::string Unique(int table, const ModelRow& row) {
  if (row.u < 0) return "";
  return absl::StrCat(table, " u ", row.u, table == 2 ? absl::StrCat(",", row.grp) : "");
}

// Builds an Expectation while the statement is carried out on `view`.
class Interpreter {
 public:
  Interpreter(ModelTable view, int table) : view_(std::move(view)), table_(table) {}

  Expectation Run(const ModelStatement& statement);

 private:
  void Change(std::optional<ModelRow> before, std::optional<ModelRow> after) {
    expect_.changes.emplace_back(before, after);
    ++expect_.affected;
    for (const auto& row : {before, after}) {
      if (row) expect_.locks.insert(Primary(table_, row->key));
    }
    const std::string from = before ? Unique(table_, *before) : "";
    const std::string to = after ? Unique(table_, *after) : "";
    for (const std::string& unique : {from, to}) {
      if (from != to && !unique.empty()) expect_.locks.insert(unique);
    }
    expect_.needs.insert(expect_.locks.begin(), expect_.locks.end());
    if (before) view_.erase(before->key);
    if (after) view_[after->key] = *after;
  }

  bool SharesUnique(const ModelRow& a, const ModelRow& b) const {
    return a.u >= 0 && Unique(table_, a) == Unique(table_, b);
  }

  // The rows but `self` that hold one of `row`'s keys.
  std::vector<ModelRow> InTheWay(const ModelRow& row, const ModelRow* self) {
    std::vector<ModelRow> out;
    for (const auto& [key, x] : view_) {
      if (self != nullptr && x.key == self->key) continue;
      if (x.key == row.key) expect_.needs.insert(Primary(table_, key));
      if (SharesUnique(row, x)) expect_.needs.insert(Unique(table_, row));
      if (x.key == row.key || SharesUnique(row, x)) out.push_back(x);
    }
    return out;
  }

  void Duplicate(const ModelRow& row, const ModelRow* self) {
    expect_.duplicate = true;
    bool primary = false;
    bool unique = false;
    for (const auto& [key, x] : view_) {
      if (self != nullptr && key == self->key) continue;
      primary |= key == row.key;
      unique |= SharesUnique(row, x);
    }
    auto add = [&](const std::string& key, bool taken) {
      expect_.order.emplace_back(key, taken);
      expect_.needs.insert(key);
    };
    if (self != nullptr) {  // The row that would change is locked first.
      expect_.needs.insert(Primary(table_, self->key));
      if (self->u >= 0) expect_.needs.insert(Unique(table_, *self));
    }
    if (self == nullptr || self->key != row.key) add(Primary(table_, row.key), primary);
    if (row.u >= 0) add(Unique(table_, row), unique);
  }

  void Insert(const ModelRow& row) {
    if (InTheWay(row, nullptr).empty()) {
      Change({}, row);
    } else {
      Duplicate(row, nullptr);
    }
  }

  void Update(const ModelRow& before, const ModelRow& after) {
    if (InTheWay(after, &before).empty()) {
      Change(before, after);
    } else {
      Duplicate(after, &before);
    }
  }

  void Upsert(const ModelRow& row) {
    const std::vector<ModelRow> in_the_way = InTheWay(row, nullptr);
    const auto there = view_.find(row.key);
    if (there == view_.end()) {
      if (in_the_way.empty()) return Change({}, row);
      return Duplicate(row, nullptr);
    }
    // The row is not inserted, so its own unique value matters only if it is taken.
    expect_.needs.erase(Unique(table_, row));
    for (const ModelRow& x : in_the_way) {
      if (x.key == row.key) continue;
      expect_.any_duplicate = true;
      expect_.needs.insert(Unique(table_, row));
    }
    ModelRow after = there->second;
    ++after.v;
    Change(there->second, after);
  }

  ModelTable view_;
  const int table_;
  Expectation expect_;
};

Expectation Interpreter::Run(const ModelStatement& s) {
  const auto at = view_.find(s.row.key);
  const std::optional<ModelRow> old =
      at == view_.end() ? std::nullopt : std::optional<ModelRow>(at->second);
  const ModelTable before = view_;
  auto bumped = [](ModelRow row) {
    ++row.v;
    return row;
  };
  switch (s.verb) {
    case ModelVerb::kAdd:
      if (old) Change(old, bumped(*old));
      break;
    case ModelVerb::kCas:
      if (old && old->v == s.row.v) {
        ModelRow after = *old;
        after.v = s.other.v;
        Change(old, after);
      }
      break;
    case ModelVerb::kInsert:
      Insert(s.row);
      break;
    case ModelVerb::kInsertTwo:
      Insert(s.row);
      if (!expect_.duplicate) Insert(s.other);
      break;
    case ModelVerb::kDelete:
      if (old) Change(old, {});
      break;
    case ModelVerb::kMove:
      if (old) {
        ModelRow after = *old;
        after.key = s.other.key;
        Update(*old, after);
      }
      break;
    case ModelVerb::kSetUnique:
      if (old) {
        ModelRow after = *old;
        after.u = s.other.u;
        Update(*old, after);
      }
      break;
    case ModelVerb::kReadOne:
      if (old) expect_.rows.push_back(*old);
      break;
    case ModelVerb::kLock:
      if (old) expect_.rows.push_back(*old);
      if (old) expect_.needs.insert(Primary(table_, s.row.key));
      break;
    case ModelVerb::kReplace:
      for (const ModelRow& x : InTheWay(s.row, nullptr)) Change(x, {});
      Change({}, s.row);
      expect_.affected = 1;
      break;
    case ModelVerb::kIgnore:
      Insert(s.row);
      expect_.duplicate = false;
      break;
    case ModelVerb::kUpsert:
      Upsert(s.row);
      break;
    case ModelVerb::kGenerate:
      expect_.affected = 1;
      break;
    default:
      for (const auto& [key, x] : before) {
        const bool by_unique = s.verb == ModelVerb::kAddByUnique;
        const bool matches = s.verb == ModelVerb::kRead ||
                             (by_unique ? x.u >= 0 && x.u == s.row.u : x.grp == s.row.grp);
        if (!matches) continue;
        if (s.verb == ModelVerb::kDeleteGroup) {
          Change(x, {});
        } else if (s.verb == ModelVerb::kAddGroup || by_unique) {
          Change(x, bumped(x));
        } else {
          expect_.rows.push_back(x);
          if (s.verb == ModelVerb::kLockGroup) expect_.needs.insert(Primary(table_, key));
        }
      }
  }
  switch (s.verb) {
    case ModelVerb::kAdd:
    case ModelVerb::kCas:
    case ModelVerb::kDelete:
    case ModelVerb::kMove:
    case ModelVerb::kSetUnique:
    case ModelVerb::kLock:
      expect_.search = Primary(table_, s.row.key);
      break;
    case ModelVerb::kAddByUnique:
      if (table_ != 2 && s.row.u >= 0) expect_.search = Unique(table_, s.row);
      break;
    default:
      break;
  }
  return expect_;
}

}  // namespace

ModelTable ModelTransaction::View(const ModelState& committed, int table) const {
  if (table == kModelTables) return {};  // `d`: no statement asks for a row of it
  ModelTable view = committed.tables[table];
  for (const auto& [where, row] : own) {
    if (where.first != table) continue;
    view.erase(where.second);
    if (row) view[where.second] = *row;
  }
  return view;
}

void ModelTransaction::Settle(ModelState& committed) const {
  for (int table = 0; table < kModelTables; ++table) {
    committed.tables[table] = View(committed, table);
  }
  for (const auto& [id, who] : own_d) committed.d[id] = who;
}

Expectation Expect(const ModelState& committed, const ModelTransaction& txn,
                   const ModelStatement& statement) {
  const bool reads = statement.verb == ModelVerb::kRead || statement.verb == ModelVerb::kReadOne;
  const ModelState& base = reads && txn.snapshot ? *txn.snapshot : committed;
  return Interpreter(txn.View(base, statement.table), statement.table).Run(statement);
}

}  // namespace sim
