#include "quality/pairwise/bradley_terry.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "quality/pairwise/ranking_problem.h"
#include "quality/pairwise/strengths.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

void say(ComparisonColumns& columns, Index left, Index right, Outcome outcome, int times = 1) {
  for (int i = 0; i < times; ++i) {
    columns.left.push_back(left);
    columns.right.push_back(right);
    columns.outcome.push_back(outcome);
  }
}

Comparisons made(const ComparisonColumns& columns, Index items) {
  auto result = Comparisons::make(columns, items);
  REQUIRE(result);
  return std::move(*result);
}

// Items of known strength, with ties; the first covariate adds 0.8 for the side it speaks for.
ComparisonColumns simulated(Index items, int count, std::uint64_t seed, bool covariate) {
  Seeded seeded(seed);
  std::vector<double> truth(items);
  for (double& score : truth) score = seeded.normal();
  ComparisonColumns columns;
  columns.covariates = covariate ? 1 : 0;
  for (int i = 0; i < count; ++i) {
    auto left = static_cast<Index>(seeded.uniform() * items);
    auto right = static_cast<Index>(seeded.uniform() * items);
    double x = seeded.normal() * 5;
    if (left == right) continue;
    auto odds = odds_at(truth[left] - truth[right] + (covariate ? 0.16 * x : 0), true, -0.5);
    double draw = seeded.uniform();
    say(columns, left, right,
        draw < odds.first              ? Outcome::left
        : draw < odds.first + odds.tie ? Outcome::tie
                                       : Outcome::right);
    if (covariate) columns.covariate.push_back(x);
  }
  return columns;
}

TEST_CASE("two items: the score is the log odds, ties half or as Davidson has them") {
  ComparisonColumns columns;
  say(columns, 0, 1, Outcome::left, 30);
  say(columns, 1, 0, Outcome::left, 10);
  say(columns, 0, 1, Outcome::tie, 20);
  auto data = made(columns, 2);
  auto half = bradley_terry(data, {Ties::half, 0, true});
  REQUIRE(half);
  CHECK(half->score[0] - half->score[1] == doctest::Approx(std::log(2.0)));
  auto davidson = bradley_terry(data, {Ties::automatic, 0, true});
  REQUIRE(davidson);
  CHECK(davidson->davidson);
  auto chance = forecast(*davidson, 0, 1);
  // Nothing but the weak prior of log nu holds it back from the shares themselves.
  CHECK(chance.left == doctest::Approx(0.5).epsilon(0.005));
  CHECK(chance.tie == doctest::Approx(1.0 / 3).epsilon(0.005));
  CHECK(chance.left + chance.right + chance.tie == doctest::Approx(1));
}

TEST_CASE("derivatives are those of the objective") {
  auto data = made(simulated(6, 200, 3, true), 6);
  auto problem = ranking_problem(data, true, true, 3);
  Strengths at{{0.3, -0.2, 0.5, 0, -0.6, 0.1}, {-0.4, 0.7}};
  auto here = curvature_at(data, problem, at);
  constexpr double kStep = 1e-4;
  for (std::size_t k = 0; k < 2; ++k) {
    auto up = at;
    auto down = at;
    up.border[k] += kStep;
    down.border[k] -= kStep;
    auto above = curvature_at(data, problem, up);
    auto below = curvature_at(data, problem, down);
    CHECK((above.objective - below.objective) / (2 * kStep) ==
          doctest::Approx(here.border_slope[k]).epsilon(1e-6));
    for (std::size_t j = 0; j < 2; ++j) {
      CHECK((below.border_slope[j] - above.border_slope[j]) / (2 * kStep) ==
            doctest::Approx(here.border_bend[k * 2 + j]).epsilon(1e-6));
    }
    for (std::size_t pair = 0; pair < data.pairs().size(); ++pair) {
      CHECK((below.slope[pair] - above.slope[pair]) / (2 * kStep) ==
            doctest::Approx(here.cross[pair * 2 + k]).epsilon(1e-6));
    }
  }
  auto up = at;
  up.score[2] += kStep;
  auto above = curvature_at(data, problem, up);
  double slope = -problem.precision * 0.5;
  for (std::size_t pair = 0; pair < data.pairs().size(); ++pair) {
    auto [first, second] = data.pairs()[pair];
    if (first != 2 && second != 2) continue;
    slope += first == 2 ? here.slope[pair] : -here.slope[pair];
    double change = (here.slope[pair] - above.slope[pair]) / kStep;
    CHECK(change == doctest::Approx(first == 2 ? here.bend[pair] : -here.bend[pair]).epsilon(1e-3));
  }
  CHECK((above.objective - here.objective) / kStep == doctest::Approx(slope).epsilon(1e-2));
}

TEST_CASE("perfect separation stays finite, in the right order, and is said") {
  ComparisonColumns columns;
  for (Index item = 0; item < 5; ++item) say(columns, item, item + 1, Outcome::left, 1'000);
  auto data = made(columns, 6);
  auto ranking = bradley_terry(data);
  REQUIRE(ranking);
  CHECK(ranking->separated);
  CHECK(ranking->converged);
  for (Index item = 0; item < 5; ++item) CHECK(ranking->score[item] > ranking->score[item + 1]);
  CHECK(ranking->score[0] < 40);
  CHECK(!bradley_terry(data, {Ties::half, 0, true}));
  CHECK(!bradley_terry(data, {Ties::half, NAN, true}));
}

TEST_CASE("nothing, all ties, and a graph in parts have a defined answer") {
  auto nothing = bradley_terry(made({}, 0));
  REQUIRE(nothing);
  CHECK(nothing->score.empty());
  auto lonely = bradley_terry(made({}, 3));
  REQUIRE(lonely);
  CHECK(lonely->score == std::vector<double>{0, 0, 0});
  ComparisonColumns tied;
  say(tied, 0, 1, Outcome::tie, 500);
  say(tied, 1, 2, Outcome::tie, 1);
  auto equal = bradley_terry(made(tied, 3));
  REQUIRE(equal);
  CHECK(equal->converged);
  for (double score : equal->score) CHECK(std::abs(score) < 1e-9);
  CHECK(forecast(*equal, 0, 1).tie > 0.9);
  CHECK(forecast(*equal, 0, 1).tie < 1);
  ComparisonColumns apart;
  say(apart, 0, 1, Outcome::left, 3);
  say(apart, 1, 0, Outcome::left, 1);
  say(apart, 2, 3, Outcome::right, 5);
  auto data = made(apart, 5);
  auto parts = bradley_terry(data);
  REQUIRE(parts);
  CHECK(data.part_count() == 3);
  CHECK(parts->score[0] + parts->score[1] == doctest::Approx(0));
  CHECK(parts->score[2] + parts->score[3] == doctest::Approx(0));
  CHECK(parts->score[3] > 0);
  CHECK(parts->score[4] == 0);
}

TEST_CASE("a covariate's effect is found, and scores are freed from it") {
  auto columns = simulated(20, 20'000, 9, true);
  auto data = made(columns, 20);
  auto ranking = bradley_terry(data);
  REQUIRE(ranking);
  CHECK(ranking->converged);
  CHECK(std::abs(ranking->effect.at(0) - 0.16) < 0.01);
  CHECK(std::abs(ranking->log_nu + 0.5) < 0.06);
  // The unit is the caller's; a covariate that is 0 throughout has no effect.
  for (double& x : columns.covariate) x *= 1e200;
  auto scaled = bradley_terry(made(columns, 20));
  REQUIRE(scaled);
  CHECK(scaled->effect[0] * 1e200 == doctest::Approx(ranking->effect[0]));
  CHECK(scaled->score[3] == doctest::Approx(ranking->score[3]));
  for (double& x : columns.covariate) x = 0;
  auto none = bradley_terry(made(columns, 20));
  REQUIRE(none);
  CHECK(none->effect[0] == 0);
}

TEST_CASE("many items go by conjugate gradients to the same top") {
  auto columns = simulated(400, 20'000, 4, false);
  auto data = made(columns, 400);
  auto ranking = bradley_terry(data);
  REQUIRE(ranking);
  CHECK(ranking->converged);
  CHECK(ranking->steps < 25);
  auto problem = ranking_problem(data, true, true, ranking->prior_sd);
  Strengths at{ranking->score, {ranking->log_nu}};
  auto bent = curvature_at(data, problem, at);
  CHECK(std::abs(bent.border_slope[0]) < 1e-6);
  std::vector<double> slope(400);
  for (std::size_t pair = 0; pair < data.pairs().size(); ++pair) {
    slope[data.pairs()[pair].first] += bent.slope[pair];
    slope[data.pairs()[pair].second] -= bent.slope[pair];
  }
  for (std::size_t i = 0; i < 400; ++i) {
    CHECK(std::abs(slope[i] - problem.precision * ranking->score[i]) < 1e-6);
  }
}

TEST_CASE("order, sides, names, doubling as weight, and threads do not matter") {
  auto columns = simulated(250, 6'000, 8, false);
  auto base = bradley_terry(made(columns, 250));
  REQUIRE(base);
  set_threads(4);
  auto threaded = bradley_terry(made(columns, 250));
  set_threads(1);
  auto alone = bradley_terry(made(columns, 250));
  set_threads(0);
  REQUIRE(threaded);
  CHECK(threaded->score == alone->score);
  ComparisonColumns other;
  for (std::size_t i = columns.left.size(); i-- > 0;) {
    auto outcome = columns.outcome[i];
    say(other, 249 - columns.right[i], 249 - columns.left[i],
        outcome == Outcome::tie    ? outcome
        : outcome == Outcome::left ? Outcome::right
                                   : Outcome::left);
  }
  auto turned = bradley_terry(made(other, 250));
  REQUIRE(turned);
  for (Index i = 0; i < 250; ++i) {
    CHECK(turned->score[249 - i] == doctest::Approx(base->score[i]).epsilon(1e-7));
  }
  auto twice = columns;
  for (std::size_t i = 0; i < columns.left.size(); ++i) {
    say(twice, columns.left[i], columns.right[i], columns.outcome[i]);
  }
  auto weighed = columns;
  weighed.weight.assign(columns.left.size(), 2);
  auto doubled = bradley_terry(made(twice, 250));
  auto heavy = bradley_terry(made(weighed, 250));
  REQUIRE(doubled);
  REQUIRE(heavy);
  for (Index i = 0; i < 250; ++i) CHECK(heavy->score[i] == doctest::Approx(doubled->score[i]));
}

}  // namespace
}  // namespace guildhall::quality
