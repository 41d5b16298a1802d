#include "quality/pairwise/scores.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <vector>

#include "quality/pairwise/bradley_terry.h"
#include "quality/pairwise/elo.h"
#include "quality/pairwise/pair_sets.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

using Golden = std::map<std::string, std::map<std::string, double>>;

// algorithm,item,score; a name may hold a comma no more than the file's own does.
Golden golden() {
  Golden all;
  for (const auto& row : csv_rows(*test_data("quality/pairwise_llmfao/golden_evalica.csv"))) {
    if (row.at(0) != "algorithm") all[row[0]][row.at(1)] = std::strtod(row.at(2).c_str(), nullptr);
  }
  return all;
}

TEST_CASE("the seven scores of evalica's golden file") {
  auto set = llmfao_set();
  if (!set) {
    MESSAGE("skipped: no pairwise_llmfao");
    return;
  }
  auto data = set->make();
  REQUIRE(data);
  auto names = llmfao_names();
  auto want = golden();
  auto ranking = bradley_terry(*data, {Ties::half, 0, true});
  REQUIRE(ranking);
  Elo elo(data->items());
  for (std::size_t i = 0; i < set->columns.left.size(); ++i) {
    elo.add(set->columns.left[i], set->columns.right[i], set->columns.outcome[i]);
  }
  std::map<std::string, std::vector<double>> got{
      {"counting", counting(*data).score},
      {"average_win_rate", average_win_rate(*data).score},
      {"bradley_terry", strength_shares(ranking->score)},
      {"elo", elo.ratings()},
      {"eigen", eigenvector(*data).score},
      {"pagerank", pagerank(*data).score},
      {"newman", newman(*data).score}};
  REQUIRE(want.size() == 7);
  for (const auto& [algorithm, scores] : want) {
    CAPTURE(algorithm);
    CHECK(scores.size() == 59);
    REQUIRE(got[algorithm].size() == 59);
    double worst = 0;
    for (Index item = 0; item < data->items(); ++item) {
      double gap = std::abs(got[algorithm][item] - scores.at(names.at(set->items[item])));
      worst = std::max(worst, gap);
    }
    CHECK(worst < 1e-6);
  }
}

Comparisons scored(const ComparisonColumns& columns, Index items) {
  auto result = Comparisons::make(columns, items);
  REQUIRE(result);
  return std::move(*result);
}

TEST_CASE("a cycle makes all equal, in every score") {
  auto data = scored({{0, 1, 2}, {1, 2, 0}, std::vector(3, Outcome::left)}, 3);
  for (const auto& scores :
       {counting(data), average_win_rate(data), eigenvector(data), eigenvector(data, EigenOf::wins),
        pagerank(data), static_cast<Scores>(newman(data))}) {
    CHECK(scores.converged);
    CHECK(scores.score[0] == doctest::Approx(scores.score[1]));
    CHECK(scores.score[1] == doctest::Approx(scores.score[2]));
  }
}

TEST_CASE("an eigenvector of wins that go to and fro is found all the same") {
  auto data = scored({{0, 1, 1, 2}, {1, 0, 2, 1}, std::vector(4, Outcome::left)}, 3);
  auto scores = eigenvector(data, EigenOf::wins);
  CHECK(scores.converged);
  CHECK(scores.score[1] == doctest::Approx(std::sqrt(0.5)));
  CHECK(scores.score[0] == doctest::Approx(0.5));
}

TEST_CASE("nothing, ties alone, separation and parts: every score is finite and said") {
  for (const auto& data :
       {scored({}, 0), scored({}, 3), scored({{0, 1}, {1, 2}, std::vector(2, Outcome::tie)}, 3),
        scored({{0, 1, 0}, {1, 2, 2}, std::vector(3, Outcome::left)}, 4),
        scored({{0, 2}, {1, 3}, {Outcome::left, Outcome::tie}}, 5)}) {
    for (const auto& scores :
         {counting(data), average_win_rate(data), eigenvector(data), pagerank(data),
          eigenvector(data, EigenOf::wins), static_cast<Scores>(newman(data))}) {
      CHECK(scores.score.size() == data.items());
      for (double score : scores.score) CHECK(std::isfinite(score));
    }
  }
  auto chain = newman(scored({{0, 1}, {1, 2}, std::vector(2, Outcome::left)}, 3));
  CHECK(chain.separated);
  CHECK(chain.converged);
  CHECK(chain.score[0] > chain.score[1]);
  CHECK(chain.score[1] > chain.score[2]);
  auto loops = pagerank(scored({{0, 1}, {1, 2}, std::vector(2, Outcome::left)}, 4));
  double sum = 0;
  for (double score : loops.score) sum += score;
  CHECK(sum == doctest::Approx(1));
}

TEST_CASE("Newman's strengths are Bradley-Terry's where nothing is tied") {
  auto data =
      scored({{0, 0, 1, 1, 2, 2, 0}, {1, 2, 0, 2, 0, 1, 1}, std::vector(7, Outcome::left)}, 3);
  auto strengths = newman(data);
  auto ranking = bradley_terry(data, {Ties::half, 0, true});
  REQUIRE(ranking);
  CHECK(std::log(strengths.score[0] / strengths.score[2]) ==
        doctest::Approx(ranking->score[0] - ranking->score[2]));
}

TEST_CASE("Elo moves as much as was at stake, and is bounded by it") {
  Elo elo(2);
  elo.add(0, 1, Outcome::left);
  CHECK(elo.ratings()[0] == 1002);
  CHECK(elo.ratings()[1] == 998);
  elo.add(5, 5, Outcome::left);
  CHECK(elo.ratings().size() == 6);
  CHECK(elo.ratings()[5] == 1000);
  for (int i = 0; i < 100'000; ++i) elo.add(0, 1, Outcome::left);
  CHECK(std::isfinite(elo.ratings()[0]));
  CHECK(elo.ratings()[0] + elo.ratings()[1] == doctest::Approx(2000));
}

}  // namespace
}  // namespace guildhall::quality
