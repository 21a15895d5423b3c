#include "sim/world/system.h"

#include "absl/strings/numbers.h"
#include "sim/core/check.h"

namespace sim {

const std::string& Settings::Text(absl::string_view name) const {
  const auto it = values_.find(std::string(name));
  SIM_CHECK(it != values_.end()) << "the system does not declare a switch \"" << name << "\"";
  return it->second;
}

int64_t Settings::Int(absl::string_view name) const {
  const std::string& text = Text(name);
  int64_t value = 0;
  SIM_CHECK(absl::SimpleAtoi(text, &value))
      << "switch \"" << name << "\" is \"" << text << "\", not an integer";
  return value;
}

Settings SystemSpec::Defaults() const {
  Settings settings;
  for (const SwitchSpec& one : switches) settings.Set(one.name, one.default_value);
  return settings;
}

bool SystemSpec::Serves(absl::string_view method) const {
  for (const MethodSpec& one : methods) {
    if (one.name == method) return true;
  }
  return false;
}

}  // namespace sim
