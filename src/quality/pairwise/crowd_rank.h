// Bradley-Terry with a model of each worker: some follow the items' strengths, some the side that
// an item stands on, some have the question upside down, and most a little of each.
//
// A comparison by worker w follows the strengths (Bradley-Terry, or Davidson with ties) with
// probability follow[w], their reverse with reverse[w], and else does not look at the items but
// takes left, right or tie with the worker's own shares. EM: which of the three it was has a closed
// form, so have the workers' numbers; the scores move by one of Newton's steps. After Chen et al.
// 2013 (workers who reverse) and Volkovs and Zemel 2012, Bugakova et al. 2019 (side bias).
//
// A worker's shares are drawn to the population's, which is learned: priors worth
// kReliabilityWeight and kSideWeight comparisons.
//
// Concurrency: a free function; same result on any number of threads. Limits: kMaxCrowdSweeps.
#pragma once

#include <vector>

#include "base/result.h"
#include "quality/pairwise/bradley_terry.h"

namespace guildhall::quality {

inline constexpr int kMaxCrowdSweeps = 500;
inline constexpr double kReliabilityWeight = 20;
inline constexpr double kSideWeight = 8;

enum class Sides : std::uint8_t {
  automatic,  // told, unless left never lost or right never lost: then the columns are winner,
              // loser
  told,
  unknown,  // whoever does not look at the items takes each side half the time
};

struct CrowdOptions {
  Sides sides = Sides::automatic;
  // automatic: half. A tie is half a win of each and says nothing of who said it; with Davidson's
  // model ties teach habits too, but "I cannot tell" and "I do not look" are alike to it.
  Ties ties = Ties::automatic;
  double prior_sd = kLearnedPrior;
  bool reverse = true;  // workers may have the question upside down
};

struct WorkerHabit {
  double follow = 0;  // shares of the three ways to answer; they sum to 1
  double reverse = 0;
  double guess = 0;
  double left = 0.5;  // of a guess: shares of the outcomes, sum 1
  double right = 0.5;
  double tie = 0;
};

struct CrowdRanking {
  Ranking ranking;                  // its objective is the whole model's, its steps are sweeps
  std::vector<WorkerHabit> worker;  // one without comparisons has the population's habit
  WorkerHabit population;
  bool sides_told = true;
};

// Refused (quality-input): no worker named, a prior's width of 0 or that is no number.
Result<CrowdRanking> crowd_rank(const Comparisons& data, const CrowdOptions& options = {});

}  // namespace guildhall::quality
