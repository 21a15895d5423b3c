// Delta debugging: of many things that break something together, few that still do.
//
// Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002. The
// result breaks it too, and no longer does without any single one of its items, unless
// the budget of the test ran out.

#ifndef SCENARIOS_SEARCH_DDMIN_H_
#define SCENARIOS_SEARCH_DDMIN_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace scenarios {

// Whether `items` still break it: then those of them that mattered, which may be fewer;
// else nothing.
template <typename Item>
using Breaks = std::function<std::optional<std::vector<Item>>(const std::vector<Item>& items)>;

// `items` break it. Order is kept.
template <typename Item>
std::vector<Item> Ddmin(std::vector<Item> items, const Breaks<Item>& breaks) {
  size_t pieces = 2;
  while (items.size() > 1) {
    pieces = std::min(pieces, items.size());
    std::optional<std::vector<Item>> fewer;
    // A piece alone; then all but one.
    for (const bool alone : {true, false}) {
      if (alone == false && pieces == 2) continue;  // The same again.
      for (size_t i = 0; i < pieces && !fewer.has_value(); ++i) {
        const size_t from = items.size() * i / pieces;
        const size_t to = items.size() * (i + 1) / pieces;
        std::vector<Item> tried;
        for (size_t n = 0; n < items.size(); ++n) {
          if ((n >= from && n < to) == alone) tried.push_back(items[n]);
        }
        fewer = breaks(tried);
        if (fewer.has_value()) pieces = alone ? 2 : std::max<size_t>(pieces - 1, 2);
      }
    }
    if (fewer.has_value()) {
      items = *std::move(fewer);
    } else if (pieces == items.size()) {
      break;
    } else {
      pieces *= 2;
    }
  }
  return items;
}

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_DDMIN_H_
