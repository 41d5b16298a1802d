// Which pair to ask about next: the one whose answer is expected to tell most about the ranking.
//
// Concurrency: a free function. Limits: kMaxNextPairs.
#pragma once

#include <vector>

#include "quality/pairwise/spread.h"

namespace guildhall::quality {

inline constexpr std::size_t kMaxNextPairs = 1'000;  // of one call
inline constexpr Index kNextPairReach = 8;           // beyond kExactSpreadItems, see next_pairs()

struct NextPair {
  Index first;
  Index second;
  double gain;  // nats that an answer is expected to tell about the scores
};

// Best first, at most `count`. The gain is 1/2 log(1 + information × variance): the information of
// an answer about the difference of the two scores (least where the answer is certain) and the
// variance of that difference (Chaloner and Verdinelli 1995, on the posterior's normal
// approximation). Each choice counts as asked before the next is made: a round of many asks the
// same pair again only where that still tells most. Beyond kExactSpreadItems a pair's errors count
// as independent, only items within kNextPairReach ranks of each other are weighed, and an item
// comes once. Refused (quality-input): a ranking or spread of other items.
Result<std::vector<NextPair>> next_pairs(const Ranking& ranking, const RankingSpread& spread,
                                         std::size_t count);

}  // namespace guildhall::quality
