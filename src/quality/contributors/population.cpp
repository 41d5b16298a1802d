#include "quality/contributors/population.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace guildhall::quality {
namespace {

constexpr double kSpreadPrior = 0.5;  // logits: what a spread is before data, worth two people
constexpr double kSettledStep = 1e-6;

double logistic_of(double x) { return 1 / (1 + std::exp(-x)); }

// The likelihood of a cell as a Gaussian around its mode.
struct Normal {
  double at = 0;
  double precision = 0;
};

class PopulationFit {
 public:
  PopulationFit(std::span<const Binomial> seen, std::size_t domains)
      : seen_(seen), domains_(domains), people_(domains > 0 ? seen.size() / domains : 0) {
    fit_.domain_mean.resize(domains);
    fit_.person_effect.assign(people_, 0);
    fit_.person_sd.assign(people_, 0);
    fit_.person_spread = domains > 1 ? kSpreadPrior : 0;
    for (std::size_t d = 0; d < domains; ++d) fit_.domain_mean[d] = start_of(d);
    cells_.resize(seen.size());
  }

  SkillPopulation run() {
    for (fit_.rounds = 0; fit_.rounds < kPopulationRounds; ++fit_.rounds) {
      double before = fit_.spread + fit_.person_spread;
      double moved = round();
      if (std::max(moved, std::abs(fit_.spread + fit_.person_spread - before)) < kSettledStep) {
        return std::move(fit_);
      }
    }
    fit_.converged = false;
    return std::move(fit_);
  }

 private:
  double start_of(std::size_t domain) const {
    Binomial all{0.75, 1};  // half a person who is mostly right
    for (std::size_t p = 0; p < people_; ++p) {
      all.right += seen_[p * domains_ + domain].right;
      all.all += seen_[p * domains_ + domain].all;
    }
    double share = std::clamp(all.right / all.all, 1e-3, 1 - 1e-3);
    return std::log(share / (1 - share));
  }

  // One round of EM; how far the means moved.
  double round() {
    double squares = 2 * kSpreadPrior * kSpreadPrior;
    double count = 2;
    double precision = 1 / (fit_.spread * fit_.spread);
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      if (seen_[i].all <= 0) continue;
      double mean = fit_.domain_mean[i % domains_] + fit_.person_effect[i / domains_];
      auto at = laplace_logit(seen_[i], mean, precision);
      double own = at.precision - precision;  // of the likelihood alone
      cells_[i] = {own > 1e-9 ? at.mode + precision * (at.mode - mean) / own : at.mode, own};
      double sd_person = fit_.person_sd[i / domains_];
      double pull = precision / at.precision;  // what of the person's doubt theta inherits, off it
      squares += (at.mode - mean) * (at.mode - mean) + 1 / at.precision +
                 (1 - pull) * (1 - pull) * sd_person * sd_person;
      count += 1;
    }
    if (domains_ > 1) fit_persons();
    double moved = fit_means();
    fit_.spread = std::clamp(std::sqrt(squares / count), 0.02, 5.0);
    return moved;
  }

  void fit_persons() {
    double squares = 2 * kSpreadPrior * kSpreadPrior;
    double count = 2;
    for (std::size_t p = 0; p < people_; ++p) {
      double precision = 1 / (fit_.person_spread * fit_.person_spread);
      double sum = 0;
      bool any = false;
      for (std::size_t d = 0; d < domains_; ++d) {
        auto& cell = cells_[p * domains_ + d];
        if (cell.precision <= 0) continue;
        double weight = 1 / (fit_.spread * fit_.spread + 1 / cell.precision);
        precision += weight;
        sum += weight * (cell.at - fit_.domain_mean[d]);
        any = true;
      }
      fit_.person_effect[p] = sum / precision;
      fit_.person_sd[p] = std::sqrt(1 / precision);
      if (!any) continue;
      squares += fit_.person_effect[p] * fit_.person_effect[p] + 1 / precision;
      count += 1;
    }
    fit_.person_spread = std::clamp(std::sqrt(squares / count), 0.02, 5.0);
  }

  double fit_means() {
    double moved = 0;
    for (std::size_t d = 0; d < domains_; ++d) {
      double weights = 0.25;  // towards where it began: half a guess of two logits
      double sum = 0.25 * start_of(d);
      for (std::size_t p = 0; p < people_; ++p) {
        auto& cell = cells_[p * domains_ + d];
        if (cell.precision <= 0) continue;
        double weight = 1 / (fit_.spread * fit_.spread + 1 / cell.precision);
        weights += weight;
        sum += weight * (cell.at - fit_.person_effect[p]);
      }
      moved = std::max(moved, std::abs(sum / weights - fit_.domain_mean[d]));
      fit_.domain_mean[d] = sum / weights;
    }
    return moved;
  }

  std::span<const Binomial> seen_;
  std::size_t domains_;
  std::size_t people_;
  std::vector<Normal> cells_;
  SkillPopulation fit_;
};

}  // namespace

LaplaceFit laplace_logit(Binomial seen, double mean, double precision) {
  constexpr int kNewtonSteps = 12;
  double x = mean;
  double p = logistic_of(x);
  for (int i = 0; i < kNewtonSteps; ++i) {
    double slope = seen.right - seen.all * p - precision * (x - mean);
    double curve = seen.all * p * (1 - p) + precision;
    double step = std::clamp(slope / curve, -1.5, 1.5);
    x += step;
    p = logistic_of(x);
    if (std::abs(step) < 1e-6) break;
  }
  return {x, seen.all * p * (1 - p) + precision};
}

SkillPopulation fit_population(std::span<const Binomial> seen, std::size_t domains) {
  return PopulationFit(seen, domains).run();
}

}  // namespace guildhall::quality
