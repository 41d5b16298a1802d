#include "quality/pairwise/crowd_rank.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "quality/pairwise/strengths.h"
#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

struct Crowd {
  ComparisonColumns columns;
  std::vector<double> truth;
};

// 30 workers: 0 to 9 say left nine times in ten without a look, 10 to 13 have it upside down.
Crowd crowd(int count, std::uint64_t seed) {
  constexpr Index kItems = 15;
  Crowd made;
  Seeded seeded(seed);
  for (Index i = 0; i < kItems; ++i) made.truth.push_back(1.5 * seeded.normal());
  for (int i = 0; i < count; ++i) {
    auto left = static_cast<Index>(seeded.uniform() * kItems);
    auto right = (left + 1 + static_cast<Index>(seeded.uniform() * (kItems - 1))) % kItems;
    auto worker = static_cast<Index>(seeded.uniform() * 30);
    double chance = odds_at(made.truth[left] - made.truth[right], false, 0).first;
    if (worker < 10) chance = 0.9;
    if (worker >= 10 && worker < 14) chance = 1 - chance;
    made.columns.left.push_back(left);
    made.columns.right.push_back(right);
    made.columns.worker.push_back(worker);
    made.columns.outcome.push_back(seeded.uniform() < chance ? Outcome::left : Outcome::right);
  }
  return made;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double n = static_cast<double>(a.size());
  double sums[5] = {};
  for (std::size_t i = 0; i < a.size(); ++i) {
    sums[0] += a[i];
    sums[1] += b[i];
    sums[2] += a[i] * b[i];
    sums[3] += a[i] * a[i];
    sums[4] += b[i] * b[i];
  }
  return (n * sums[2] - sums[0] * sums[1]) /
         std::sqrt((n * sums[3] - sums[0] * sums[0]) * (n * sums[4] - sums[1] * sums[1]));
}

CrowdRanking ranked(const ComparisonColumns& columns, const CrowdOptions& options = {}) {
  auto data = Comparisons::make(columns, 15, 31);
  REQUIRE(data);
  auto made = crowd_rank(*data, options);
  REQUIRE(made);
  return std::move(*made);
}

TEST_CASE("who follows, who guesses by side and who reverses is told apart") {
  auto made = crowd(6'000, 1);
  auto fit = ranked(made.columns);
  CHECK(fit.ranking.converged);
  CHECK(fit.sides_told);
  for (Index worker = 0; worker < 30; ++worker) {
    CAPTURE(worker);
    const auto& habit = fit.worker[worker];
    CHECK(habit.follow + habit.reverse + habit.guess == doctest::Approx(1));
    if (worker < 10) {
      CHECK(habit.guess > 0.6);
      CHECK(habit.left > 0.75);
    } else if (worker < 14) {
      CHECK(habit.reverse > 0.6);
    } else {
      CHECK(habit.follow > 0.6);
    }
  }
  CHECK(std::abs(fit.worker[30].follow - fit.population.follow) < 1e-9);
  auto data = Comparisons::make(made.columns, 15, 31);
  REQUIRE(data);
  auto plain = bradley_terry(*data);
  REQUIRE(plain);
  CHECK(correlation(fit.ranking.score, made.truth) > 0.99);
  CHECK(correlation(plain->score, made.truth) < correlation(fit.ranking.score, made.truth));
}

TEST_CASE("winner and loser columns tell no side, and do not pass for a taste for the left") {
  auto made = crowd(6'000, 2);
  for (std::size_t i = 0; i < made.columns.left.size(); ++i) {
    if (made.columns.outcome[i] == Outcome::right) {
      std::swap(made.columns.left[i], made.columns.right[i]);
    }
    made.columns.outcome[i] = Outcome::left;
  }
  auto fit = ranked(made.columns);
  CHECK(!fit.sides_told);
  CHECK(correlation(fit.ranking.score, made.truth) > 0.98);
  for (Index worker = 10; worker < 14; ++worker) {
    CHECK(fit.worker[worker].reverse > fit.worker[worker].follow);
  }
}

TEST_CASE("order and threads do not matter, and what has no answer is refused") {
  auto made = crowd(3'000, 3);
  set_threads(4);
  auto base = ranked(made.columns);
  set_threads(1);
  auto alone = ranked(made.columns);
  set_threads(0);
  CHECK(base.ranking.score == alone.ranking.score);
  auto turned = made.columns;
  std::ranges::reverse(turned.left);
  std::ranges::reverse(turned.right);
  std::ranges::reverse(turned.worker);
  std::ranges::reverse(turned.outcome);
  for (Index& worker : turned.worker) worker = 29 - worker;
  auto other = ranked(turned);
  for (std::size_t i = 0; i < 15; ++i) {
    CHECK(other.ranking.score[i] == doctest::Approx(base.ranking.score[i]).epsilon(1e-3));
  }
  auto data = Comparisons::make({{0}, {1}, {Outcome::left}}, 2);
  REQUIRE(data);
  CHECK(!crowd_rank(*data));
  auto nothing = crowd_rank(*Comparisons::make({}, 3));
  REQUIRE(nothing);
  CHECK(nothing->ranking.score == std::vector<double>{0, 0, 0});
}

TEST_CASE("one worker, ties alone, and perfect separation stay finite") {
  for (auto ties : {Ties::automatic, Ties::davidson}) {
    ComparisonColumns columns;
    for (Index item = 0; item < 14; ++item) {
      for (int i = 0; i < 20; ++i) {
        columns.left.push_back(item + (i % 2));
        columns.right.push_back(item + 1 - (i % 2));
        columns.outcome.push_back(i % 2 == 0 ? Outcome::left : Outcome::right);
        columns.worker.push_back(0);
      }
    }
    CrowdOptions options;
    options.ties = ties;
    auto apart = ranked(columns, options);
    CHECK(apart.ranking.separated);
    for (std::size_t i = 0; i + 1 < 15; ++i) {
      CHECK(apart.ranking.score[i] > apart.ranking.score[i + 1]);
    }
    CHECK(apart.ranking.score[0] < 60);
    columns.outcome.assign(columns.left.size(), Outcome::tie);
    for (double score : ranked(columns, options).ranking.score) CHECK(std::abs(score) < 1e-6);
  }
}

}  // namespace
}  // namespace guildhall::quality
