// What adaptive overlap would have done on judgments that are there already: each item's are drawn
// in an order that a seed decides, one more only where it pays. Says what a project would save, and
// measures the policy on real sets.
//
// Concurrency: pure; on threads() cores with the same result. Limits: kOverlapRounds.
#pragma once

#include <cstdint>
#include <vector>

#include "quality/overlap/next.h"

namespace guildhall::quality {

struct ReplayOptions {
  OverlapRules rules;
  double budget = 0;    // judgments an item on average at most, never below the floor; 0: no such
  bool choose = false;  // the best source among those whose judgment of the item is there; else
                        // whoever comes next in the order
  double step = 0.1;    // share of the items that are asked for before belief is renewed
  std::uint64_t seed = 1;
};

struct Replay {
  std::vector<Label> labels;          // of each item; the known one where gold is
  std::vector<std::uint32_t> judged;  // judgments drawn, of each item
  std::size_t judgments = 0;          // their sum
  Belief belief;                      // at the end
  int rounds = 0;
  bool finished = true;  // false: kOverlapRounds ended it
};

// Gold items are not asked for: their judgments up to the floor are drawn, and warm the prior.
// Refused (quality-input): as believe(), and a step outside (0, 1].
Result<Replay> replay(const Judgments& judgments, Gold gold, const ReplayOptions& options);

}  // namespace guildhall::quality
