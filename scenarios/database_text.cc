#include "scenarios/database_text.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/names.h"

namespace scenarios {
namespace {

using absl::StrCat;
using faults::Where;

class Reader {
 public:
  Reader(WorldPlan& plan, faults::Diagnostics& problems) : plan_(plan), problems_(problems) {}

  void Declare(const settle::Database& text, const std::string& organisation, const Where& where) {
    const std::string& name = text.name();
    std::string objection;
    for (const absl::string_view reserved : {"main", "temp", "world"}) {
      if (absl::EqualsIgnoreCase(name, reserved)) objection = "in SQL that is another schema";
    }
    if (!IsIdentifier(name)) objection = "SQL names it, so use letters, digits and underscores";
    const auto is_taken = [&name](const auto& other) {
      return absl::EqualsIgnoreCase(other.name, name);
    };
    if (absl::c_any_of(plan_.nodes, is_taken)) objection = "a node is called so";
    if (absl::c_any_of(plan_.databases, is_taken)) objection = "another one is called so";
    if (!objection.empty()) {
      return Fail(where.Field("name"),
                  StrCat("a database cannot be called \"", name, "\": ", objection));
    }
    plan_.databases.push_back({name, organisation, "", text.duplicates_poison()});
    declared_.emplace(name, where);
  }

  void Poison(const settle::Node& text, const Where& where) {
    const auto node = Find(text);
    if (node == plan_.nodes.end()) return;  // That has been said.
    if (!text.database().empty()) {
      return Fail(where,
                  StrCat("node \"", text.name(), "\" has no database of its own; say so of \"",
                         text.database(), "\": database { name: \"", text.database(),
                         "\" duplicates_poison: true }"));
    }
    if (node->system->schema == nullptr) return Fail(where, NeedsNone(*node));
    node->duplicates_poison = true;
  }

  void Use(const settle::Node& text, const std::string& organisation, const Where& where) {
    const auto node = Find(text);
    if (node == plan_.nodes.end()) return;  // That has been said.
    const auto found = absl::c_find_if(
        plan_.databases, [&text](const auto& one) { return one.name == text.database(); });
    if (found == plan_.databases.end()) {
      return Fail(where, StrCat("no shared database is called \"", text.database(), "\"",
                                Instead(text.database(), NamesOf(plan_.databases))));
    }
    if (found->organisation != organisation) {
      return Fail(where, StrCat("node \"", node->name, "\" of \"", organisation,
                                "\" cannot use database \"", found->name, "\" of \"",
                                found->organisation, "\": databases never cross organisations"));
    }
    if (node->system->schema == nullptr) return Fail(where, NeedsNone(*node));
    std::string schema = node->system->schema(node->settings);
    const auto [first, is_first] = users_.emplace(found->name, node->name);
    if (!is_first && schema != found->schema) {
      return Fail(where, StrCat("nodes \"", first->second, "\" and \"", node->name,
                                "\" would give database \"", found->name, "\" different tables"));
    }
    found->schema = std::move(schema);
    node->database = found->name;
  }

  void CheckUsed() {
    for (const auto& [name, where] : declared_) {
      if (users_.count(name) > 0) continue;
      Fail(where, StrCat("no node uses database \"", name, "\"; say so: node { ... database: \"",
                         name, "\" }"));
    }
  }

 private:
  std::vector<sim::NodeSpec>::iterator Find(const settle::Node& text) {
    return absl::c_find_if(plan_.nodes,
                           [&text](const auto& one) { return one.name == text.name(); });
  }

  static std::string NeedsNone(const sim::NodeSpec& node) {
    return StrCat("node \"", node.name, "\" needs no database: ", node.system->name,
                  " keeps nothing");
  }

  void Fail(const Where& where, std::string message) {
    problems_.push_back(where.Error(std::move(message)));
  }

  WorldPlan& plan_;
  faults::Diagnostics& problems_;
  std::map<std::string, Where> declared_;
  std::map<std::string, std::string> users_;  // database -> the first node that uses it
};

}  // namespace

void ReadDatabases(const settle::Scenario& text, const Where& where, WorldPlan& plan,
                   faults::Diagnostics& problems) {
  Reader reader(plan, problems);
  const size_t before = problems.size();
  for (int i = 0; i < text.organisation_size(); ++i) {
    const settle::Organisation& organisation = text.organisation(i);
    for (int d = 0; d < organisation.database_size(); ++d) {
      reader.Declare(organisation.database(d), organisation.name(),
                     where.Field("organisation", i).Field("database", d));
    }
  }
  for (int i = 0; i < text.organisation_size(); ++i) {
    const settle::Organisation& organisation = text.organisation(i);
    for (int n = 0; n < organisation.node_size(); ++n) {
      const settle::Node& node = organisation.node(n);
      const Where at = where.Field("organisation", i).Field("node", n);
      if (node.duplicates_poison()) reader.Poison(node, at.Field("duplicates_poison"));
      if (!node.database().empty()) {
        reader.Use(node, organisation.name(), at.Field("database"));
      }
    }
  }
  if (problems.size() == before) reader.CheckUsed();
}

}  // namespace scenarios
