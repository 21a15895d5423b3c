#include "scenarios/checks/declared.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "faults/spelling.h"
#include "scenarios/checks/append_only.h"
#include "scenarios/checks/conserved.h"
#include "scenarios/checks/never_negative.h"
#include "scenarios/checks/sql_check.h"
#include "scenarios/checks/state_machine.h"
#include "scenarios/checks/unique.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

using settle::CheckText;

std::string NoNode(const std::string& node, const Mirror& mirror) {
  std::vector<std::string> known;
  for (const auto& [name, tables] : mirror.tables()) known.push_back(name);
  const std::string meant = faults::DidYouMean(node, known);
  return absl::StrCat(
      "there is no node \"", node, "\" with a database", meant,
      meant.empty() && !known.empty() ? absl::StrCat("; known: ", absl::StrJoin(known, ", ")) : "");
}

// Checks the names in one declared check.
class Linter {
 public:
  Linter(const Mirror& mirror, faults::Where where, faults::Diagnostics& problems)
      : mirror_(mirror), where_(std::move(where)), problems_(problems) {}

  // Finds the table that the other fields speak about.
  void Table(const std::string& node, const std::string& table) {
    const auto found = mirror_.tables().find(node);
    if (found == mirror_.tables().end()) {
      Error("node", 0, NoNode(node, mirror_));
      return;
    }
    node_ = node;
    std::vector<std::string> names;
    for (const sim::TableInfo& info : found->second) {
      names.push_back(info.name);
      if (info.name == table) table_ = &info;
    }
    if (table_ == nullptr) {
      Error("table", 0,
            absl::StrCat("node ", node, " has no table \"", table, "\"",
                         faults::DidYouMean(table, names)));
    }
  }

  void Column(absl::string_view field, int index, const std::string& column) {
    if (table_ == nullptr || table_->Column(column) >= 0) return;
    Error(field, index,
          absl::StrCat("table ", table_->name, " has no column \"", column, "\"",
                       faults::DidYouMean(column, table_->columns)));
  }

  // A column of numbers.
  void Number(absl::string_view field, const std::string& column) {
    Column(field, 0, column);
    if (table_ == nullptr || table_->Column(column) < 0) return;
    const std::string& type = mirror_.TypeOf(node_, table_->name, column);
    if (absl::StrContains(absl::AsciiStrToLower(type), "int")) return;
    Error(field, 0,
          absl::StrCat("column \"", column, "\" of ", table_->name, " holds no integers: it is ",
                       type.empty() ? "of no type" : type));
  }

  void Transition(int index, const std::string& transition) {
    if (ParseTransition(transition).has_value()) return;
    Error("allow", index, absl::StrCat("\"", transition, "\" is not of the form \"FROM->TO\""));
  }

  void Error(absl::string_view field, int index, std::string message) {
    problems_.push_back(where_.Field(field, index).Error(std::move(message)));
  }

 private:
  const Mirror& mirror_;
  const faults::Where where_;
  faults::Diagnostics& problems_;
  std::string node_;
  const sim::TableInfo* table_ = nullptr;
};

void Lint(const settle::StateMachine& text, Linter lint) {
  lint.Table(text.node(), text.table());
  lint.Column("column", 0, text.column());
  if (text.allow().empty()) {
    lint.Error("allow", 0, "no transition is allowed; allow: \"FROM->TO\"");
  }
  for (int i = 0; i < text.allow_size(); ++i) {
    lint.Transition(i, text.allow(i));
    const auto move = ParseTransition(text.allow(i));
    if (!move.has_value() || !absl::c_linear_search(text.terminal(), move->first)) continue;
    lint.Error("allow", i, absl::StrCat("\"", move->first, "\" is terminal; nothing leaves it"));
  }
}

void Lint(const settle::AppendOnly& text, Linter lint) { lint.Table(text.node(), text.table()); }

void Lint(const settle::Conserved& text, Linter lint) {
  lint.Table(text.node(), text.table());
  lint.Number("sum", text.sum());
  lint.Column("by", 0, text.by());
}

void Lint(const settle::NeverNegative& text, Linter lint) {
  lint.Table(text.node(), text.table());
  lint.Number("column", text.column());
  if (!text.unless().empty()) lint.Number("unless", text.unless());
}

void Lint(const settle::Unique& text, Linter lint) {
  lint.Table(text.node(), text.table());
  if (text.column().empty()) lint.Error("column", 0, "it names no column");
  for (int i = 0; i < text.column_size(); ++i) lint.Column("column", i, text.column(i));
}

// What is wrong with a query, as a message about the field that holds it.
void LintSql(absl::string_view field, const std::string& sql, const faults::Where& where,
             Mirror& mirror, faults::Diagnostics& problems) {
  const absl::StatusOr<Mirror::Query> query = mirror.Prepare(sql);
  if (query.ok()) {
    const absl::StatusOr<sim::Result> tried = mirror.Try(sql);
    absl::Status status = tried.status();
    if (status.ok() && field == "exercised_sql") status = CountIn(*tried).status();
    if (status.ok()) return;
    problems.push_back(
        where.Field(field).Error(absl::StrCat("the SQL cannot be run: ", status.message())));
    return;
  }
  // SQLite knows no nodes, only tables with a dot in their name.
  absl::string_view rest = query.status().message();
  const bool no_table = absl::ConsumePrefix(&rest, "no such table: ");
  const std::string node(rest.substr(0, rest.find('.')));
  const bool dotted = no_table && node.size() < rest.size();
  const bool known =
      std::any_of(mirror.tables().begin(), mirror.tables().end(),
                  [&node](const auto& entry) { return absl::EqualsIgnoreCase(entry.first, node); });
  if (dotted && !known && !absl::EqualsIgnoreCase(node, "world")) {
    problems.push_back(where.Field(field).Error(NoNode(node, mirror)));
    return;
  }
  problems.push_back(where.Field(field).Error(
      absl::StrCat("the SQL cannot be prepared: ", query.status().message())));
}

std::vector<std::string> Columns(const std::string& sql, Mirror& mirror) {
  const absl::StatusOr<Mirror::Query> query = mirror.Prepare(sql);
  SIM_CHECK(query.ok()) << query.status().ToString();
  return query->columns;
}

}  // namespace

bool IsDeclared(const CheckText& text) { return text.kind_case() != CheckText::KIND_NOT_SET; }

void LintDeclared(const CheckText& text, const faults::Where& where, Mirror& mirror,
                  faults::Diagnostics& problems) {
  if (text.name().empty()) problems.push_back(where.Error("the check has no name"));
  if (text.claim().empty()) {
    problems.push_back(where.Field("name").Error(
        "a check that is declared here states its claim: claim: \"...\""));
  }
  if (text.kind_case() != CheckText::kSql && !text.exercised_sql().empty()) {
    problems.push_back(where.Field("exercised_sql").Error("exercised_sql goes with sql only"));
  }
  const auto linter = [&](absl::string_view field) {
    return Linter(mirror, where.Field(field), problems);
  };
  switch (text.kind_case()) {
    case CheckText::kStateMachine:
      return Lint(text.state_machine(), linter("state_machine"));
    case CheckText::kAppendOnly:
      return Lint(text.append_only(), linter("append_only"));
    case CheckText::kConserved:
      return Lint(text.conserved(), linter("conserved"));
    case CheckText::kNeverNegative:
      return Lint(text.never_negative(), linter("never_negative"));
    case CheckText::kUnique:
      return Lint(text.unique(), linter("unique"));
    case CheckText::kSql:
      LintSql("sql", text.sql(), where, mirror, problems);
      if (text.exercised_sql().empty()) {
        problems.push_back(where.Field("sql").Error(
            "exercised_sql is missing; it counts how often the promise was put to the test"));
      } else {
        LintSql("exercised_sql", text.exercised_sql(), where, mirror, problems);
      }
      return;
    case CheckText::KIND_NOT_SET:
      return;
  }
}

std::set<std::string> NodesRead(const CheckText& text, Mirror& mirror) {
  switch (text.kind_case()) {
    case CheckText::kStateMachine:
      return {text.state_machine().node()};
    case CheckText::kAppendOnly:
      return {text.append_only().node()};
    case CheckText::kConserved:
      return {text.conserved().node()};
    case CheckText::kNeverNegative:
      return {text.never_negative().node()};
    case CheckText::kUnique:
      return {text.unique().node()};
    case CheckText::kSql: {
      std::set<std::string> nodes;
      for (const std::string& sql : {text.sql(), text.exercised_sql()}) {
        const absl::StatusOr<Mirror::Query> query = mirror.Prepare(sql);
        if (query.ok()) nodes.insert(query->nodes.begin(), query->nodes.end());
      }
      return nodes;
    }
    case CheckText::KIND_NOT_SET:
      return {};
  }
  return {};
}

std::unique_ptr<Check> MakeDeclared(const CheckText& text, Mirror& mirror) {
  switch (text.kind_case()) {
    case CheckText::kStateMachine:
      return std::make_unique<StateMachine>(text.state_machine());
    case CheckText::kAppendOnly:
      return std::make_unique<AppendOnly>(text.append_only());
    case CheckText::kConserved:
      return std::make_unique<Conserved>(text.conserved());
    case CheckText::kNeverNegative:
      return std::make_unique<NeverNegative>(text.never_negative());
    case CheckText::kUnique:
      return std::make_unique<Unique>(text.unique());
    case CheckText::kSql:
      return std::make_unique<SqlCheck>(text.sql(), Columns(text.sql(), mirror),
                                        text.exercised_sql());
    case CheckText::KIND_NOT_SET:
      break;
  }
  return nullptr;
}

std::string Counts(const CheckText& text) {
  switch (text.kind_case()) {
    case CheckText::kStateMachine:
      return "moves";
    case CheckText::kAppendOnly:
      return "rows";
    case CheckText::kConserved:
      return "commits that move money";
    case CheckText::kNeverNegative:
      return "values that appear or go down";
    case CheckText::kUnique:
      return "rows that appear";
    case CheckText::kSql:
      return "what exercised_sql counts";
    case CheckText::KIND_NOT_SET:
      break;
  }
  return "";
}

}  // namespace scenarios
