#include "quality/pairwise/comparisons.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "quality/parallel.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

TEST_CASE("comparisons are tallied by pair, whichever side an item stood on") {
  ComparisonColumns columns{
      {3, 1, 1, 0, 3, 2},
      {1, 3, 3, 1, 1, 2},
      {Outcome::left, Outcome::left, Outcome::tie, Outcome::right, Outcome::left, Outcome::left},
      {},
      {1, 2, 0.5, 1, 1, 1}};
  auto made = Comparisons::make(columns, 5);
  REQUIRE(made);
  REQUIRE(made->pairs().size() == 2);
  CHECK(made->pairs()[0].second == 1);
  CHECK(made->tallies()[0].second == 1);
  CHECK(made->tallies()[1].first == 2);
  CHECK(made->tallies()[1].second == 2);
  CHECK(made->tallies()[1].tie == 0.5);
  CHECK(made->size() == 5);
  CHECK(made->left_out() == 1);
  CHECK(made->has_ties());
  CHECK(!made->keeps_turns());
  CHECK(std::vector(made->parts().begin(), made->parts().end()) ==
        std::vector<Index>{0, 0, 1, 0, 2});
  CHECK(made->part_count() == 3);
  REQUIRE(made->of_item(1).size() == 2);
  CHECK(made->of_item(1)[0].item == 0);
  CHECK(made->of_item(1)[1].item == 3);
  CHECK(made->of_item(1)[1].pair == 1);
}

TEST_CASE("where workers or covariates are named, each comparison is kept as its pair sees it") {
  ComparisonColumns columns{{2, 0, 2}, {0, 2, 1}, {Outcome::left, Outcome::left, Outcome::tie},
                            {4, 0, 1}, {},        {1, 10, 2, 20, 3, 30},
                            2};
  auto made = Comparisons::make(columns, 3, 5);
  REQUIRE(made);
  REQUIRE(made->keeps_turns());
  CHECK(made->turn_start(1) == 2);
  CHECK(made->turn(0).outcome == Outcome::right);
  CHECK(made->turn(0).swapped);
  CHECK(made->worker(0) == 4);
  CHECK(made->covariate(0)[1] == -10);
  CHECK(made->turn(1).outcome == Outcome::left);
  CHECK(!made->turn(1).swapped);
  CHECK(made->covariate(1)[0] == 2);
  CHECK(made->turn(2).outcome == Outcome::tie);
  CHECK(made->weight(2) == 1);
}

TEST_CASE("comparisons that do not fit are refused") {
  auto left = std::vector{Outcome::left};
  CHECK(Comparisons::make({}, 0));
  CHECK(!Comparisons::make({{0}, {1, 0}, left}, 2));
  CHECK(!Comparisons::make({{0}, {2}, left}, 2));
  CHECK(!Comparisons::make({{0}, {1}, {static_cast<Outcome>(3)}}, 2));
  CHECK(!Comparisons::make({{0}, {1}, left, {1}}, 2, 1));
  CHECK(!Comparisons::make({{0}, {1}, left, {}, {-1}}, 2));
  CHECK(!Comparisons::make({{0}, {1}, left, {}, {std::numeric_limits<double>::quiet_NaN()}}, 2));
  CHECK(!Comparisons::make({{0}, {1}, left, {}, {}, {1, 2}, 1}, 2));
  CHECK(!Comparisons::make({{0}, {1}, left, {}, {}, std::vector<double>(1'000), 1'000}, 2));
}

TEST_CASE("any number of threads compresses to the same") {
  Seeded seeded(5);
  ComparisonColumns columns;
  for (int i = 0; i < 20'000; ++i) {
    columns.left.push_back(static_cast<Index>(seeded.uniform() * 300));
    columns.right.push_back(static_cast<Index>(seeded.uniform() * 300));
    columns.outcome.push_back(static_cast<Outcome>(seeded.uniform() * 3));
  }
  double sums[2] = {};
  for (int run : {0, 1}) {
    set_threads(run == 0 ? 1 : 4);
    auto made = Comparisons::make(columns, 300);
    REQUIRE(made);
    double total = 0;
    for (std::size_t i = 0; i < made->pairs().size(); ++i) {
      const auto& tally = made->tallies()[i];
      total += tally.total();
      sums[run] += (tally.first - tally.second) * static_cast<double>(i);
    }
    CHECK(total == static_cast<double>(made->size()));
    CHECK(made->part_count() == 1);
  }
  set_threads(0);
  CHECK(sums[0] == sums[1]);
}

}  // namespace
}  // namespace guildhall::quality
