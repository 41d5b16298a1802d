// How sure a Bradley-Terry ranking is: standard errors of scores, effects and log nu, and the
// covariance that the choice of the next pair needs.
//
// Concurrency: a free function; same result on any number of threads. Memory: 24 bytes a pair of
// items up to kExactSpreadItems, beyond it 8 × kSpreadDraws an item. Limits: both.
#pragma once

#include <vector>

#include "base/result.h"
#include "quality/pairwise/bradley_terry.h"

namespace guildhall::quality {

inline constexpr Index kExactSpreadItems = 512;
inline constexpr std::size_t kSpreadDraws = 128;  // a standard error from them is right to 6 %

struct SpreadOptions {
  // Comparisons of one worker lean on each other: errors by worker, not by comparison.
  bool by_worker = false;
  bool covariates = true;  // as the ranking was fitted
  std::uint64_t seed = 1;  // of the draws beyond kExactSpreadItems
};

struct RankingSpread {
  // items; against the mean of the item's part. By what was seen (sandwich), whether or not the
  // model is right; by the model (the posterior's curvature). An item that was never compared: the
  // prior's width.
  std::vector<double> seen;
  std::vector<double> model;
  std::vector<double> effect;      // covariates, by what was seen
  double log_nu = 0;               // by what was seen
  std::vector<double> covariance;  // items × items, of the posterior; up to kExactSpreadItems
};

struct ScoreInterval {
  double low = 0;
  double high = 0;
};

// Sandwich: Huber 1967, White 1982, by worker Liang and Zeger 1986. Beyond kExactSpreadItems the
// same variance is taken from draws (each comparison's part in the slope times a normal number).
// Refused (quality-input): a ranking of other items, by worker where none is named or only one.
Result<RankingSpread> spread_of(const Comparisons& data, const Ranking& ranking,
                                const SpreadOptions& options = {});

// score ± z × the larger of the two errors: where an item was seldom compared, what was seen seems
// surer than it is.
ScoreInterval score_interval(const Ranking& ranking, const RankingSpread& spread, Index item,
                             double z = 1.959964);

}  // namespace guildhall::quality
