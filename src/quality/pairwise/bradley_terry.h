// Bradley-Terry rankings: P(a beats b) = 1 / (1 + exp(score(b) - score(a))), with Davidson's ties
// and with covariates (length, style, the side), fitted by Newton's method.
//
// Perfect separation (an item that never lost) does not run away: each score has a normal prior
// around 0, whose width is learned from all of them together (empirical Bayes, MacKay 1992) and is
// never above kScorePriorSd: it matters where an item was seldom compared. In a graph
// of several parts each part is ranked by itself, its mean is 0, and the parts are reported.
//
// Concurrency: free functions; same result on any number of threads. Limits: kMaxNewtonSteps.
#pragma once

#include <vector>

#include "base/result.h"
#include "quality/pairwise/comparisons.h"
#include "quality/pairwise/strengths.h"

namespace guildhall::quality {

enum class Ties : std::uint8_t {
  automatic,  // Davidson where there are ties, or half
  half,       // half a win of each
  davidson,
};

inline constexpr double kLearnedPrior = -1;

struct BradleyTerryOptions {
  Ties ties = Ties::automatic;
  // Of each score's prior; 0: none, negative: learned. Without one, comparisons in which some group
  // of items never lost to the others of its part have no answer and are refused.
  double prior_sd = kLearnedPrior;
  bool covariates = true;  // where there are some, they are fitted
};

struct Ranking {
  std::vector<double> score;   // items; log odds against the mean of the item's part
  std::vector<double> effect;  // covariates; log odds for one unit more on the left
  double log_nu = 0;           // Davidson's: two equal items tie with odds nu : 2
  bool davidson = false;
  bool separated = false;  // without the prior some score would be infinite
  double prior_sd = 0;     // of the scores; learned or given, 0: none
  double objective = 0;    // log likelihood and log prior, nats
  int steps = 0;
  bool converged = true;  // false: the limit of steps ended it
};

// Bradley and Terry 1952; ties: Davidson 1970. Refused (quality-input): a prior that is no finite
// number, separation without a prior.
Result<Ranking> bradley_terry(const Comparisons& data, const BradleyTerryOptions& options = {});

// Does some group of items never lose (nor tie) against the rest of its part? (Ford 1957)
bool is_separated(const Comparisons& data);

// P(left wins), P(right wins), P(tie) of two items of equal covariates by a ranking.
struct Forecast {
  double left = 0;
  double right = 0;
  double tie = 0;
};
Forecast forecast(const Ranking& ranking, Index left, Index right);

// Strengths as shares of 1: exp(score), normalised over all items.
std::vector<double> strength_shares(const std::vector<double>& score);

}  // namespace guildhall::quality
