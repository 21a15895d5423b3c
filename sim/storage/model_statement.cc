// How the model's statements are written in SQL, and its rows read.

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "sim/storage/lock_model.h"

namespace sim {
namespace {

std::string Name(int table) { return std::string(1, static_cast<char>('a' + table)); }
std::string Columns(int table) {
  return table == 0 ? "id, u, grp, v" : table == 1 ? "k, u, grp, v" : "v, y, x, u, grp";
}
std::string Marks(int table) { return table == 2 ? "(?, ?, ?, ?, ?)" : "(?, ?, ?, ?)"; }
std::string WhereKey(int table) {
  return table == 0 ? " WHERE id = ?" : table == 1 ? " WHERE k = ?" : " WHERE y = ? AND x = ?";
}

void AddKey(int table, int key, std::vector<Value>& args) {
  if (table == 0) args.emplace_back(int64_t{key});
  if (table == 1) args.emplace_back(absl::StrCat("k", key));
  if (table != 2) return;
  args.emplace_back(absl::StrCat("y", key / 3));
  args.emplace_back(int64_t{key % 3});
}

Value UniqueValue(int table, int u, bool upper) {
  if (u < 0) return Null{};
  if (table == 0) return absl::StrCat(upper ? "U" : "u", u);
  return int64_t{u};
}

void AddRow(int table, const ModelRow& row, bool upper, std::vector<Value>& args) {
  if (table == 2) args.emplace_back(row.v);
  AddKey(table, row.key, args);
  args.push_back(UniqueValue(table, row.u, upper));
  args.emplace_back(int64_t{row.grp});
  if (table != 2) args.emplace_back(row.v);
}

int Number(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return static_cast<int>(*number);
  int number = -1;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (!absl::SimpleAtoi(text->substr(1), &number)) return -1;
  }
  return number;
}

}  // namespace

std::string ModelSchema() {
  return "CREATE TABLE a(id INT NOT NULL PRIMARY KEY, u TEXT COLLATE NOCASE UNIQUE, grp INTEGER,"
         "  v INTEGER) WITHOUT ROWID;"
         "CREATE TABLE b(k TEXT NOT NULL PRIMARY KEY, u INTEGER UNIQUE, grp INTEGER, v INTEGER)"
         "  WITHOUT ROWID;"
         "CREATE TABLE c(v INTEGER, y TEXT, x INTEGER, u INTEGER, grp INTEGER, PRIMARY KEY(y, x),"
         "  UNIQUE(u, grp)) WITHOUT ROWID;"
         "CREATE TABLE d(id INTEGER PRIMARY KEY AUTOINCREMENT, who INTEGER)";
}

std::string ModelStatement::Sql() const {
  const std::string name = Name(table);
  const std::string values = absl::StrCat("(", Columns(table), ") VALUES", Marks(table));
  const std::string key = table == 0 ? "id" : table == 1 ? "k" : "y, x";
  switch (verb) {
    case ModelVerb::kAdd:
      return absl::StrCat("UPDATE ", name, " SET v = v + 1", WhereKey(table));
    case ModelVerb::kCas:
      return absl::StrCat("UPDATE ", name, " SET v = ?", WhereKey(table), " AND v = ?");
    case ModelVerb::kAddGroup:
      return absl::StrCat("UPDATE ", name, " SET v = v + 1 WHERE grp = ?");
    case ModelVerb::kInsert:
      return absl::StrCat("INSERT INTO ", name, values);
    case ModelVerb::kInsertTwo:
      return absl::StrCat("INSERT INTO ", name, values, ", ", Marks(table));
    case ModelVerb::kDelete:
      return absl::StrCat("DELETE FROM ", name, WhereKey(table));
    case ModelVerb::kMove:
      return absl::StrCat("UPDATE ", name, table == 2 ? " SET y = ?, x = ?" : " SET ",
                          table == 2 ? "" : key, table == 2 ? "" : " = ?", WhereKey(table));
    case ModelVerb::kSetUnique:
      return absl::StrCat("UPDATE ", name, " SET u = ?", WhereKey(table));
    case ModelVerb::kRead:
      return absl::StrCat("SELECT * FROM ", name);
    case ModelVerb::kReadOne:
      return absl::StrCat("SELECT * FROM ", name, WhereKey(table));
    case ModelVerb::kLock:
      return absl::StrCat("SELECT * FROM ", name, WhereKey(table), " FOR UPDATE");
    case ModelVerb::kLockGroup:
      return absl::StrCat("SELECT * FROM ", name, " WHERE grp = ? FOR UPDATE");
    case ModelVerb::kReplace:
      return absl::StrCat(flag ? "REPLACE INTO " : "INSERT OR REPLACE INTO ", name, values);
    case ModelVerb::kIgnore:
      return flag ? absl::StrCat("INSERT OR IGNORE INTO ", name, values)
                  : absl::StrCat("INSERT INTO ", name, values, " ON CONFLICT DO NOTHING");
    case ModelVerb::kUpsert:
      return absl::StrCat("INSERT INTO ", name, values, " ON CONFLICT(", key,
                          ") DO UPDATE SET v = v + 1");
    case ModelVerb::kDeleteGroup:
      return absl::StrCat("DELETE FROM ", name, " WHERE grp = ?");
    case ModelVerb::kAddByUnique:
      return absl::StrCat("UPDATE ", name, " SET v = v + 1 WHERE u = ?");
    case ModelVerb::kGenerate:
      return "INSERT INTO d(who) VALUES(?)";
  }
  return "";
}

std::vector<Value> ModelStatement::Args() const {
  std::vector<Value> args;
  switch (verb) {
    case ModelVerb::kAdd:
    case ModelVerb::kDelete:
    case ModelVerb::kReadOne:
    case ModelVerb::kLock:
      AddKey(table, row.key, args);
      break;
    case ModelVerb::kCas:
      args.emplace_back(other.v);
      AddKey(table, row.key, args);
      args.emplace_back(row.v);
      break;
    case ModelVerb::kAddGroup:
    case ModelVerb::kLockGroup:
    case ModelVerb::kDeleteGroup:
      args.emplace_back(int64_t{row.grp});
      break;
    case ModelVerb::kInsertTwo:
      AddRow(table, row, flag, args);
      AddRow(table, other, !flag, args);
      break;
    case ModelVerb::kMove:
      AddKey(table, other.key, args);
      AddKey(table, row.key, args);
      break;
    case ModelVerb::kSetUnique:
      args.push_back(UniqueValue(table, other.u, flag));
      AddKey(table, row.key, args);
      break;
    case ModelVerb::kAddByUnique:
      args.push_back(UniqueValue(table, row.u, flag));
      break;
    case ModelVerb::kGenerate:
      args.emplace_back(who);
      break;
    case ModelVerb::kRead:
      break;
    default:
      AddRow(table, row, flag, args);
  }
  return args;
}

ModelRow ToModelRow(int table, const std::vector<Value>& row) {
  ModelRow out;
  const size_t u = table == 2 ? 3 : 1;
  out.key = table == 2 ? Number(row[1]) * 3 + Number(row[2]) : Number(row[0]);
  out.u = IsNull(row[u]) ? -1 : Number(row[u]);
  out.grp = Number(row[u + 1]);
  out.v = std::get<int64_t>(row[table == 2 ? 0 : 3]);
  return out;
}

std::string ToText(const ModelState& state) {
  std::string text;
  for (int t = 0; t < kModelTables; ++t) {
    for (const auto& [key, row] : state.tables[t]) {
      absl::StrAppend(&text, Name(t), key, "(", row.u, ",", row.grp, ",", row.v, ") ");
    }
  }
  for (const auto& [id, who] : state.d) absl::StrAppend(&text, "d", id, "(", who, ") ");
  return text;
}

}  // namespace sim
