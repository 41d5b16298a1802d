#include "quality/judges/stacking.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace guildhall::quality {
namespace {

constexpr double kStackingClose = 1e-8;  // the largest change of a parameter: it has settled
constexpr int kStackingHalvings = 30;    // of a step that does not gain

class StackingFit {
 public:
  StackingFit(std::span<const double> says, std::size_t families, std::span<const double> prior,
              Gold known, double weight_sd, double offset_sd)
      : says_(says),
        families_(families),
        classes_(prior.size()),
        offsets_(classes_ <= kBeliefRowClasses ? classes_ : 0),
        at_(families_ + offsets_, 0.0),
        precision_(at_.size(), 1 / (offset_sd * offset_sd)) {
    std::fill_n(at_.begin(), families_, 1.0);
    std::fill_n(precision_.begin(), families_, 1 / (weight_sd * weight_sd));
    for (double one : prior) log_prior_.push_back(std::log(one));
    for (std::size_t item = 0; item < known.size(); ++item) {
      if (known[item] != kNoLabel) known_.push_back({item, known[item]});
    }
  }

  Stacking run(Gold known) {
    Stacking fit;
    fit.converged = known_.empty();
    fit.objective = objective(at_);
    while (!fit.converged && fit.steps < kJudgeSteps) {
      ++fit.steps;
      auto step = newton_step();
      double size = 1;
      fit.converged = true;
      for (int half = 0; half < kStackingHalvings; ++half, size /= 2) {
        auto there = at_;
        double moved = 0;
        for (std::size_t p = 0; p < at_.size(); ++p) {
          there[p] += size * step[p];
          moved = std::max(moved, std::abs(size * step[p]));
        }
        double gained = objective(there);
        if (!(gained >= fit.objective)) continue;
        at_ = std::move(there);
        fit.objective = gained;
        fit.converged = moved <= kStackingClose;
        break;
      }
    }
    fit.weight.assign(at_.begin(), at_.begin() + static_cast<std::ptrdiff_t>(families_));
    fill_posterior(known, fit.posterior);
    return fit;
  }

 private:
  struct Known {
    std::size_t item;
    Label label;
  };

  double said(std::size_t item, std::size_t family, std::size_t t) const {
    return says_[(item * families_ + family) * classes_ + t];
  }

  // Log probabilities of the item's classes under `at`, in `row`.
  void weigh(const std::vector<double>& at, std::size_t item, std::vector<double>& row) const {
    row = log_prior_;
    for (std::size_t t = 0; t < classes_; ++t) {
      if (offsets_ > 0) row[t] += at[families_ + t];
      for (std::size_t f = 0; f < families_; ++f) row[t] += at[f] * said(item, f, t);
    }
    double top = *std::ranges::max_element(row);
    double sum = 0;
    for (double one : row) sum += std::exp(one - top);
    for (double& one : row) one -= top + std::log(sum);
  }

  double objective(const std::vector<double>& at) const {
    double sum = 0;
    for (std::size_t p = 0; p < at.size(); ++p) {
      double off = at[p] - (p < families_ ? 1 : 0);
      sum -= precision_[p] * off * off / 2;
    }
    std::vector<double> row;
    for (auto [item, label] : known_) {
      weigh(at, item, row);
      sum += row[label];
    }
    return sum;
  }

  // Gradient and negative Hessian of the objective, solved: it is concave, the prior keeps it
  // positive definite.
  std::vector<double> newton_step() const {
    auto size = at_.size();
    std::vector<double> gradient(size);
    std::vector<double> curve(size * size);
    for (std::size_t p = 0; p < size; ++p) {
      gradient[p] = -precision_[p] * (at_[p] - (p < families_ ? 1 : 0));
      curve[p * size + p] = precision_[p];
    }
    std::vector<double> row;
    std::vector<double> cells(classes_ * size);  // of each class: the derivative of its score
    std::vector<double> mean(size);
    for (auto [item, label] : known_) {
      weigh(at_, item, row);
      std::ranges::fill(cells, 0.0);
      std::ranges::fill(mean, 0.0);
      for (std::size_t t = 0; t < classes_; ++t) {
        double* cell = &cells[t * size];
        for (std::size_t f = 0; f < families_; ++f) cell[f] = said(item, f, t);
        if (offsets_ > 0) cell[families_ + t] = 1;
        for (std::size_t p = 0; p < size; ++p) mean[p] += std::exp(row[t]) * cell[p];
      }
      for (std::size_t p = 0; p < size; ++p) gradient[p] += cells[label * size + p] - mean[p];
      for (std::size_t t = 0; t < classes_; ++t) {
        double weight = std::exp(row[t]);
        const double* cell = &cells[t * size];
        for (std::size_t p = 0; p < size; ++p) {
          double left = weight * (cell[p] - mean[p]);
          for (std::size_t q = 0; q <= p; ++q) curve[p * size + q] += left * (cell[q] - mean[q]);
        }
      }
    }
    return solved(std::move(curve), std::move(gradient));
  }

  // By Cholesky's factor of the lower half.
  static std::vector<double> solved(std::vector<double> m, std::vector<double> x) {
    auto size = x.size();
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = m[i * size + j];
        for (std::size_t k = 0; k < j; ++k) sum -= m[i * size + k] * m[j * size + k];
        m[i * size + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / m[j * size + j];
      }
      for (std::size_t k = 0; k < i; ++k) x[i] -= m[i * size + k] * x[k];
      x[i] /= m[i * size + i];
    }
    for (std::size_t i = size; i-- > 0;) {
      for (std::size_t k = i + 1; k < size; ++k) x[i] -= m[k * size + i] * x[k];
      x[i] /= m[i * size + i];
    }
    return x;
  }

  void fill_posterior(Gold known, std::vector<double>& posterior) const {
    auto items = classes_ == 0 ? 0 : says_.size() / (families_ * classes_);
    std::vector<double> row;
    for (std::size_t item = 0; item < items; ++item) {
      weigh(at_, item, row);
      Label label = known.empty() ? kNoLabel : known[item];
      for (std::size_t t = 0; t < classes_; ++t) {
        double free = std::exp(row[t]);
        posterior.push_back(label == kNoLabel ? free : (t == label ? 1 : 0));
      }
    }
  }

  std::span<const double> says_;
  std::size_t families_;
  std::size_t classes_;
  std::size_t offsets_;
  std::vector<double> at_;         // families' weights, then classes' offsets
  std::vector<double> precision_;  // of their priors
  std::vector<double> log_prior_;
  std::vector<Known> known_;
};

}  // namespace

Stacking stack_families(std::span<const double> says, std::size_t families,
                        std::span<const double> prior, Gold known, double weight_sd,
                        double offset_sd) {
  return StackingFit(says, families, prior, known, weight_sd, offset_sd).run(known);
}

}  // namespace guildhall::quality
