// Adaptive overlap: which items need one more judgment, and of whom. An item is done when the
// expected loss is worth less than the next judgment costs; else the source (a person or a judge)
// with the best expected gain per cost is asked.
//
// Sources: Sheng, Provost and Ipeirotis, Get another label? (KDD 2008); Hu and Frazier, Bayes
// optimal effort allocation in crowdsourcing (arXiv 1512.09204); gain.h for the look ahead.
//
// Concurrency: pure; verdicts() on threads() cores with the same result. Limits: kOverlapAhead.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "quality/overlap/belief.h"
#include "quality/overlap/gain.h"

namespace guildhall::quality {

struct OverlapRules {
  int floor = 3;       // judgments that every item gets
  int warm_floor = 1;  // instead, once gold_warm judgments of gold have warmed the prior
  std::size_t gold_warm = 50;
  int ceiling = 10;    // that none goes above; never below the floor in force
  double worth = 100;  // what a wrong label costs, in the unit of the sources' prices
};

// The floor in force.
int floor_of(const OverlapRules& rules, const Belief& belief);

struct Source {
  double price = 1;                     // of a judgment; above 0
  double skill = 0.5;                   // P(right), where there are no rows
  std::span<const float> confusion;     // classes × classes, or empty
  std::uint32_t capacity = 0xFFFFFFFF;  // judgments that it can still give
};

// A known worker as a source; the belief must outlive it.
Source source_of(const Belief& belief, Label classes, Index worker, double price = 1);

enum class Need : std::uint8_t {
  floor,     // has fewer judgments than every item gets
  pays,      // one more is worth more than it costs
  certain,   // one more is not worth what it costs
  hopeless,  // nobody there could change the label, though it is uncertain
  ceiling,   // has as many as an item may have
  known,     // its truth is known
};

struct Verdict {
  Need need = Need::known;
  double loss = 0;  // expected, now
  double gain = 0;  // of one more judgment by the source, per price
};

// Whether one item needs one more of `source`, given its judgments so far. `worth`: 1, or how many
// times worse than usual a wrong label is on this item.
Verdict verdict_of(const OverlapRules& rules, int floor, std::span<const double> posterior,
                   std::size_t judgments, const Source& source, double worth = 1);

// For each item, of whoever comes next: `source` as the pool of people is on average
// (average_source). Items with gold are known.
std::vector<Verdict> verdicts(const OverlapRules& rules, const Judgments& judgments, Gold gold,
                              const Belief& belief, const Source& source);

// The pool as it judged so far: skills and rows weighted by the number of judgments; the prior's
// where there is none. `rows` keeps the mean rows that the source shows and must outlive it.
Source average_source(const Belief& belief, const Judgments& judgments, std::vector<float>& rows,
                      double price = 1);

struct Ask {
  Index item = 0;
  std::uint32_t source = 0;
  Need need = Need::floor;
  double gain = 0;  // expected loss saved, per price
};

// May this source judge this item: it has not yet, and no wall stands between.
using MayJudge = std::function<bool(Index item, std::uint32_t source)>;

// At most one judgment for each item that needs one, of the source with the best gain per price
// that may and still can; those below the floor first (to the cheapest gain they can get, even
// none), then by gain per price, equal ones by item. Ends when `budget` (sum of prices) is spent.
// Costs items × sources: put people of like skill together where there are many.
// Refused (quality-input): a price that is not positive, a skill outside [0, 1], rows of another
// size, worth or budget that is not a number from 0.
Result<std::vector<Ask>> next_asks(const OverlapRules& rules, const Judgments& judgments, Gold gold,
                                   const Belief& belief, std::span<const Source> sources,
                                   const MayJudge& may, double budget);

}  // namespace guildhall::quality
