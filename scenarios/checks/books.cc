#include "scenarios/checks/books.h"

#include <map>
#include <string>
#include <utility>

namespace scenarios {

std::unique_ptr<Books> OpenBooks(Mirror& mirror, sim::World& world, Mirror::Stop stop) {
  std::map<std::string, Mirror::Source> sources;
  for (const auto& [node, tables] : mirror.tables()) {
    sim::DatabaseServer* database = world.database(node);
    Mirror::Source source;
    source.connection = database == nullptr ? nullptr : database->connection();
    source.damaged = world.damaged(node);
    sources.emplace(node, source);
  }
  return mirror.Open(std::move(sources), world.simulation().now(), std::move(stop));
}

}  // namespace scenarios
