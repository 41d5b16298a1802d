#include "quality/contributors/rubric.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/limits.h"
#include "quality/contributors/rubric_information.h"

namespace guildhall::quality {
namespace {

constexpr double kStepSpread = 3;        // logits
constexpr double kFacetSpread = 1;       // logits, before data; worth two subjects or raters
constexpr double kRubricSettled = 1e-4;  // logits

struct Gradient {
  double slope = 0;
  double curve = 0;
};

class RubricFitter {
 public:
  RubricFitter(const RubricScores& scores, const RubricShape& shape)
      : scores_(scores), shape_(shape) {
    fit_.ability.resize(shape.subjects);
    fit_.severity.resize(shape.raters);
    for (auto levels : shape.levels) fit_.steps.emplace_back(levels - 1);
  }

  RubricFit run() {
    double moved = 1;
    while (fit_.rounds < kRubricRounds && moved > kRubricSettled) {
      ++fit_.rounds;
      moved = rubric_round(scores_, kStepSpread, fit_);
      // EM: the spreads that values and errors show.
      moved = std::max(moved, respread(fit_.ability, scores_.subject, fit_.ability_spread));
      moved = std::max(moved, respread(fit_.severity, scores_.rater, fit_.severity_spread));
    }
    fit_.converged = moved <= kRubricSettled;
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

  // Of all that have a score: their squares and errors, and two of the usual spread.
  static double respread(const std::vector<Estimate>& all, const std::vector<Index>& scored,
                         double& spread) {
    std::vector<char> has(all.size(), 0);
    for (auto one : scored) has[one] = 1;
    double squares = 2 * kFacetSpread * kFacetSpread;
    double count = 2;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!has[i]) continue;
      squares += all[i].value * all[i].value + all[i].error * all[i].error;
      count += 1;
    }
    double before = spread;
    spread = std::clamp(std::sqrt(squares / count), 0.05, 10.0);
    return std::abs(spread - before);
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
      double curve = drifts[i].curve + 1 / (fit_.severity_spread * fit_.severity_spread);
      fit_.drift[i] = {std::clamp(drifts[i].slope / curve, -1.0, 1.0), 1 / std::sqrt(curve)};
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
