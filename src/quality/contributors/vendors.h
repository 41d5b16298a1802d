// Halls (vendors) beside one another: whose people are better on the same work.
//
// Only items that both halls judged count, each once, whatever its number of judgments: the
// difference of the halls' shares right, averaged over the items. People and items are both drawn
// from more of their kind, so the variance is clustered both ways (Cameron, Gelbach and Miller
// 2011), plus the doubt about the truth; the test is against a t distribution with as many degrees
// of freedom as the smaller hall has people less one. A sign test over items stands beside it: it
// assumes less, and speaks of these people only.
//
// Where the truth is consensus, the hall with more judgments on an item has more say in it: with
// `gold_only` only items whose gold is known count, and that is what a decision should rest on.
//
// Concurrency: pure. Limits: none of its own.
#pragma once

#include <span>
#include <vector>

#include "quality/contributors/scorecard.h"

namespace guildhall::quality {

struct HallScore {
  Interval skill;     // mean of its people's skill, each person once
  Interval accuracy;  // the same, each judgment once
  Index people = 0;   // who judged
  std::uint64_t judged = 0;
  double best = 0;  // expected share of its people among the best
};

// One for each of `halls`. `hall`: workers. Refused (quality-input): wrong length, out of range.
Result<std::vector<HallScore>> score_halls(const Judgments& judgments, const Scorecard& card,
                                           std::span<const Index> hall, Index halls, double level);

struct HallComparison {
  Index items = 0;        // that both judged
  Index left_people = 0;  // on those
  Index right_people = 0;
  Interval difference;    // left less right, share right
  double error = 0;       // standard
  double p = 1;           // two-sided, of no difference
  Index left_better = 0;  // items
  Index right_better = 0;
  double sign_p = 1;  // two-sided exact sign test over items
};

// Fewer than two people in a hall on the shared items: the difference is given, error is NaN-free
// (0) and p is 1. No shared item: all zero.
Result<HallComparison> compare_halls(const Judgments& judgments, const Scorecard& card, Gold gold,
                                     std::span<const Index> hall, Index left, Index right,
                                     double level, bool gold_only = false);

}  // namespace guildhall::quality
