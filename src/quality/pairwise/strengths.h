// The strengths that make what was seen most likely: the likelihood of Bradley-Terry and of
// Davidson's ties, with or without covariates, and Newton's way to its top. The methods of
// bradley_terry.h and crowd_rank.h are built on it.
//
// With d = score(first) - score(second) + covariates' effect, the three outcomes have the log odds
// d/2, -d/2 and (Davidson 1970) log nu: a concave function of scores, effects and log nu. Without
// Davidson a tie is half a win of each.
//
// Concurrency: free functions; they use the engine's threads, same result on any number of them.
// Limits: kMaxNewtonSteps.
#pragma once

#include <span>
#include <vector>

#include "quality/pairwise/comparisons.h"
#include "quality/pairwise/pair_system.h"

namespace guildhall::quality {

inline constexpr int kMaxNewtonSteps = 60;
inline constexpr int kMaxPriorRounds = 30;
inline constexpr double kScorePriorSd = 3;     // log odds; one score in three is beyond 95 : 5
inline constexpr double kLeastPriorSd = 0.05;  // an even match: nothing in practice is narrower
// Beside each item's prior: effects (of one standard unit of their covariate) and log nu are normal
// around 0 with this standard deviation.
inline constexpr double kBorderPriorSd = 3;

struct StrengthProblem {
  std::span<const Tally> tallies;  // a pair; where there are covariates the single turns count
  bool davidson = false;
  bool covariates = false;
  std::vector<double> scale;  // a covariate; what it is divided by
  double precision = 0;       // of the prior of each score, 1 / sd²
  int max_steps = kMaxNewtonSteps;

  std::size_t border() const { return (davidson ? 1 : 0) + scale.size(); }
};

struct Strengths {
  std::vector<double> score;   // items
  std::vector<double> border;  // log nu (where there is one), then the effects
  double objective = 0;        // log likelihood and log prior (without its constant), nats
  int steps = 0;
  bool converged = false;
};

// The first two derivatives at a point: by pair for d, and for the border with itself and with d.
struct Curvature {
  double objective = 0;
  std::vector<double> slope;         // pairs
  std::vector<double> bend;          // pairs; minus the second derivative, >= 0
  std::vector<double> cross;         // pairs × border
  std::vector<double> border_slope;  // border
  std::vector<double> border_bend;   // border × border
};

// Of one outcome or tally at d: chances, derivatives with respect to d and log nu.
struct OutcomeOdds {
  double first = 0;
  double second = 0;
  double tie = 0;
  // The sum of the three exponentials is exp(top) × sum.
  double top = 0;
  double sum = 1;  // 1 to 3

  double mean() const { return (first - second) / 2; }
  double spread() const { return (first + second) / 4 - (first - second) * (first - second) / 4; }
};

OutcomeOdds odds_at(double d, bool davidson, double log_nu);

Curvature curvature_at(const Comparisons& data, const StrengthProblem& problem,
                       const Strengths& at);
// The same into memory that is there already.
void find_curvature(const Comparisons& data, const StrengthProblem& problem, const Strengths& at,
                    Curvature& out);

// The whole system of a curvature, scores and border together: the border's own small one first
// (Schur's complement), then the scores. `data` and `bent` are kept by reference.
class BorderedSystem {
 public:
  BorderedSystem(const Comparisons& data, const StrengthProblem& problem, const Curvature& bent,
                 double tolerance);
  // Right side by item and (in place) by border; `alone`: on this thread only.
  std::vector<double> solve(std::span<const double> items, std::span<double> border,
                            bool alone = false) const;

 private:
  PairSystem system_;
  double tolerance_;
  std::size_t border_;
  std::vector<double> small_;
  std::vector<std::vector<double>> across_;
  std::vector<std::vector<double>> solved_;
};

// The width (sd) of the scores' prior that the data speak for, given their fit: MacKay's update
// (1992), Σ score² over the number of scores that the data determine, as if one more score of 1 had
// been seen, within [kLeastPriorSd, kScorePriorSd].
double learned_prior_sd(const Comparisons& data, const StrengthProblem& problem,
                        const Strengths& at);

// maximise() and learned_prior_sd() in turns, at most kMaxPriorRounds times; problem.precision is
// both what it begins with and what it ends with.
Strengths maximise_with_prior(const Comparisons& data, StrengthProblem& problem,
                              Strengths start = {});

// From `start` (empty: all zero) to the top; also a start of another problem's answer.
Strengths maximise(const Comparisons& data, const StrengthProblem& problem, Strengths start = {});

}  // namespace guildhall::quality
