#include "quality/contributors/rubric.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/limits.h"

namespace guildhall::quality {
namespace {

constexpr double kStepSpread = 3;   // logits
constexpr double kFacetSpread = 1;  // logits, before data; worth two subjects or raters
constexpr double kRubricSettled = 1e-7;
constexpr std::size_t kMostLevels = 256;

// The scores' distribution at one place of the logit scale.
struct ScoreChances {
  double mean = 0;
  double variance = 0;
  std::array<double, kMostLevels> at_least{};  // [k]: P(score >= k), k from 1
};

void chances_at(double place, std::span<const Estimate> steps, ScoreChances& out) {
  std::array<double, kMostLevels> logs;
  logs[0] = 0;
  double most = 0;
  for (std::size_t k = 1; k <= steps.size(); ++k) {
    logs[k] = logs[k - 1] + place - steps[k - 1].value;
    most = std::max(most, logs[k]);
  }
  double sum = 0;
  double first = 0;
  double second = 0;
  for (std::size_t k = steps.size() + 1; k-- > 0;) {
    double p = std::exp(logs[k] - most);
    sum += p;
    first += p * static_cast<double>(k);
    second += p * static_cast<double>(k * k);
    out.at_least[k] = sum;
  }
  for (std::size_t k = 0; k <= steps.size(); ++k) out.at_least[k] /= sum;
  out.mean = first / sum;
  out.variance = std::max(second / sum - out.mean * out.mean, 0.0);
}

struct Gradient {
  double slope = 0;
  double curve = 0;
};

// A guarded Newton step; how far it went.
double stepped(Estimate& estimate, Gradient sum, double spread) {
  double precision = 1 / (spread * spread);
  double slope = sum.slope - precision * estimate.value;
  double curve = sum.curve + precision;
  double step = std::clamp(slope / curve, -1.0, 1.0);
  estimate.value += step;
  estimate.error = 1 / std::sqrt(curve);
  return std::abs(step);
}

class RubricFitter {
 public:
  RubricFitter(const RubricScores& scores, const RubricShape& shape)
      : scores_(scores), shape_(shape) {
    fit_.ability.resize(shape.subjects);
    fit_.severity.resize(shape.raters);
    for (auto levels : shape.levels) fit_.steps.emplace_back(levels - 1);
  }

  RubricFit run() {
    for (fit_.rounds = 0; fit_.rounds < kRubricRounds; ++fit_.rounds) {
      auto before = fit_.ability;
      double moved = std::max({step_abilities(), step_severities(), step_steps()});
      centre();
      // The centring undoes a part of the steps: what counts is what the round has left moved.
      double left = 0;
      for (std::size_t i = 0; i < before.size(); ++i) {
        left = std::max(left, std::abs(fit_.ability[i].value - before[i].value));
      }
      if (before.empty() ? moved < kRubricSettled : left < kRubricSettled) break;
    }
    fit_.converged = fit_.rounds < kRubricRounds;
    widen_errors();
    rate_raters();
    fair_scores();
    find_parts();
    return std::move(fit_);
  }

 private:
  double place(std::size_t i) const {
    return fit_.ability[scores_.subject[i]].value - fit_.severity[scores_.rater[i]].value;
  }
  void chances(std::size_t i) { chances_at(place(i), fit_.steps[scores_.criterion[i]], chances_); }

  static double mean_of(const std::vector<Estimate>& all) {
    double sum = 0;
    for (auto& one : all) sum += one.value;
    return all.empty() ? 0 : sum / static_cast<double>(all.size());
  }

  // The likelihood knows differences only; the priors want the means at 0, and single steps take
  // very long to get there.
  void centre() {
    double severity = mean_of(fit_.severity);
    for (auto& one : fit_.severity) one.value -= severity;
    double ability = mean_of(fit_.ability);
    for (auto& one : fit_.ability) one.value -= ability;
    for (auto& steps : fit_.steps) {
      for (auto& one : steps) one.value -= ability - severity;
    }
  }

  // An ability is no surer than the severities of those who gave the scores.
  void widen_errors() {
    std::vector<std::size_t> order(scores_.score.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](auto a, auto b) {
      return std::pair(scores_.subject[a], scores_.rater[a]) <
             std::pair(scores_.subject[b], scores_.rater[b]);
    });
    std::vector<double> more(fit_.ability.size(), 0);
    for (std::size_t i = 0; i < order.size();) {
      auto subject = scores_.subject[order[i]];
      auto rater = scores_.rater[order[i]];
      double curve = 0;
      for (; i < order.size() && scores_.subject[order[i]] == subject &&
             scores_.rater[order[i]] == rater;
           ++i) {
        chances(order[i]);
        curve += chances_.variance;
      }
      auto& own = fit_.ability[subject];
      double share = curve * own.error * own.error;
      more[subject] += share * share * fit_.severity[rater].error * fit_.severity[rater].error;
    }
    for (std::size_t i = 0; i < more.size(); ++i) {
      fit_.ability[i].error = std::sqrt(fit_.ability[i].error * fit_.ability[i].error + more[i]);
    }
  }

  double step_abilities() {
    std::vector<Gradient> sums(fit_.ability.size());
    for (std::size_t i = 0; i < scores_.score.size(); ++i) {
      chances(i);
      sums[scores_.subject[i]].slope += scores_.score[i] - chances_.mean;
      sums[scores_.subject[i]].curve += chances_.variance;
    }
    return step_all(fit_.ability, sums, fit_.ability_spread);
  }

  double step_severities() {
    std::vector<Gradient> sums(fit_.severity.size());
    for (std::size_t i = 0; i < scores_.score.size(); ++i) {
      chances(i);
      sums[scores_.rater[i]].slope -= scores_.score[i] - chances_.mean;
      sums[scores_.rater[i]].curve += chances_.variance;
    }
    return step_all(fit_.severity, sums, fit_.severity_spread);
  }

  // One step for each, then the spread that they and their errors show.
  static double step_all(std::vector<Estimate>& all, const std::vector<Gradient>& sums,
                         double& spread) {
    double moved = 0;
    double squares = 2 * kFacetSpread * kFacetSpread;
    double count = 2;
    for (std::size_t i = 0; i < all.size(); ++i) {
      moved = std::max(moved, stepped(all[i], sums[i], spread));
      if (sums[i].curve <= 0) continue;
      squares += all[i].value * all[i].value + all[i].error * all[i].error;
      count += 1;
    }
    double before = spread;
    spread = std::clamp(std::sqrt(squares / count), 0.05, 10.0);
    return std::max(moved, std::abs(spread - before));
  }

  double step_steps() {
    std::vector<std::vector<Gradient>> sums;
    for (auto& steps : fit_.steps) sums.emplace_back(steps.size());
    for (std::size_t i = 0; i < scores_.score.size(); ++i) {
      chances(i);
      auto& own = sums[scores_.criterion[i]];
      for (std::size_t k = 1; k <= own.size(); ++k) {
        double p = chances_.at_least[k];
        own[k - 1].slope += p - (scores_.score[i] >= k ? 1 : 0);
        own[k - 1].curve += p * (1 - p);
      }
    }
    // The steps of a criterion pull together: each at half length, or they would overshoot.
    double moved = 0;
    for (std::size_t c = 0; c < sums.size(); ++c) {
      for (std::size_t k = 0; k < sums[c].size(); ++k) {
        auto before = fit_.steps[c][k].value;
        moved = std::max(moved, stepped(fit_.steps[c][k], sums[c][k], kStepSpread));
        double share = sums[c].size() > 1 ? 1.0 / static_cast<double>(sums[c].size()) : 1.0;
        fit_.steps[c][k].value = before + share * (fit_.steps[c][k].value - before);
      }
    }
    return moved;
  }

  void rate_raters() {
    std::vector<double> squares(shape_.raters);
    std::vector<double> expected(shape_.raters);
    std::vector<Gradient> drifts(std::size_t{shape_.raters} * shape_.periods);
    for (std::size_t i = 0; i < scores_.score.size(); ++i) {
      chances(i);
      double off = scores_.score[i] - chances_.mean;
      squares[scores_.rater[i]] += off * off;
      expected[scores_.rater[i]] += chances_.variance;
      if (scores_.period.empty()) continue;
      auto& drift = drifts[std::size_t{scores_.rater[i]} * shape_.periods + scores_.period[i]];
      drift.slope -= off;
      drift.curve += chances_.variance;
    }
    for (std::size_t j = 0; j < squares.size(); ++j) {
      fit_.infit.push_back(expected[j] > 0 ? squares[j] / expected[j] : 1);
    }
    fit_.drift.resize(drifts.size());
    for (std::size_t i = 0; i < drifts.size(); ++i) {
      stepped(fit_.drift[i], drifts[i], fit_.severity_spread);
    }
  }

  void fair_scores() {
    for (auto& ability : fit_.ability) {
      double sum = 0;
      for (auto& steps : fit_.steps) {
        chances_at(ability.value, steps, chances_);
        sum += chances_.mean / static_cast<double>(steps.size());
      }
      fit_.fair_score.push_back(fit_.steps.empty() ? 0
                                                   : sum / static_cast<double>(fit_.steps.size()));
    }
  }

  void find_parts() {
    std::vector<Index> root(std::size_t{shape_.subjects} + shape_.raters);
    std::iota(root.begin(), root.end(), 0);
    auto find = [&](Index at) {
      while (root[at] != at) at = root[at] = root[root[at]];
      return at;
    };
    for (std::size_t i = 0; i < scores_.score.size(); ++i) {
      auto a = find(scores_.subject[i]);
      auto b = find(shape_.subjects + scores_.rater[i]);
      root[std::max(a, b)] = std::min(a, b);
    }
    for (Index subject = 0; subject < shape_.subjects; ++subject) {
      fit_.part.push_back(find(subject));
    }
  }

  const RubricScores& scores_;
  const RubricShape& shape_;
  RubricFit fit_;
  ScoreChances chances_;
};

Result<> check_rubric(const RubricScores& scores, const RubricShape& shape) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  auto n = scores.score.size();
  if (scores.subject.size() != n || scores.criterion.size() != n || scores.rater.size() != n ||
      (!scores.period.empty() && scores.period.size() != n)) {
    return refuse("The columns of the scores differ in length.");
  }
  for (auto levels : shape.levels) {
    if (levels < 2) return refuse("A criterion has fewer than two levels.");
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (scores.subject[i] >= shape.subjects || scores.rater[i] >= shape.raters ||
        scores.criterion[i] >= shape.levels.size() ||
        scores.score[i] >= shape.levels[scores.criterion[i]] ||
        (!scores.period.empty() && scores.period[i] >= shape.periods)) {
      return refuse("A score names a subject, criterion, rater, level or period there is not.");
    }
  }
  return {};
}

}  // namespace

Result<RubricFit> fit_rubric(const RubricScores& scores, const RubricShape& shape) {
  TRY(check_rubric(scores, shape));
  return RubricFitter(scores, shape).run();
}

}  // namespace guildhall::quality
