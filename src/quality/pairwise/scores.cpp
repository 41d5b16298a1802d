#include "quality/pairwise/scores.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "quality/pairwise/bradley_terry.h"
#include "quality/pairwise/pair_system.h"

namespace guildhall::quality {
namespace {

constexpr double kScoreTolerance = 1e-12;  // the change of the scores' vector that ends it

// What a pair is worth to one of its items: wins and half the ties; and what to the other.
struct Worth {
  double won;
  double lost;
};

Worth worth(const Comparisons& data, Index item, Neighbour beside) {
  const auto& tally = data.tallies()[beside.pair];
  double first = tally.first + tally.tie / 2;
  double second = tally.second + tally.tie / 2;
  return item < beside.item ? Worth{first, second} : Worth{second, first};
}

// One number an item, computed from its neighbours.
template <class One>
std::vector<double> each_item(const Comparisons& data, One one) {
  std::vector<double> value(data.items());
  in_item_blocks(data, true, [&](Block block) {
    for (auto item = block.from; item < block.to; ++item) {
      value[item] = one(static_cast<Index>(item));
    }
  });
  return value;
}

double length(const std::vector<double>& vector) {
  double squares = 0;
  for (double value : vector) squares += value * value;
  return std::sqrt(squares);
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(squares);
}

// Newman's sums for one item: strength times `up` over `down` is its next strength; `tied` and
// `decided` are the item's share of the next tie parameter (counted where it is a pair's first).
struct NewmanSums {
  double up = 0;
  double down = 0;
  double tied = 0;
  double decided = 0;
};

NewmanSums newman_sums(const Comparisons& data, const std::vector<double>& root, double tie,
                       Index item) {
  NewmanSums sums;
  double mine = root[item];
  for (auto beside : data.of_item(item)) {
    double theirs = root[beside.item];
    double both = mine * theirs;
    double sum = mine * mine + theirs * theirs;
    double all = sum + 2 * tie * both;
    auto [won, lost] = worth(data, item, beside);
    sums.up += won * (theirs * theirs + tie * both) / all;
    sums.down += lost * (1 + tie * theirs / mine) / all;
    if (item > beside.item) continue;
    const auto& tally = data.tallies()[beside.pair];
    sums.tied += tally.tie * sum / all;
    sums.decided += 2 * (tally.first + tally.second) * both / all;
  }
  return sums;
}

}  // namespace

Scores counting(const Comparisons& data) {
  return {each_item(data, [&](Index item) {
    double sum = 0;
    for (auto beside : data.of_item(item)) sum += worth(data, item, beside).won;
    return sum;
  })};
}

Scores average_win_rate(const Comparisons& data) {
  return {each_item(data, [&](Index item) {
    double sum = 0;
    for (auto beside : data.of_item(item)) {
      auto [won, lost] = worth(data, item, beside);
      sum += won / (won + lost);
    }
    return sum / std::max<double>(1, static_cast<double>(data.of_item(item).size()));
  })};
}

Scores eigenvector(const Comparisons& data, EigenOf of) {
  Scores scores;
  scores.score.assign(data.items(), 1 / std::sqrt(std::max<double>(1, data.items())));
  if (data.size() == 0) return scores;
  scores.converged = false;
  // A share of the last vector is mixed in: it changes no eigenvector, and a graph in which wins
  // lead to and fro between two groups no longer swings for ever.
  constexpr double kKept = 0.1;
  while (!scores.converged && scores.sweeps < kMaxScoreSweeps) {
    auto next = each_item(data, [&](Index item) {
      double sum = 0;
      for (auto beside : data.of_item(item)) {
        auto [won, lost] = worth(data, item, beside);
        sum += (of == EigenOf::losses ? lost : won) * scores.score[beside.item];
      }
      return sum;
    });
    double size = length(next);
    if (size > 0) {
      for (std::size_t i = 0; i < next.size(); ++i) next[i] += kKept * size * scores.score[i];
      size = length(next);
      for (double& value : next) value /= size;
    } else {
      next = scores.score;
    }
    ++scores.sweeps;
    scores.converged = distance(next, scores.score) < kScoreTolerance;
    scores.score = std::move(next);
  }
  return scores;
}

Scores pagerank(const Comparisons& data) {
  Scores scores;
  double count = std::max<double>(1, data.items());
  scores.score.assign(data.items(), 1 / count);
  if (data.items() == 0) return scores;
  auto losses = each_item(data, [&](Index item) {
    double sum = 0;
    for (auto beside : data.of_item(item)) sum += worth(data, item, beside).lost;
    return sum;
  });
  scores.converged = false;
  std::vector<double> share(data.items());  // what an item hands on for each loss
  while (!scores.converged && scores.sweeps < kMaxScoreSweeps) {
    double anywhere = 0;
    double sum = 0;
    for (std::size_t i = 0; i < share.size(); ++i) {
      share[i] = losses[i] > 0 ? scores.score[i] / losses[i] : 0;
      if (losses[i] <= 0) anywhere += scores.score[i];
      sum += scores.score[i];
    }
    double base = (kPageRankDamping * anywhere + (1 - kPageRankDamping) * sum) / count;
    auto next = each_item(data, [&](Index item) {
      double in = 0;
      for (auto beside : data.of_item(item))
        in += worth(data, item, beside).won * share[beside.item];
      return base + kPageRankDamping * in;
    });
    double total = 0;
    for (double value : next) total += value;
    for (double& value : next) value /= total;
    ++scores.sweeps;
    scores.converged = distance(next, scores.score) < kScoreTolerance;
    scores.score = std::move(next);
  }
  return scores;
}

NewmanScores newman(const Comparisons& data) {
  NewmanScores scores;
  scores.score.assign(data.items(), 1);
  scores.separated = is_separated(data);
  scores.converged = false;
  bool decisions = std::ranges::any_of(
      data.tallies(), [](const Tally& tally) { return tally.first + tally.second > 0; });
  if (!decisions) {  // nothing, or ties alone: all are equal
    scores.converged = true;
    return scores;
  }
  scores.tie = 0.5;
  std::vector<double> root(data.items());
  std::vector<std::array<double, 2>> ties(item_block_count(data));
  while (!scores.converged && scores.sweeps < kMaxScoreSweeps) {
    std::ranges::transform(scores.score, root.begin(), [](double one) { return std::sqrt(one); });
    std::vector<double> next = scores.score;
    in_item_blocks(data, true, [&](Block block) {
      std::array<double, 2> tie{};
      for (auto item = block.from; item < block.to; ++item) {
        auto sums = newman_sums(data, root, scores.tie, static_cast<Index>(item));
        if (scores.separated) {
          double one = 1 / (scores.score[item] + 1);
          sums.up += one;
          sums.down += one;
        }
        if (sums.down > 0) next[item] = sums.up / sums.down;
        tie[0] += sums.tied;
        tie[1] += sums.decided;
      }
      ties[block.number] = tie;
    });
    double tied = 0;
    double decided = 0;
    for (const auto& tie : ties) {
      tied += tie[0];
      decided += tie[1];
    }
    scores.tie = tied / decided;
    ++scores.sweeps;
    scores.converged = distance(next, scores.score) < kScoreTolerance * length(next);
    scores.score = std::move(next);
  }
  return scores;
}

}  // namespace guildhall::quality
