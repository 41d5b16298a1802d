// Simple rankings of compared items, for those who know them by name: counting, average win rate,
// eigenvector, PageRank and Newman's. A tie is half a win of each where nothing else is said.
//
// They differ in what they forgive: counting rewards whoever is asked about often; the average win
// rate does not, but takes strong and weak opponents alike; eigenvector and PageRank weigh wins by
// who was beaten but still grow with the number of comparisons; Newman's is Bradley-Terry.
//
// Concurrency: free functions; same result on any number of threads. Limits: kMaxScoreSweeps.
#pragma once

#include <vector>

#include "quality/pairwise/comparisons.h"

namespace guildhall::quality {

inline constexpr int kMaxScoreSweeps = 10'000;
inline constexpr double kPageRankDamping = 0.85;

struct Scores {
  std::vector<double> score;  // items
  int sweeps = 0;
  bool converged = true;  // false: the limit of sweeps ended it
};

// Wins, and half the ties. An item without a comparison: 0.
Scores counting(const Comparisons& data);

// The mean over an item's opponents of its share of the wins against each. Without a comparison: 0.
Scores average_win_rate(const Comparisons& data);

enum class EigenOf : std::uint8_t {
  losses,  // high is bad: evalica's "eigen"
  wins,    // high is good: Keener's
};

// The principal eigenvector, length 1, of the matrix of losses or wins: how much an item lost (or
// won), and against whom (Keener 1993). Without comparisons all are equal.
Scores eigenvector(const Comparisons& data, EigenOf of = EigenOf::losses);

// Share of a walk that goes from an item to one that beat it, in proportion to the losses, from an
// unbeaten one anywhere, and now and then anywhere too (Page et al. 1999). High is good; sums to 1.
Scores pagerank(const Comparisons& data);

struct NewmanScores : Scores {
  double tie = 0;          // v: two equal items tie with odds v : 1
  bool separated = false;  // one virtual win and loss of each item were added
};

// Strengths with ties by Newman's iteration (Newman 2023), from equal strengths; their scale is the
// one that the iteration keeps. Where separation would drive some to infinity, and only there, each
// item has one win and one loss against an opponent of strength 1 (that paper's prior).
NewmanScores newman(const Comparisons& data);

}  // namespace guildhall::quality
