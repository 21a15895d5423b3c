// A commit written by hand, to test checks without a simulator:
//
//   const sim::TableInfo kTrade{"trade", {"trade_no", "status"}, {0}};
//   check.OnCommit(CommitByHand("b").Update(kTrade, {1, "ACCEPTED"}, {1, "SUCCESS"}));

#ifndef SCENARIOS_CHECKS_COMMIT_BY_HAND_H_
#define SCENARIOS_CHECKS_COMMIT_BY_HAND_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/storage/commit.h"

namespace scenarios {

// An integer or a text.
struct Cell {
  Cell(int number) : value(int64_t{number}) {}          // NOLINT: reads as a row
  Cell(int64_t number) : value(number) {}               // NOLINT
  Cell(const char* text) : value(std::string(text)) {}  // NOLINT
  Cell(std::string text) : value(std::move(text)) {}    // NOLINT
  Cell(sim::Null null) : value(null) {}                 // NOLINT
  sim::Value value;
};
using Cells = std::vector<Cell>;

class CommitByHand {
 public:
  explicit CommitByHand(std::string node, sim::Nanos at = 0) {
    commit_.database = node;
    commit_.node = std::move(node);
    commit_.at = at;
  }

  // The table must outlive the commit.
  CommitByHand&& Insert(const sim::TableInfo& table, Cells row) && {
    return std::move(*this).Add(table, sim::ChangeKind::kInsert, {}, std::move(row));
  }
  CommitByHand&& Update(const sim::TableInfo& table, Cells before, Cells after) && {
    return std::move(*this).Add(table, sim::ChangeKind::kUpdate, std::move(before),
                                std::move(after));
  }
  CommitByHand&& Delete(const sim::TableInfo& table, Cells row) && {
    return std::move(*this).Add(table, sim::ChangeKind::kDelete, std::move(row), {});
  }

  // The delivery of the request that led to it.
  CommitByHand&& By(sim::RecordId delivery) && {
    commit_.delivery = delivery;
    return std::move(*this);
  }

  // The statement that makes the changes from here on.
  CommitByHand&& Statement(sim::StatementRun statement) && {
    commit_.statements.push_back(std::move(statement));
    return std::move(*this);
  }

  operator const sim::Commit&() const { return commit_; }  // NOLINT: that is what it is

 private:
  CommitByHand&& Add(const sim::TableInfo& table, sim::ChangeKind kind, Cells before,
                     Cells after) && {
    sim::RowChange change;
    change.table = &table;
    change.kind = kind;
    for (Cell& cell : before) change.old_row.push_back(std::move(cell.value));
    for (Cell& cell : after) change.new_row.push_back(std::move(cell.value));
    change.statement = static_cast<int>(commit_.statements.size()) - 1;
    commit_.changes.push_back(std::move(change));
    return std::move(*this);
  }

  sim::Commit commit_;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_COMMIT_BY_HAND_H_
