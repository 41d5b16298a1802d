#include "quality/anomalies/habits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

constexpr double kPopularityPrior = 5;         // votes
constexpr std::size_t kConfusionClasses = 64;  // above, all classes are answered alike
constexpr int kTiltRounds = 8;
constexpr double kTiltPrior = 2;  // judgments that are as everybody's

}  // namespace

Habits::Habits(const Judgments& judgments, std::span<const float> posterior)
    : judgments_(judgments), classes_(judgments.classes()) {
  consensus_.resize(judgments.items());
  for (std::size_t item = 0; item < consensus_.size(); ++item) {
    auto row = posterior.subspan(item * classes_, classes_);
    consensus_[item] = static_cast<Label>(std::ranges::max_element(row) - row.begin());
  }
  count_votes(posterior);
  tilt_.assign(std::size_t{judgments.workers()} * (classes_ + 1), 1.0f);
  in_blocks(judgments.workers(), block_count(judgments.workers(), 32), [&](Block block) {
    for (auto worker = block.from; worker < block.to; ++worker) {
      fit_worker(static_cast<Index>(worker));
    }
  });
}

// Votes, and on top of them some that fall as the population answers items of this class: where few
// have voted, or a ring is most of those who have, these keep the expectation sober.
void Habits::count_votes(std::span<const float> posterior) {
  bool full = classes_ <= kConfusionClasses;
  std::size_t rows = full ? classes_ : 1;
  std::vector<double> confusion(rows * classes_, 0.5);
  votes_.assign(std::size_t{judgments_.items()} * classes_, 0);
  for (Index item = 0; item < judgments_.items(); ++item) {
    for (auto label : judgments_.of_item(item).label) {
      votes_[item * classes_ + label] += 1;
      for (std::size_t k = 0; k < rows; ++k) {
        double share = full ? static_cast<double>(posterior[item * classes_ + k]) : 1;
        confusion[k * classes_ + label] += share;
      }
    }
  }
  for (std::size_t k = 0; k < rows; ++k) {
    auto row = std::span(confusion).subspan(k * classes_, classes_);
    double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (auto& one : row) one /= sum;
  }
  for (std::size_t item = 0; item < judgments_.items(); ++item) {
    for (std::size_t k = 0; k < rows; ++k) {
      double share = full ? static_cast<double>(posterior[item * classes_ + k]) : 1;
      if (share <= 0) continue;
      for (std::size_t label = 0; label < classes_; ++label) {
        votes_[item * classes_ + label] +=
            static_cast<float>(kPopularityPrior * share * confusion[k * classes_ + label]);
      }
    }
  }
}

void Habits::popularity(Index item, std::span<double> out, Label without, Label without_too,
                        int left_out) const {
  auto* votes = votes_.data() + item * classes_;
  for (std::size_t k = 0; k < classes_; ++k) out[k] = static_cast<double>(votes[k]);
  out[without] -= 1;
  if (left_out == 2) out[without_too] -= 1;
  for (auto& one : out) one = std::max(one, 1e-6);
}

void Habits::tilt(Index worker, Index item, std::span<const double> popularity,
                  std::span<double> out) const {
  auto* tilt = tilt_.data() + std::size_t{worker} * (classes_ + 1);
  double sum = 0;
  for (std::size_t k = 0; k < classes_; ++k) {
    out[k] = popularity[k] * static_cast<double>(tilt[k]);
    if (k == consensus_[item]) out[k] *= static_cast<double>(tilt[classes_]);
    sum += out[k];
  }
  for (auto& one : out) one /= sum;
}

void Habits::fit_worker(Index worker) {
  auto row = judgments_.of_worker(worker);
  if (row.size() == 0) return;
  std::vector<double> popular(classes_);
  std::vector<double> chance(classes_);
  std::vector<double> seen(classes_ + 1, 0);
  std::vector<double> expected(classes_ + 1, 0);
  auto* tilt = tilt_.data() + std::size_t{worker} * (classes_ + 1);
  for (std::size_t i = 0; i < row.size(); ++i) {
    seen[row.label[i]] += 1;
    seen[classes_] += row.label[i] == consensus_[row.other[i]] ? 1 : 0;
  }
  for (int round = 0; round < kTiltRounds; ++round) {
    std::ranges::fill(expected, 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      popularity(row.other[i], popular, row.label[i], 0, 1);
      this->tilt(worker, row.other[i], popular, chance);
      for (std::size_t k = 0; k < classes_; ++k) expected[k] += chance[k];
      expected[classes_] += chance[consensus_[row.other[i]]];
    }
    double n = static_cast<double>(row.size());
    for (std::size_t k = 0; k < classes_; ++k) {
      tilt[k] *= static_cast<float>((seen[k] + kTiltPrior) / (expected[k] + kTiltPrior));
    }
    // On the odds, or few others would never be enough.
    double odds = (seen[classes_] + kTiltPrior) / (n - seen[classes_] + kTiltPrior);
    double now = (expected[classes_] + kTiltPrior) / (n - expected[classes_] + kTiltPrior);
    tilt[classes_] =
        static_cast<float>(std::clamp(static_cast<double>(tilt[classes_]) * odds / now, 1e-4, 1e4));
  }
}

double Habits::agreement(Index item, Index left, Label left_label, Index right, Label right_label,
                         double& wrong, std::span<double> scratch) const {
  auto popular = scratch.subspan(0, classes_);
  auto one = scratch.subspan(classes_, classes_);
  auto other = scratch.subspan(2 * classes_, classes_);
  popularity(item, popular, left_label, right_label, 2);
  tilt(left, item, popular, one);
  tilt(right, item, popular, other);
  double same = 0;
  for (std::size_t k = 0; k < classes_; ++k) same += one[k] * other[k];
  wrong = same - one[consensus_[item]] * other[consensus_[item]];
  return std::clamp(same, 1e-4, 1 - 1e-4);
}

}  // namespace guildhall::quality
