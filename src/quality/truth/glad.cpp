#include "quality/truth/glad.h"

#include <algorithm>
#include <cmath>

#include "quality/parallel.h"
#include "quality/truth/special.h"

namespace guildhall::quality {
namespace {

constexpr float kMostStep = 1;  // of a Newton step: a logarithm of the ease
constexpr float kMostEase = 6;
constexpr float kMostAbility = 20;

float logistic(float x) {
  const float small = fast_exp(-std::abs(x));
  return (x >= 0 ? 1 : small) / (1 + small);
}

class Glad {
 public:
  Glad(const Judgments& judgments, Gold gold, const GladOptions& options)
      : judgments_(judgments),
        gold_(gold),
        options_(options),
        classes_(judgments.classes()),
        ability_(judgments.workers(), static_cast<float>(options.ability)),
        ease_(judgments.items(), static_cast<float>(options.ease)),
        posterior_(judgments.items() * classes_, 0),
        log_prior_(classes_, -std::log(static_cast<float>(classes_))) {
    for (Index i = 0; i < judgments.items(); ++i) judged_ += judgments.of_item(i).size() > 0;
  }

  Truth run() {
    int sweeps = 0;
    bool converged = judgments_.size() == 0;
    while (sweeps < options_.stopping.sweeps && !converged) {
      converged = over_items() < options_.stopping.tolerance;
      over_workers();
      ++sweeps;
    }
    return made(sweeps, converged);
  }

 private:
  struct Sums {
    double change = 0;
    double objective = 0;
    std::vector<double> classes;
  };

  double over_items() {
    const std::size_t blocks = block_count(judgments_.items(), 1024);
    std::vector<Sums> sums(blocks);
    in_blocks(judgments_.items(), blocks, [&](Block block) {
      auto& own = sums[block.number];
      own.classes.assign(classes_, 0);
      std::vector<float> row(classes_);
      for (auto item = block.from; item < block.to; ++item) {
        one_item(static_cast<Index>(item), row, own);
      }
    });
    objective_ = 0;
    for (float a : ability_) {
      const double off = static_cast<double>(a) - options_.ability;
      objective_ -= off * off / 2;
    }
    double change = 0;
    std::vector<double> count(classes_, 1);
    for (const auto& own : sums) {
      change += own.change;
      objective_ += own.objective;
      for (std::size_t k = 0; k < classes_; ++k) count[k] += own.classes[k];
    }
    if (options_.learn_prior) {
      double all = static_cast<double>(judged_ + classes_);
      for (std::size_t k = 0; k < classes_; ++k) {
        log_prior_[k] = static_cast<float>(std::log(count[k] / all));
      }
    }
    return change / (2 * static_cast<double>(judged_));
  }

  // The posterior, then a Newton step of the ease under it.
  void one_item(Index item, std::vector<float>& row, Sums& own) {
    auto votes = judgments_.of_item(item);
    if (votes.size() == 0) return;
    const float ease = std::exp(ease_[item]);
    const float others = std::log(std::max(1.0F, static_cast<float>(classes_) - 1));
    std::ranges::copy(log_prior_, row.begin());
    double objective = 0;
    for (std::size_t v = 0; v < votes.size(); ++v) {
      const float x = ability_[votes.other[v]] * ease;
      row[votes.label[v]] += x + others;  // log odds of right against wrong
      objective -= static_cast<double>((x > 0 ? x : 0) + std::log1p(fast_exp(-std::abs(x))) +
                                       others);  // as if all were wrong
    }
    float most = *std::ranges::max_element(row);
    const Label known = gold_of(gold_, item);
    if (known != kNoLabel) most = row[known];
    float sum = 0;
    for (std::size_t k = 0; k < classes_; ++k) {
      row[k] = known == kNoLabel ? fast_exp(row[k] - most) : (k == known ? 1.0F : 0.0F);
      sum += row[k];
    }
    float* posterior = posterior_.data() + item * classes_;
    for (std::size_t k = 0; k < classes_; ++k) {
      const float now = row[k] / sum;
      own.change += static_cast<double>(std::abs(now - posterior[k]));
      own.classes[k] += static_cast<double>(now);
      posterior[k] = now;
    }
    const double off = static_cast<double>(ease_[item]) - options_.ease;
    own.objective += objective + static_cast<double>(most + std::log(sum)) - off * off / 2;
    step_ease(item, votes, ease);
  }

  void step_ease(Index item, Votes votes, float ease) {
    const float* posterior = posterior_.data() + item * classes_;
    float slope = 0;
    float curve = 1;
    for (std::size_t v = 0; v < votes.size(); ++v) {
      const float x = ability_[votes.other[v]] * ease;
      const float right = logistic(x);
      slope += (posterior[votes.label[v]] - right) * x;
      curve += right * (1 - right) * x * x;
    }
    // The ease is a logarithm, so downwards the slope adds to the curvature; without that, steps
    // can lead to and fro for ever.
    curve += std::max(0.0F, -slope);
    slope += static_cast<float>(options_.ease) - ease_[item];
    const float step = std::clamp(slope / curve, -kMostStep, kMostStep);
    ease_[item] = std::clamp(ease_[item] + step, -kMostEase, kMostEase);
  }

  void over_workers() {
    std::vector<float> ease(ease_.size());
    for (std::size_t i = 0; i < ease.size(); ++i) ease[i] = std::exp(ease_[i]);
    in_blocks(judgments_.workers(), block_count(judgments_.workers(), 16), [&](Block block) {
      for (auto w = block.from; w < block.to; ++w) {
        auto votes = judgments_.of_worker(static_cast<Index>(w));
        const float ability = ability_[w];
        double slope = options_.ability - static_cast<double>(ability);
        double curve = 1;
        for (std::size_t v = 0; v < votes.size(); ++v) {
          const std::size_t item = votes.other[v];
          const float right = logistic(ability * ease[item]);
          slope += static_cast<double>((posterior_[item * classes_ + votes.label[v]] - right) *
                                       ease[item]);
          curve += static_cast<double>(right * (1 - right) * ease[item] * ease[item]);
        }
        const auto step = static_cast<float>(std::clamp(slope / curve, -2.0, 2.0));
        ability_[w] = std::clamp(ability + step, -kMostAbility, kMostAbility);
      }
    });
  }

  Truth made(int sweeps, bool converged) const {
    Truth truth;
    truth.sweeps = sweeps;
    truth.converged = converged;
    truth.objective = objective_;
    truth.prior.resize(classes_);
    for (std::size_t k = 0; k < classes_; ++k) {
      truth.prior[k] = std::exp(static_cast<double>(log_prior_[k]));
    }
    truth.posterior.resize(posterior_.size());
    double mean = 0;
    for (Index item = 0; item < judgments_.items(); ++item) {
      const bool judged = judgments_.of_item(item).size() > 0;
      const Label known = gold_of(gold_, item);
      mean += judged ? static_cast<double>(ease_[item]) : 0;
      for (std::size_t k = 0; k < classes_; ++k) {
        const std::size_t at = item * classes_ + k;
        truth.posterior[at] = judged ? static_cast<double>(posterior_[at]) : truth.prior[k];
        if (known != kNoLabel) truth.posterior[at] = k == known ? 1 : 0;
      }
    }
    mean = judged_ > 0 ? mean / static_cast<double>(judged_) : options_.ease;
    truth.skill.resize(judgments_.workers());
    for (std::size_t w = 0; w < truth.skill.size(); ++w) {
      truth.skill[w] = 1 / (1 + std::exp(-static_cast<double>(ability_[w]) * std::exp(mean)));
    }
    return truth;
  }

  const Judgments& judgments_;
  Gold gold_;
  GladOptions options_;
  std::size_t classes_;
  std::size_t judged_ = 0;
  double objective_ = 0;  // of the parameters before the last steps
  std::vector<float> ability_;
  std::vector<float> ease_;  // logarithms
  std::vector<float> posterior_;
  std::vector<float> log_prior_;
};

}  // namespace

Result<Truth> glad(const Judgments& judgments, Gold gold, const GladOptions& options) {
  TRY(check_gold(judgments, gold));
  return Glad(judgments, gold, options).run();
}

}  // namespace guildhall::quality
