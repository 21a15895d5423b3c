// SystemSpec: what a component declares about itself.
//
// A system is a kind of component that a scenario can name. Its declaration is
// what `settle list` prints, what scenarios are checked against, and how a node
// is built. Switches choose between designs that are all right; quirks are
// published bugs, off unless a scenario asks for one.

#ifndef SIM_WORLD_SYSTEM_H_
#define SIM_WORLD_SYSTEM_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/choice/place.h"
#include "sim/core/time.h"
#include "sim/net/method.h"
#include "sim/world/trigger.h"

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace sim {

class Component;
class Env;

// The values of a node's switches and the quirks that it has.
class Settings {
 public:
  // The value of a declared switch; its default if the scenario is silent.
  const std::string& Text(absl::string_view name) const;
  int64_t Int(absl::string_view name) const;
  bool Is(absl::string_view name, absl::string_view value) const { return Text(name) == value; }
  bool Quirk(absl::string_view name) const { return quirks_.count(std::string(name)) > 0; }

  void Set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }
  void AddQuirk(std::string name) { quirks_.insert(std::move(name)); }

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> quirks_;
};

struct SwitchSpec {
  std::string name;
  std::string about;
  std::string default_value;
  std::vector<std::string> values;  // empty: an integer from `least` to `most`
  int64_t least = 0;
  int64_t most = 1'000'000'000'000;
};

struct QuirkSpec {
  std::string name;
  std::string about;   // what it does wrong
  std::string source;  // where it was published
  Trigger trigger = {};
};

struct RoleSpec {
  std::string name;                // what the component calls it
  std::string system;              // what a node in this role must be, or serve
  std::vector<std::string> calls;  // methods of it that the component calls

  // Whether a component with these settings needs it at all. Null: always.
  std::function<bool(const Settings&)> needed = nullptr;
};

// A method that a system serves, declared by its constant; by a name alone, nothing
// else is known of it.
struct MethodSpec {
  template <typename Request, typename Reply>
  MethodSpec(const Method<Request, Reply>& method)  // NOLINT: a list of constants
      : name(method.name),
        request(Request::descriptor()),
        reply(Reply::descriptor()),
        people(method.visibility == Visibility::kPeople) {}
  MethodSpec(std::string name) : name(std::move(name)) {}  // NOLINT
  MethodSpec(const char* name) : name(name) {}             // NOLINT

  std::string name;  // "exchange.Submit"
  const google::protobuf::Descriptor* request = nullptr;
  const google::protobuf::Descriptor* reply = nullptr;
  bool people = false;  // call it, through a front end
};

struct OutcomeSpec {
  std::string name;
  std::string about;  // what the values 1, 2, ... mean
  int64_t most = 1;   // the last of them
};

struct SystemSpec {
  std::string name;  // "exchange.Provider"
  std::string about;
  std::vector<RoleSpec> roles;
  std::vector<SwitchSpec> switches;
  std::vector<QuirkSpec> quirks;
  std::vector<OutcomeSpec> outcomes;
  std::vector<MethodSpec> methods;      // that it serves
  std::vector<std::string> calls_back;  // methods of its callers, which it calls by their address
  std::vector<std::string> tasks;       // names of its timers and background tasks

  // The places at which it asks whether it fails (sim/world/fault_point.h): such a
  // system is infrastructure, and serves nodes of its own organisation only.
  std::vector<PlaceKind> infrastructure;

  bool Serves(absl::string_view method) const;

  // DDL and fixed rows of its private database; null: it has none. A pure
  // function of the settings.
  std::function<std::string(const Settings&)> schema;

  // Whether it reads a replica of its database (Env::replica). Null: never.
  std::function<bool(const Settings&)> reads_replica;

  std::function<std::unique_ptr<Component>(Env&)> make;

  // How long such a node may go on trying by itself when nothing new reaches it:
  // the sum of its schedule. A scenario must be quiet for longer before anything
  // can be said about how it ended. Null: no longer than its calls take.
  std::function<Nanos(const Settings&)> tries_for;

  // The kinds of files that such a node leaves for others. Null: none.
  std::function<std::set<std::string>(const Settings&)> files;

  // The settings of a node about which the scenario says nothing.
  Settings Defaults() const;
};

}  // namespace sim

#endif  // SIM_WORLD_SYSTEM_H_
