#include "quality/pairwise/next_pair.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "quality/pairwise/strengths.h"

namespace guildhall::quality {
namespace {

double information(const Ranking& ranking, Index a, Index b) {
  return odds_at(ranking.score[a] - ranking.score[b], ranking.davidson, ranking.log_nu).spread();
}

std::vector<NextPair> chosen_exactly(const Ranking& ranking, std::vector<double> covariance,
                                     std::size_t count) {
  std::size_t size = ranking.score.size();
  std::vector<double> known(size * size);  // of an answer about each pair
  for (Index a = 0; a < size; ++a) {
    for (Index b = a + 1; b < size; ++b) known[a * size + b] = information(ranking, a, b);
  }
  std::vector<NextPair> chosen;
  std::vector<double> moved(size);
  while (chosen.size() < count) {
    NextPair best{0, 0, 0};
    double most = 0;
    for (Index a = 0; a < size; ++a) {
      for (Index b = a + 1; b < size; ++b) {
        double variance =
            covariance[a * size + a] + covariance[b * size + b] - 2 * covariance[a * size + b];
        double worth = known[a * size + b] * variance;
        if (worth > most) {
          most = worth;
          best = {a, b, 0};
        }
      }
    }
    if (most <= 0) break;
    best.gain = 0.5 * std::log1p(most);
    chosen.push_back(best);
    // What the answer leaves of the covariance, whatever it is.
    for (std::size_t i = 0; i < size; ++i) {
      moved[i] = covariance[best.first * size + i] - covariance[best.second * size + i];
    }
    double keep = known[best.first * size + best.second] / (1 + most);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        covariance[i * size + j] -= keep * moved[i] * moved[j];
      }
    }
  }
  return chosen;
}

std::vector<NextPair> chosen_near(const Ranking& ranking, const RankingSpread& spread,
                                  std::size_t count) {
  std::vector<Index> order(ranking.score.size());
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::sort(order, [&](Index a, Index b) {
    return ranking.score[a] != ranking.score[b] ? ranking.score[a] < ranking.score[b] : a < b;
  });
  std::vector<NextPair> all;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < std::min<std::size_t>(order.size(), i + 1 + kNextPairReach);
         ++j) {
      auto [a, b] = std::minmax(order[i], order[j]);
      double variance = spread.model[a] * spread.model[a] + spread.model[b] * spread.model[b];
      all.push_back({a, b, 0.5 * std::log1p(information(ranking, a, b) * variance)});
    }
  }
  std::ranges::sort(all, [](const NextPair& a, const NextPair& b) {
    if (a.gain != b.gain) return a.gain > b.gain;
    return a.first != b.first ? a.first < b.first : a.second < b.second;
  });
  std::vector<std::uint8_t> taken(ranking.score.size());
  std::vector<NextPair> chosen;
  for (const auto& pair : all) {
    if (chosen.size() == count) break;
    if (taken[pair.first] != 0 || taken[pair.second] != 0) continue;
    taken[pair.first] = taken[pair.second] = 1;
    chosen.push_back(pair);
  }
  return chosen;
}

}  // namespace

Result<std::vector<NextPair>> next_pairs(const Ranking& ranking, const RankingSpread& spread,
                                         std::size_t count) {
  auto size = ranking.score.size();
  bool exact = size <= kExactSpreadItems;
  if (spread.model.size() != size || (exact && spread.covariance.size() != size * size)) {
    return fail(Fault::invalid, "quality-input", "The errors are not those of this ranking.");
  }
  count = std::min(count, kMaxNextPairs);
  return exact ? chosen_exactly(ranking, spread.covariance, count)
               : chosen_near(ranking, spread, count);
}

}  // namespace guildhall::quality
