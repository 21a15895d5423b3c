// Whether the names in a rule or pin are those of this world: nodes, methods, and who
// calls whom. What is beyond names and messages is lint.h's.

#ifndef FAULTS_NAME_LINT_H_
#define FAULTS_NAME_LINT_H_

#include <set>
#include <string>
#include <vector>

#include "faults/lint.h"
#include "faults/plan.h"
#include "faults/source_text.h"

namespace faults {

class NameReader {
 public:
  using Names = std::set<std::string>;
  using Node = Vocabulary::Node;

  explicit NameReader(const Vocabulary& world) : world_(world) {}

  // What was found, in the order of the checks.
  const Diagnostics& found() const { return found_; }

 protected:
  void Find(const Where& where, std::string message);

  const Node* NodeOf(const std::string& name) const;

  // All names that `set` of the nodes holds.
  Names All(Names Node::* set) const;

  void CheckNode(const std::string& name, const Where& where);

  // The nodes that serve `method`.
  std::vector<std::string> Servers(const std::string& method) const;

  void CheckCall(const std::string& to, const Where& where_to, const std::string& method,
                 const Where& where_method);

  void CheckServed(const std::string& to, const std::string& method, const Where& where);

  // Whether a node that fits `from` calls `method`, and `other` as well, of one that
  // fits `to`; "" fits all.
  bool Calls(const std::string& from, const std::string& to, const std::string& method,
             const std::string& other) const;

  void CheckCalls(const std::string& from, const std::string& to, const std::string& method,
                  const Where& where);

  // Whether requests or replies go from one node to the other; "" is any node.
  void CheckTalk(const std::string& one, const std::string& other, const Where& where);

  // Both requests must arrive at one node, from one node.
  void CheckOvertaking(const Rule& rule);

  const Vocabulary& world_;
  Diagnostics found_;
};

}  // namespace faults

#endif  // FAULTS_NAME_LINT_H_
