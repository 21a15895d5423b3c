// Whether a plan can do anything at all in a world.
//
// A rule with a misspelt node never fires, and a run in which nothing went wrong
// proves nothing. So names are checked before the run, against the vocabulary of
// the world.

#ifndef FAULTS_LINT_H_
#define FAULTS_LINT_H_

#include <map>
#include <set>
#include <string>

#include "faults/plan.h"
#include "faults/source_text.h"
#include "sim/core/time.h"
#include "sim/net/meaning.h"

namespace faults {

// What the rules of a plan can speak about.
struct Vocabulary {
  struct Node {
    std::string organisation;
    std::set<std::string> methods;   // that it serves
    std::set<std::string> tasks;     // its root tasks beside those: timers, background work
    std::set<std::string> outcomes;  // business outcomes that it asks for
    std::set<std::string> files;     // kinds of files that it leaves for others
    std::map<std::string, int64_t> last_value;           // of each of these
    std::map<std::string, std::set<std::string>> calls;  // by node: its methods that this calls
    std::set<std::string> steps;                         // of the protocol, that it passes
    bool client = false;                                 // part of the workload: never crashes
    bool database = false;                               // has one, so that its disk has work to do
    std::string shares;                                  // the database server that it uses instead
    bool replica = false;                                // it reads a replica of its database
    std::set<sim::PlaceKind> places;                     // at which it asks: it is infrastructure
  };
  struct Method {
    std::string request;  // the types of its messages; "" if nobody says
    std::string reply;
    std::set<sim::Meaning> meanings;  // marked in the reply
    bool people = false;              // call it
  };
  std::map<std::string, Method> methods;  // by name
  std::map<std::string, Node> nodes;      // and database servers, which call nobody
  std::set<std::string> databases;        // those servers
  std::set<std::string> steps;            // of the protocol
  sim::Nanos heal_after = sim::kForever;  // when faults end
};

// Checks the names and times of `plan`. What is wrong with a rule or pin of the
// plan's own file is an error, with the nearest name that exists. What is wrong
// with an included one is that it does not apply here: that is written into its
// `does_not_apply`, and the adversary passes over it.
void Lint(const Vocabulary& world, Plan& plan, Diagnostics& problems);

}  // namespace faults

#endif  // FAULTS_LINT_H_
