#include "quality/contributors/rubric.h"

#include <doctest/doctest.h>

#include "quality/contributors/made_crowd.h"

namespace guildhall::quality {
namespace {

struct MadeRubric {
  RubricScores scores;
  RubricShape shape{150, 12, {4, 5, 2}, 2};
  std::vector<double> ability;
  std::vector<double> severity;
};

// Each subject by three raters, the good ones by the severe ones: raw means mislead.
MadeRubric made_rubric() {
  MadeRubric made;
  Seeded chance(11);
  for (Index i = 0; i < 150; ++i) made.ability.push_back(1.2 * chance.normal());
  for (Index j = 0; j < 12; ++j) made.severity.push_back(-1.1 + 0.2 * j);
  std::vector<std::vector<double>> steps{{-1, 0, 1}, {-2, -0.5, 0.5, 2}, {0.3}};
  for (Index i = 0; i < 150; ++i) {
    for (Index t = 0; t < 3; ++t) {
      Index rater = made.ability[i] > 0 && t > 0 ? 6 + static_cast<Index>(chance.below(6))
                                                 : static_cast<Index>(chance.below(12));
      for (Index c = 0; c < 3; ++c) {
        // Rater 0 grows more severe by two logits in the second period.
        double severity = made.severity[rater] + (rater == 0 ? (i % 2 ? 1 : -1) : 0);
        std::vector<double> weight{1};
        double log = 0;
        for (double step : steps[c]) {
          weight.push_back(std::exp(log += made.ability[i] - severity - step));
        }
        double sum = 0;
        for (double one : weight) sum += one;
        double left = chance.uniform() * sum;
        std::uint8_t score = 0;
        while ((left -= weight[score]) > 0) ++score;
        made.scores.subject.push_back(i);
        made.scores.criterion.push_back(c);
        made.scores.rater.push_back(rater);
        made.scores.score.push_back(score);
        made.scores.period.push_back(i % 2);
      }
    }
  }
  return made;
}

TEST_CASE("abilities, severities and their errors come back") {
  auto made = made_rubric();
  auto fit = fit_rubric(made.scores, made.shape);
  REQUIRE(fit);
  CHECK(fit->converged);
  std::vector<double> severity;
  for (auto& one : fit->severity) severity.push_back(one.value);
  CHECK(spearman(severity, made.severity) > 0.9);
  std::vector<double> ability;
  std::vector<double> raw(150, 0);
  int covered = 0;
  for (Index i = 0; i < 150; ++i) {
    ability.push_back(fit->ability[i].value);
    double off = std::abs(ability[i] - made.ability[i]);
    covered += off < 1.645 * fit->ability[i].error ? 1 : 0;
  }
  for (std::size_t i = 0; i < made.scores.score.size(); ++i) {
    raw[made.scores.subject[i]] +=
        made.scores.score[i] / (made.shape.levels[made.scores.criterion[i]] - 1.0);
  }
  CHECK(covered >= 110);  // of 150: the good got severe raters, and one of them has changed
  CHECK(covered <= 147);
  CHECK(spearman(ability, made.ability) > spearman(raw, made.ability));
  CHECK(fit->drift[1].value - fit->drift[0].value > 0.3);
  CHECK(std::abs(fit->drift[7].value - fit->drift[6].value) < 0.6);
  for (double infit : fit->infit) CHECK(std::abs(infit - 1) < 0.5);
  CHECK(std::ranges::all_of(fit->part, [](auto part) { return part == 0; }));
}

struct Coverage {
  double ability = 0;
  double severity = 0;
  double steps = 0;
};

// How often intervals of 90 % hold the value that made the scores, over 30 made rubrics of 60
// subjects, each scored by `raters_each` of 9 on three criteria. `by_level`: the good by raters of
// their own, with one of all as the only link.
Coverage coverage_of(Index raters_each, bool by_level) {
  constexpr int kMade = 30;
  const std::vector<std::vector<double>> steps{{-1, 0, 1}, {-2, -0.5, 0.5, 2}, {0.3}};
  Coverage covered;
  for (int seed = 0; seed < kMade; ++seed) {
    Seeded chance(40 + static_cast<std::uint64_t>(seed));
    RubricScores scores;
    std::vector<double> ability;
    std::vector<double> severity;
    for (int i = 0; i < 60; ++i) ability.push_back(1.2 * chance.normal());
    for (int j = 0; j < 9; ++j) severity.push_back(0.7 * chance.normal());
    for (Index i = 0; i < 60; ++i) {
      auto first = static_cast<Index>(chance.below(9));
      for (Index t = 0; t < raters_each; ++t) {
        auto rater = (first + t) % 9;
        if (by_level && t > 0) rater = (ability[i] > 0 ? 0 : 4) + (first + t) % 4;
        for (Index c = 0; c < 3; ++c) {
          std::vector<double> weight{1};
          double log = 0;
          double sum = 1;
          for (double step : steps[c]) {
            log += ability[i] - severity[rater] - step;
            sum += weight.emplace_back(std::exp(log));
          }
          double left = chance.uniform() * sum;
          std::uint8_t score = 0;
          while (score + 1u < weight.size() && (left -= weight[score]) > 0) ++score;
          scores.subject.push_back(i);
          scores.criterion.push_back(c);
          scores.rater.push_back(rater);
          scores.score.push_back(score);
        }
      }
    }
    auto fit = fit_rubric(scores, {60, 9, {4, 5, 2}, 0});
    REQUIRE(fit);
    CHECK(fit->converged);
    auto inside = [](const Estimate& found, double made) {
      return std::abs(found.value - made) <= 1.645 * found.error ? 1.0 : 0.0;
    };
    for (std::size_t i = 0; i < 60; ++i) {
      covered.ability += inside(fit->ability[i], ability[i]) / (60 * kMade);
    }
    for (std::size_t j = 0; j < 9; ++j) {
      covered.severity += inside(fit->severity[j], severity[j]) / (9 * kMade);
    }
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t k = 0; k < steps[c].size(); ++k) {
        covered.steps += inside(fit->steps[c][k], steps[c][k]) / (8 * kMade);
      }
    }
  }
  return covered;
}

TEST_CASE("intervals of 90 % hold what made the scores, 86 to 94 times of 100") {
  auto few = coverage_of(2, false);
  auto more = coverage_of(4, false);
  for (double one : {(few.ability + more.ability) / 2, (few.severity + more.severity) / 2,
                     (few.steps + more.steps) / 2}) {
    CHECK(one >= 0.86);
    CHECK(one <= 0.94);
  }
  // Who is scored by whom is not to depend on how good they are; the model cannot know that.
  auto chosen = coverage_of(2, true);
  CHECK(chosen.ability >= 0.8);
  CHECK(chosen.ability <= 0.94);
}

TEST_CASE("scores in another order, and raters under other numbers, fit the same") {
  auto made = made_rubric();
  auto turned = made;
  for (auto* column : {&turned.scores.subject, &turned.scores.criterion, &turned.scores.rater,
                       &turned.scores.period}) {
    std::ranges::reverse(*column);
  }
  std::ranges::reverse(turned.scores.score);
  for (auto& rater : turned.scores.rater) rater = 11 - rater;
  auto one = fit_rubric(made.scores, made.shape);
  auto other = fit_rubric(turned.scores, turned.shape);
  for (Index j = 0; j < 12; ++j) {
    CHECK(one->severity[j].value == doctest::Approx(other->severity[11 - j].value).epsilon(1e-4));
  }
}

TEST_CASE("all highest scores, strangers and parts stay finite and are told") {
  RubricScores scores{{0, 0, 1, 1, 2}, {0, 0, 0, 0, 0}, {0, 1, 0, 1, 2}, {2, 2, 0, 0, 1}, {}};
  auto fit = fit_rubric(scores, {4, 4, {3}, 0});
  REQUIRE(fit);
  CHECK(fit->converged);
  CHECK(std::isfinite(fit->ability[0].value));
  CHECK(fit->ability[0].value > fit->ability[1].value + 1);
  CHECK(std::abs(fit->ability[3].value) < 1);
  CHECK(fit->ability[3].error >= fit->ability[2].error);
  CHECK(fit->part[0] == fit->part[1]);
  CHECK(fit->part[0] != fit->part[2]);
  CHECK(fit->infit[3] == 1);
  CHECK(fit->fair_score[0] > fit->fair_score[1]);
  CHECK(fit_rubric({}, {}));
  CHECK(!fit_rubric(scores, {4, 4, {2}, 0}));
  CHECK(!fit_rubric(scores, {4, 4, {1}, 0}));
  scores.period = {0};
  CHECK(!fit_rubric(scores, {4, 4, {3}, 1}));
}

}  // namespace
}  // namespace guildhall::quality
