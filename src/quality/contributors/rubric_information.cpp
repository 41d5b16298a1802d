#include "quality/contributors/rubric_information.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/limits.h"
#include "quality/pairwise/pair_system.h"

namespace guildhall::quality {
namespace {

constexpr int kRubricNodes = 15;      // of a subject's posterior
constexpr double kNodeReach = 4;      // deviations to either side
constexpr double kMostFacetStep = 1;  // logits a round

class RubricRound {
 public:
  RubricRound(const RubricScores& scores, double step_spread, RubricFit& fit)
      : scores_(scores), fit_(fit), order_(scores.score.size()) {
    for (auto& one : fit.severity) facets_.push_back(&one);
    for (auto& steps : fit.steps) {
      step_start_.push_back(facets_.size());
      for (auto& one : steps) facets_.push_back(&one);
    }
    size_ = facets_.size();
    dense_ = size_ <= kMaxRubricFacets;
    matrix_.assign(dense_ ? size_ * size_ : size_, 0);
    border_.assign(size_, 0);
    slope_.assign(size_, 0);
    for (std::size_t i = 0; i < size_; ++i) {
      double spread = i < fit.severity.size() ? fit.severity_spread : step_spread;
      add(i, i, 1 / (spread * spread));
      slope_[i] -= facets_[i]->value / (spread * spread);
    }
    std::iota(order_.begin(), order_.end(), 0);
    std::ranges::sort(order_, [&](auto a, auto b) {
      return std::pair(scores_.subject[a], a) < std::pair(scores_.subject[b], b);
    });
  }

  double run() {
    double moved = 0;
    auto before = fit_.ability;
    for (auto& one : fit_.ability) one = {0, fit_.ability_spread};
    for_each_subject([&](Index subject, std::span<const std::size_t> own) {
      auto& ability = fit_.ability[subject];
      ability = integrated(before[subject], own);
      moved = std::max(moved, std::abs(ability.value - before[subject].value));
      double variance = ability.error * ability.error;
      for (auto a : touched_) {
        for (auto b : touched_) add(a, b, -border_[a] * border_[b] * variance);
      }
    });
    invert();
    widen_abilities();
    return std::max(moved, move_facets());
  }

 private:
  void add(std::size_t a, std::size_t b, double value) {
    if (dense_) {
      matrix_[a * size_ + b] += value;
    } else if (a == b) {
      matrix_[a] += value;
    }
  }
  double at(std::size_t a, std::size_t b) const {
    return dense_ ? matrix_[a * size_ + b] : a == b ? matrix_[a] : 0;
  }
  void touch(std::size_t facet, double value) {
    if (border_[facet] == 0) touched_.push_back(facet);
    border_[facet] += value == 0 ? 1e-300 : value;
  }
  std::span<const Estimate> steps_of(std::size_t i) const {
    return fit_.steps[scores_.criterion[i]];
  }
  void chances(std::size_t i, double ability) {
    chances_at(ability - fit_.severity[scores_.rater[i]].value, steps_of(i), chances_);
  }

  // Calls each(subject, its scores), with an empty border.
  template <class Each>
  void for_each_subject(Each each) {
    for (std::size_t from = 0; from < order_.size();) {
      auto subject = scores_.subject[order_[from]];
      std::size_t to = from;
      while (to < order_.size() && scores_.subject[order_[to]] == subject) ++to;
      each(subject, std::span<const std::size_t>(order_).subspan(from, to - from));
      for (auto facet : touched_) border_[facet] = 0;
      touched_.clear();
      from = to;
    }
  }

  // Mean and deviation of a subject's posterior, on a grid around where it was; what its scores
  // say of raters and steps is added up under it.
  Estimate integrated(const Estimate& before, std::span<const std::size_t> own) {
    std::array<double, kRubricNodes> place;
    std::array<double, kRubricNodes> weight;
    const double precision = 1 / (fit_.ability_spread * fit_.ability_spread);
    const double reach = before.error > 0 ? before.error : fit_.ability_spread;
    for (int q = 0; q < kRubricNodes; ++q) {
      place[q] = before.value + reach * kNodeReach * (2.0 * q / (kRubricNodes - 1) - 1);
      weight[q] = -0.5 * precision * place[q] * place[q];
      for (auto i : own) {
        chances(i, place[q]);
        weight[q] += chances_.log[scores_.score[i]] - chances_.log_sum;
      }
    }
    double most = *std::ranges::max_element(weight);
    double sum = 0;
    Estimate out;
    for (int q = 0; q < kRubricNodes; ++q) sum += weight[q] = std::exp(weight[q] - most);
    for (int q = 0; q < kRubricNodes; ++q) out.value += (weight[q] /= sum) * place[q];
    double variance = 0;
    double information = precision;
    for (int q = 0; q < kRubricNodes; ++q) {
      variance += weight[q] * (place[q] - out.value) * (place[q] - out.value);
      if (weight[q] < 1e-9) continue;
      for (auto i : own) information += add_score(i, place[q], weight[q]);
    }
    // Between two nodes it looks like nothing; and what the scores cannot have told is not known.
    out.error = std::sqrt(std::clamp(variance, 0.05 * reach * reach, 1 / information));
    return out;
  }

  // The information of one score is the covariance of (score, -score, -[score >= k] for each k):
  // for its ability, its rater's severity and the steps of its criterion.
  double add_score(std::size_t i, double ability, double weight) {
    chances(i, ability);
    auto& p = chances_.at_least;
    auto rater = scores_.rater[i];
    auto start = step_start_[scores_.criterion[i]];
    auto levels = steps_of(i).size();
    slope_[rater] -= weight * (scores_.score[i] - chances_.mean);
    add(rater, rater, weight * chances_.variance);
    touch(rater, -weight * chances_.variance);
    double above = 0;  // sum of P(score >= l), l > k
    for (std::size_t k = levels; k >= 1; --k) {
      double with = static_cast<double>(k) * p[k] + above - chances_.mean * p[k];
      above += p[k];
      auto step = start + k - 1;
      slope_[step] += weight * (p[k] - (scores_.score[i] >= k ? 1 : 0));
      touch(step, -weight * with);
      add(rater, step, weight * with);
      add(step, rater, weight * with);
      for (std::size_t l = 1; l <= levels; ++l) {
        add(step, start + l - 1, weight * (p[std::max(k, l)] - p[k] * p[l]));
      }
    }
    return weight * chances_.variance;
  }

  void invert() {
    if (dense_) {
      cholesky(matrix_, size_);
      matrix_ = cholesky_inverse(matrix_, size_);
    } else {
      for (auto& one : matrix_) one = 1 / std::max(one, 1e-12);
    }
  }

  // By the doubt about severities and steps; at the mean, which is near enough for that.
  void widen_abilities() {
    for_each_subject([&](Index subject, std::span<const std::size_t> own) {
      auto& ability = fit_.ability[subject];
      for (auto i : own) touch_at(i, ability.value);
      double more = 0;
      for (auto a : touched_) {
        for (auto b : touched_) more += border_[a] * border_[b] * at(a, b);
      }
      double variance = ability.error * ability.error;
      ability.error = std::sqrt(variance + std::max(more, 0.0) * variance * variance);
    });
  }

  void touch_at(std::size_t i, double ability) {
    chances(i, ability);
    touch(scores_.rater[i], -chances_.variance);
    double above = 0;
    for (std::size_t k = steps_of(i).size(); k >= 1; --k) {
      double p = chances_.at_least[k];
      touch(step_start_[scores_.criterion[i]] + k - 1,
            -(static_cast<double>(k) * p + above - chances_.mean * p));
      above += p;
    }
  }

  double move_facets() {
    double moved = 0;
    // Without their correlations a severity and a step both go all the way to what either should.
    const double length = dense_ ? 1 : 0.25;
    for (std::size_t i = 0; i < size_; ++i) {
      double step = 0;
      if (dense_) {
        for (std::size_t j = 0; j < size_; ++j) step += matrix_[i * size_ + j] * slope_[j];
      } else {
        step = matrix_[i] * slope_[i];
      }
      step = length * std::clamp(step, -kMostFacetStep, kMostFacetStep);
      facets_[i]->value += step;
      facets_[i]->error = std::sqrt(std::max(at(i, i), 0.0));
      moved = std::max(moved, std::abs(step));
    }
    return moved;
  }

  const RubricScores& scores_;
  RubricFit& fit_;
  std::vector<std::size_t> order_;  // scores by subject
  std::vector<Estimate*> facets_;   // raters, then steps
  std::size_t size_ = 0;
  bool dense_ = true;
  std::vector<std::size_t> step_start_;  // criteria: of their steps among the facets
  std::vector<double> slope_;
  std::vector<double> matrix_;  // later its inverse
  std::vector<double> border_;  // of the subject at hand
  std::vector<std::size_t> touched_;
  ScoreChances chances_;
};

}  // namespace

void chances_at(double place, std::span<const Estimate> steps, ScoreChances& out) {
  out.log[0] = 0;
  double most = 0;
  for (std::size_t k = 1; k <= steps.size(); ++k) {
    out.log[k] = out.log[k - 1] + place - steps[k - 1].value;
    most = std::max(most, out.log[k]);
  }
  double sum = 0;
  double first = 0;
  double second = 0;
  for (std::size_t k = steps.size() + 1; k-- > 0;) {
    double p = std::exp(out.log[k] - most);
    sum += p;
    first += p * static_cast<double>(k);
    second += p * static_cast<double>(k * k);
    out.at_least[k] = sum;
  }
  for (std::size_t k = 0; k <= steps.size(); ++k) out.at_least[k] /= sum;
  out.log_sum = most + std::log(sum);
  out.mean = first / sum;
  out.variance = std::max(second / sum - out.mean * out.mean, 0.0);
}

double rubric_round(const RubricScores& scores, double step_spread, RubricFit& fit) {
  return RubricRound(scores, step_spread, fit).run();
}

}  // namespace guildhall::quality
