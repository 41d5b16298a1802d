#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "quality/judgments.h"
#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

TEST_CASE("judgments are compressed both ways, and the first of a doubled pair counts") {
  Columns columns{{1, 0, 1, 1, 3}, {2, 0, 0, 2, 0}, {1, 0, 2, 0, 1}};
  auto made = Judgments::make(columns, 5, 3, 3);
  REQUIRE(made);
  CHECK(made->size() == 4);
  auto one = made->of_item(1);
  CHECK(std::vector(one.other.begin(), one.other.end()) == std::vector<Index>{0, 2});
  CHECK(std::vector(one.label.begin(), one.label.end()) == std::vector<Label>{2, 1});
  CHECK(made->of_item(2).size() == 0);
  CHECK(made->of_item(4).size() == 0);
  auto zero = made->of_worker(0);
  CHECK(std::vector(zero.other.begin(), zero.other.end()) == std::vector<Index>{0, 1, 3});
  CHECK(std::vector(zero.label.begin(), zero.label.end()) == std::vector<Label>{0, 2, 1});
  CHECK(made->of_worker(1).size() == 0);
  CHECK(made->item_starts().back() == 4);
}

TEST_CASE("columns that do not fit are refused") {
  CHECK(!Judgments::make({{0}, {0, 1}, {0}}, 1, 2, 1));
  CHECK(!Judgments::make({{1}, {0}, {0}}, 1, 1, 1));
  CHECK(!Judgments::make({{0}, {1}, {0}}, 1, 1, 1));
  CHECK(!Judgments::make({{0}, {0}, {1}}, 1, 1, 1));
  CHECK(Judgments::make({}, 0, 0, 0));
}

TEST_CASE("blocks cover all rows once, on any number of threads") {
  for (int count : {1, 2, 5}) {
    set_threads(count);
    std::vector<int> seen(10'007);
    in_blocks(seen.size(), block_count(seen.size(), 16), [&](Block block) {
      for (auto i = block.from; i < block.to; ++i) ++seen[i];
    });
    CHECK(std::accumulate(seen.begin(), seen.end(), 0) == 10'007);
    CHECK(*std::ranges::max_element(seen) == 1);
  }
  set_threads(0);
}

}  // namespace
}  // namespace guildhall::quality
