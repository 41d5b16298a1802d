// A made crowd for the quality benches: one-coin people with Pareto activity, 10 % of them guess.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "quality/judgments.h"
#include "quality/seeded.h"

namespace guildhall::bench {

struct Crowd {
  quality::Columns columns;
  std::vector<quality::Label> truth;
};

// `each` distinct people an item, drawn by their activity (Pareto, shape 1.2); nine in ten are
// right with a probability of 0.4 to 0.9, one in ten guesses.
inline Crowd made_crowd(quality::Index items, quality::Index workers, quality::Label classes,
                        int each, std::uint64_t seed) {
  quality::Seeded draw(seed);
  std::vector<double> activity(workers);
  std::vector<double> coin(workers);
  double sum = 0;
  for (quality::Index w = 0; w < workers; ++w) {
    activity[w] = sum += std::pow(1 - draw.uniform(), -1 / 1.2);
    coin[w] = draw.uniform() < 0.1 ? 1.0 / classes : 0.4 + 0.5 * draw.uniform();
  }
  Crowd crowd;
  auto judgments = static_cast<std::size_t>(items) * static_cast<std::size_t>(each);
  crowd.columns.item.reserve(judgments);
  crowd.columns.worker.reserve(judgments);
  crowd.columns.label.reserve(judgments);
  std::vector<quality::Index> chosen;
  for (quality::Index item = 0; item < items; ++item) {
    auto truth = static_cast<quality::Label>(draw.below(classes));
    crowd.truth.push_back(truth);
    chosen.clear();
    while (static_cast<int>(chosen.size()) < each) {
      auto at = std::ranges::upper_bound(activity, draw.uniform() * sum) - activity.begin();
      auto worker = static_cast<quality::Index>(std::min<std::ptrdiff_t>(at, workers - 1));
      if (std::ranges::find(chosen, worker) == chosen.end()) chosen.push_back(worker);
    }
    for (auto worker : chosen) {
      auto label = truth;
      if (draw.uniform() >= coin[worker]) {
        label = static_cast<quality::Label>((truth + 1 + draw.below(classes - 1U)) % classes);
      }
      crowd.columns.item.push_back(item);
      crowd.columns.worker.push_back(worker);
      crowd.columns.label.push_back(label);
    }
  }
  return crowd;
}

}  // namespace guildhall::bench
