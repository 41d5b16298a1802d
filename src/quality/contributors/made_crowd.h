// For tests and benchmarks only: a crowd of known skill, and what the ranking is judged by.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "quality/judgments.h"
#include "quality/seeded.h"

namespace guildhall::quality {

struct MadeCrowd {
  Columns columns;
  std::vector<Label> truth;   // items
  std::vector<double> skill;  // workers
};

// Each item gets `overlap` different workers; skills are Beta(6, 2.5).
inline MadeCrowd made_crowd(std::uint64_t seed, Index items, Index workers, Label classes,
                            int overlap) {
  MadeCrowd crowd;
  Seeded chance(seed);
  for (Index worker = 0; worker < workers; ++worker) crowd.skill.push_back(chance.beta(6, 2.5));
  for (Index item = 0; item < items; ++item) {
    auto truth = static_cast<Label>(chance.below(classes));
    crowd.truth.push_back(truth);
    std::vector<Index> chosen;
    while (static_cast<int>(chosen.size()) < overlap) {
      auto worker = static_cast<Index>(chance.below(workers));
      if (std::ranges::find(chosen, worker) != chosen.end()) continue;
      chosen.push_back(worker);
      bool right = chance.uniform() < crowd.skill[worker];
      auto off = static_cast<Label>(1 + chance.below(std::max(classes - 1, 1)));
      crowd.columns.item.push_back(item);
      crowd.columns.worker.push_back(worker);
      crowd.columns.label.push_back(right ? truth : static_cast<Label>((truth + off) % classes));
    }
  }
  return crowd;
}

// Ties share their mean rank.
inline std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](auto a, auto b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    for (std::size_t t = i; t < j; ++t) ranks[order[t]] = static_cast<double>(i + j - 1) / 2;
    i = j;
  }
  return ranks;
}

// 0 where either side is all ties.
inline double spearman(const std::vector<double>& left, const std::vector<double>& right) {
  auto a = ranks_of(left);
  auto b = ranks_of(right);
  double middle = (static_cast<double>(a.size()) - 1) / 2;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - middle) * (b[i] - middle);
    aa += (a[i] - middle) * (a[i] - middle);
    bb += (b[i] - middle) * (b[i] - middle);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// The share of the ceil(20 %) with the highest score that are among the best 20 % (ties with the
// last of those count).
inline double top_precision(const std::vector<double>& accuracy, const std::vector<double>& score) {
  std::size_t n = accuracy.size();
  if (n == 0) return 0;
  std::size_t best = (n + 4) / 5;
  auto sorted = accuracy;
  std::ranges::sort(sorted, std::greater());
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(
      order, [&](auto a, auto b) { return score[a] != score[b] ? score[a] > score[b] : a < b; });
  double good = 0;
  for (std::size_t i = 0; i < best; ++i) good += accuracy[order[i]] >= sorted[best - 1] ? 1 : 0;
  return good / static_cast<double>(best);
}

}  // namespace guildhall::quality
