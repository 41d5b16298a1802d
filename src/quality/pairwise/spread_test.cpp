#include "quality/pairwise/spread.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "quality/pairwise/next_pair.h"
#include "quality/pairwise/strengths.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

// `items` of even spacing from -1.5 to 1.5; each worker leans by `lean` towards an item of theirs.
ComparisonColumns drawn(Index items, int count, std::uint64_t seed, double lean = 0) {
  Seeded seeded(seed);
  std::vector<double> taste(static_cast<std::size_t>(items) * 20);
  for (double& one : taste) one = lean * seeded.normal();
  ComparisonColumns columns;
  for (int i = 0; i < count; ++i) {
    auto left = static_cast<Index>(seeded.uniform() * items);
    auto right = (left + 1 + static_cast<Index>(seeded.uniform() * (items - 1))) % items;
    auto worker = static_cast<Index>(seeded.uniform() * 20);
    double gap = 3.0 * (static_cast<double>(left) - right) / (items - 1.0);
    gap += taste[worker * items + left] - taste[worker * items + right];
    auto odds = odds_at(gap, true, -1);
    double draw = seeded.uniform();
    columns.left.push_back(left);
    columns.right.push_back(right);
    columns.worker.push_back(worker);
    columns.outcome.push_back(draw < odds.first              ? Outcome::left
                              : draw < odds.first + odds.tie ? Outcome::tie
                                                             : Outcome::right);
  }
  return columns;
}

struct Ranked {
  Comparisons data;
  Ranking ranking;
};

Ranked ranked(const ComparisonColumns& columns, Index items) {
  auto data = Comparisons::make(columns, items, columns.worker.empty() ? 0 : 20);
  REQUIRE(data);
  auto ranking = bradley_terry(*data);
  REQUIRE(ranking);
  return {std::move(*data), std::move(*ranking)};
}

TEST_CASE("two items: the errors of a share") {
  ComparisonColumns columns;
  for (int i = 0; i < 100; ++i) {
    columns.left.push_back(0);
    columns.right.push_back(1);
    columns.outcome.push_back(i < 70 ? Outcome::left : Outcome::right);
  }
  auto data = Comparisons::make(columns, 3);
  REQUIRE(data);
  auto ranking = bradley_terry(*data, {Ties::half, 100, true});
  REQUIRE(ranking);
  auto spread = spread_of(*data, *ranking);
  REQUIRE(spread);
  // The log odds have the variance 1 / (n p q); a score is half of them.
  double error = 0.5 / std::sqrt(100 * 0.7 * 0.3);
  CHECK(spread->seen[0] == doctest::Approx(error).epsilon(1e-3));
  CHECK(spread->model[1] == doctest::Approx(error).epsilon(1e-3));
  CHECK(spread->seen[2] == doctest::Approx(100));
  CHECK(score_interval(*ranking, *spread, 0).high - ranking->score[0] ==
        doctest::Approx(1.96 * error).epsilon(1e-3));
  CHECK(!spread_of(*data, *ranking, {true, true, 1}));
  CHECK(!spread_of(*data, Ranking{}));
}

TEST_CASE("the error of log nu is that of the share of ties") {
  ComparisonColumns columns;
  for (int i = 0; i < 100; ++i) {
    columns.left.push_back(0);
    columns.right.push_back(1);
    columns.outcome.push_back(i < 40 ? Outcome::left : i < 80 ? Outcome::right : Outcome::tie);
  }
  auto one = ranked(columns, 2);
  auto spread = spread_of(one.data, one.ranking);
  REQUIRE(spread);
  CHECK(spread->log_nu == doctest::Approx(1 / std::sqrt(100 * 0.2 * 0.8)).epsilon(0.01));
}

// How many of 95 % intervals hold the truth, over `runs` crowds.
double coverage(bool by_worker, double lean, int runs) {
  double held = 0;
  for (int run = 0; run < runs; ++run) {
    auto [data, ranking] =
        ranked(drawn(12, 1'500, 100 + static_cast<std::uint64_t>(run), lean), 12);
    auto spread = spread_of(data, ranking, {by_worker, true, 1});
    REQUIRE(spread);
    for (Index i = 0; i < 12; ++i) {
      double truth = 3.0 * (i - 5.5) / 11;
      held += std::abs(ranking.score[i] - truth) < 1.96 * spread->seen[i] ? 1 : 0;
    }
  }
  return held / (12.0 * runs);
}

TEST_CASE("intervals hold the truth as often as they say") {
  double plain = coverage(false, 0, 30);
  CHECK(plain > 0.91);
  CHECK(plain < 0.99);
}

TEST_CASE("where workers have tastes, errors by worker are wider and hold it") {
  double blind = coverage(false, 0.6, 30);
  double aware = coverage(true, 0.6, 30);
  CHECK(aware > blind + 0.05);
  CHECK(aware > 0.84);  // twenty workers are few
}

TEST_CASE("errors do not depend on order or threads, and shrink as data doubles") {
  auto columns = drawn(40, 3'000, 5);
  auto one = ranked(columns, 40);
  set_threads(4);
  auto base = spread_of(one.data, one.ranking);
  set_threads(1);
  auto alone = spread_of(one.data, one.ranking);
  set_threads(0);
  REQUIRE(base);
  CHECK(base->seen == alone->seen);
  CHECK(base->model == alone->model);
  columns.weight.assign(columns.left.size(), 2);
  auto twice = ranked(columns, 40);
  auto half = spread_of(twice.data, twice.ranking);
  REQUIRE(half);
  CHECK(std::abs(half->log_nu / base->log_nu * std::sqrt(2) - 1) < 0.02);
  for (Index i = 0; i < 40; ++i) {
    CHECK(std::abs(half->seen[i] / base->seen[i] * std::sqrt(2) - 1) < 0.1);
  }
}

TEST_CASE("a covariate has an error, in its own unit") {
  auto columns = drawn(10, 2'000, 6);
  columns.covariates = 1;
  Seeded seeded(8);
  for (std::size_t i = 0; i < columns.left.size(); ++i) {
    columns.covariate.push_back(seeded.normal());
  }
  auto one = ranked(columns, 10);
  auto spread = spread_of(one.data, one.ranking);
  REQUIRE(spread);
  REQUIRE(spread->effect.size() == 1);
  CHECK(std::abs(one.ranking.effect[0]) < 4 * spread->effect[0]);
  for (double& x : columns.covariate) x *= 1'000;
  auto scaled = ranked(columns, 10);
  auto other = spread_of(scaled.data, scaled.ranking);
  REQUIRE(other);
  CHECK(other->effect[0] * 1'000 == doctest::Approx(spread->effect[0]).epsilon(1e-5));
}

TEST_CASE("beyond the exact size draws say the same") {
  // The same comparisons, once more with many items that nobody compared.
  auto columns = drawn(100, 4'000, 9);
  auto data = Comparisons::make(columns, 100, 20);
  auto wide = Comparisons::make(columns, kExactSpreadItems + 100, 20);
  REQUIRE(wide);
  for (bool by_worker : {false, true}) {
    auto ranking = bradley_terry(*data, {Ties::automatic, 1, true});
    auto among = bradley_terry(*wide, {Ties::automatic, 1, true});
    REQUIRE(among);
    auto exact = spread_of(*data, *ranking, {by_worker, true, 1});
    auto draws = spread_of(*wide, *among, {by_worker, true, 1});
    REQUIRE(draws);
    double seen = 0;
    double model = 0;
    for (Index i = 0; i < 100; ++i) {
      seen += std::log(draws->seen[i] / exact->seen[i]) / 100;
      model += std::log(draws->model[i] / exact->model[i]) / 100;
      CHECK(std::abs(std::log(draws->seen[i] / exact->seen[i])) < 0.3);
    }
    CHECK(std::abs(seen) < 0.05);
    CHECK(std::abs(model) < 0.05);
    CHECK(draws->covariance.empty());
    auto next = next_pairs(*among, *draws, 20);
    REQUIRE(next);
    CHECK(next->size() == 20);
  }
}

TEST_CASE("the next pair is uncertain, close, and not asked twice; parts are joined") {
  auto columns = drawn(12, 600, 4);
  // Item 12 has one comparison, 13 none.
  columns.left.push_back(12);
  columns.right.push_back(5);
  columns.outcome.push_back(Outcome::left);
  columns.worker.push_back(0);
  auto one = ranked(columns, 14);
  auto spread = spread_of(one.data, one.ranking);
  REQUIRE(spread);
  auto next = next_pairs(one.ranking, *spread, 10);
  REQUIRE(next);
  REQUIRE(next->size() == 10);
  std::multiset<Index> asked;
  std::set<std::pair<Index, Index>> pairs;
  for (std::size_t i = 0; i < 10; ++i) {
    const auto& pair = (*next)[i];
    CHECK(pair.gain > 0);
    if (i > 0) CHECK(pair.gain <= (*next)[i - 1].gain + 1e-9);
    asked.insert(pair.first);
    asked.insert(pair.second);
    pairs.insert({pair.first, pair.second});
  }
  CHECK(asked.count(12) + asked.count(13) >= 6);
  CHECK(pairs.size() >= 4);
  CHECK(!next_pairs(one.ranking, RankingSpread{}, 1));
  // With all else alike, the closer pair tells more.
  Ranking even;
  even.score = {0, 0.1, 4};
  RankingSpread same;
  same.model = {1, 1, 1};
  same.covariance = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  auto close = next_pairs(even, same, 1);
  REQUIRE(close);
  CHECK((*close)[0].first == 0);
  CHECK((*close)[0].second == 1);
  CHECK((*close)[0].gain == doctest::Approx(0.5 * std::log1p(2 * 0.25)).epsilon(0.01));
}

}  // namespace
}  // namespace guildhall::quality
