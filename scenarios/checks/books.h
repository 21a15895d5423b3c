// The books of a world that has ended.

#ifndef SCENARIOS_CHECKS_BOOKS_H_
#define SCENARIOS_CHECKS_BOOKS_H_

#include <memory>

#include "scenarios/check.h"
#include "scenarios/checks/mirror.h"
#include "sim/world/world.h"

namespace scenarios {

// After world.Run(). Valid until `mirror` is opened again, and as long as both.
// `stop` ends queries; may be null.
std::unique_ptr<Books> OpenBooks(Mirror& mirror, sim::World& world, Mirror::Stop stop);

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_BOOKS_H_
