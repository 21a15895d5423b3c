// Step: a named point of a protocol, at which a fault can strike.
//
// Named outside the component, in a table of the system's scenario package:
// "ab.A.insert.after" is the moment after node a has committed a new row of
// trade_order. Components do not know their steps.

#ifndef SIM_WORLD_STEP_H_
#define SIM_WORLD_STEP_H_

#include <string>

namespace sim {

struct Step {
  enum class Moment { kBefore, kAfter };
  enum class On {
    kCommit,  // of a transaction that writes table `what` [column = value]
    kSend,    // of a request of method `what` by this node
    kReply,   // of an answer to method `what` by this node
    kTimer,   // a run of the declared timer `what`
  };

  std::string name;
  std::string node;
  Moment moment = Moment::kAfter;
  On on = On::kCommit;
  std::string what;
  std::string column;  // kCommit: only rows in which `column` ...
  std::string value;   // ... is `value` afterwards; empty: any row of the table
};

}  // namespace sim

#endif  // SIM_WORLD_STEP_H_
