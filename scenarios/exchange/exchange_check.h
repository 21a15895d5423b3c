// What all checks of the exchange have in common: whom they watch, and how they
// enter the catalogue.
//
//   catalogue.AddCheck(ExchangeCheck<UnknownIsNotFailure>(
//       "unknown_is_not_failure", "O5", {Initiator()}, "A takes ...", "submissions ..."));

#ifndef SCENARIOS_EXCHANGE_EXCHANGE_CHECK_H_
#define SCENARIOS_EXCHANGE_EXCHANGE_CHECK_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/check.h"

namespace scenarios {

inline constexpr char kInitiator[] = "initiator";
inline constexpr char kProvider[] = "provider";

inline sim::RoleSpec Initiator() { return {kInitiator, "exchange.Initiator", {}}; }
inline sim::RoleSpec Provider() { return {kProvider, "exchange.Provider", {}}; }

// The parameters are those of CheckSpec; `roles` are the nodes whose facts C reads.
template <typename C>
CheckSpec ExchangeCheck(std::string name, std::string catalogue, std::vector<sim::RoleSpec> roles,
                        std::string claim, std::string counts) {
  return {
      std::move(name),  std::move(catalogue),
      std::move(claim), std::move(counts),
      std::move(roles), [](const CheckContext& context) { return std::make_unique<C>(context); }};
}

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_EXCHANGE_CHECK_H_
