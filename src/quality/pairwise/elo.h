// Elo ratings (Elo 1978): a view of a stream of comparisons that moves with each of them. It
// depends on their order and forgets; for a ranking of all that was seen use Bradley-Terry.
//
// Concurrency: one thread. Memory: 8 bytes an item.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "quality/pairwise/comparisons.h"

namespace guildhall::quality {

struct EloOptions {
  double start = 1000;
  double scale = 400;  // rating points for odds of 10 : 1
  double step = 4;     // points at stake in a comparison; chess uses 10 to 40, model arenas 4
};

class Elo {
 public:
  explicit Elo(Index items = 0, EloOptions options = {})
      : options_(options), rating_(items, options.start) {}

  // Items that were not known yet begin at the start. One with itself changes nothing. `weight` is
  // a number from 0 up; more than one comparison's worth counts as that many at once.
  void add(Index left, Index right, Outcome outcome, double weight = 1) {
    if (std::max(left, right) >= rating_.size()) {
      rating_.resize(static_cast<std::size_t>(std::max(left, right)) + 1, options_.start);
    }
    if (left == right) return;
    double gap = (rating_[right] - rating_[left]) / options_.scale;
    double expected = 1 / (1 + std::pow(10.0, gap));
    double got = outcome == Outcome::left ? 1 : outcome == Outcome::right ? 0 : 0.5;
    double moved = options_.step * weight * (got - expected);
    rating_[left] += moved;
    rating_[right] -= moved;
  }

  const std::vector<double>& ratings() const { return rating_; }

 private:
  EloOptions options_;
  std::vector<double> rating_;
};

}  // namespace guildhall::quality
