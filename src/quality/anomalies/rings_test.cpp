#include "quality/anomalies/rings.h"

#include <doctest/doctest.h>

#include <numeric>

#include "quality/anomalies/made_ring.h"
#include "quality/anomalies/partners.h"
#include "quality/contributors/made_crowd.h"
#include "quality/parallel.h"
#include "quality/real_sets.h"

namespace guildhall::quality {
namespace {

constexpr RingOptions kFewShared{.fdr = 0.01, .shared = 15};

Judgments ring_crowd(std::uint64_t seed) {
  auto crowd = made_crowd(seed, 400, 40, 4, 8);
  return *Judgments::make(crowd.columns, 400, 40, 4);
}

// How many of the ring's copiers are named, and how many others (but the source).
std::pair<std::size_t, std::size_t> found_of(const MadeRing& made, const RingSearch& search) {
  std::size_t copiers = 0;
  std::size_t others = 0;
  for (auto& ring : search.rings) {
    for (auto worker : ring.people) {
      bool copier = std::ranges::find(made.copiers, worker) != made.copiers.end();
      copiers += copier ? 1 : 0;
      others += !copier && worker != made.source ? 1 : 0;
    }
  }
  return {copiers, others};
}

TEST_CASE("a ring in a crowd is found with its figures, and nobody else is") {
  std::size_t found = 0;
  for (std::uint64_t seed : {1, 2, 3}) {
    auto honest = find_rings(ring_crowd(seed), {}, kFewShared);
    REQUIRE(honest);
    CHECK(honest->rings.empty());
    CHECK(honest->examined > 100);
    auto made = made_ring(ring_crowd(seed), seed, 3, 0.9, 15);
    REQUIRE(made.copiers.size() == 3);
    auto search = find_rings(made.judgments, {}, kFewShared);
    REQUIRE(search);
    for (auto& ring : search->rings) {
      CHECK(ring.density > 0);
      CHECK(ring.density <= 1);
      REQUIRE(!ring.pairs.empty());
      CHECK(std::ranges::is_sorted(ring.people));
      for (auto& pair : ring.pairs) {
        CHECK(pair.same > pair.expected);
        CHECK(pair.same <= pair.shared);
        CHECK(pair.copied > 0);
        CHECK(pair.p <= 0.01);
      }
    }
    auto [copiers, others] = found_of(made, *search);
    found += copiers;
    CHECK(others == 0);
  }
  CHECK(found >= 7);
}

TEST_CASE("a ring that is most of the voters on its items is found, its popular answers or not") {
  auto crowd = made_crowd(4, 300, 30, 4, 10);
  auto made = joined_ring(*Judgments::make(crowd.columns, 300, 30, 4), 4, 10, 0.9, 40);
  REQUIRE(made.copiers.size() == 10);
  auto search = find_rings(made.judgments, {});
  REQUIRE(search);
  auto [copiers, others] = found_of(made, *search);
  CHECK(copiers == 10);
  CHECK(others == 0);
  REQUIRE(!search->rings.empty());
  CHECK(!search->rings[0].telling_items.empty());
  CHECK(search->rings[0].pairs[0].same_wrong > search->rings[0].pairs[0].expected_wrong);
}

TEST_CASE("a mistake that tempts everybody makes no ring") {
  // On every third item most people fall for the same wrong label.
  Columns columns;
  Seeded chance(3);
  for (Index item = 0; item < 120; ++item) {
    for (Index worker = 0; worker < 30; ++worker) {
      bool falls = item % 3 == 0 && chance.uniform() < 0.7;
      bool slips = chance.uniform() < 0.15;
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      auto truth = static_cast<Label>(item % 4);
      columns.label.push_back(falls   ? static_cast<Label>((truth + 1) % 4)
                              : slips ? static_cast<Label>(chance.below(4))
                                      : truth);
    }
  }
  auto judgments = *Judgments::make(columns, 120, 30, 4);
  std::vector<float> truth(480, 0);
  for (std::size_t item = 0; item < 120; ++item) truth[item * 4 + item % 4] = 1;
  auto search = find_rings(judgments, truth);
  REQUIRE(search);
  CHECK(search->rings.empty());
  CHECK(search->examined == 435);
}

TEST_CASE("habits: chances sum to one, dice are flat, a popular mistake is expected") {
  Columns columns;
  Seeded chance(8);
  for (Index item = 0; item < 200; ++item) {
    for (Index worker = 0; worker < 8; ++worker) {
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      auto usual = static_cast<Label>(item % 2);
      columns.label.push_back(
          worker == 7 || chance.uniform() < 0.2 ? static_cast<Label>(chance.below(3)) : usual);
    }
  }
  auto judgments = *Judgments::make(columns, 200, 8, 3);
  Habits habits(judgments);
  std::vector<double> weight(8, 1);
  habits.fit(weight);
  CHECK(habits.relative_sharpness(7) < 0.3 * habits.relative_sharpness(0));
  ItemVotes votes;
  std::vector<double> chances;
  habits.gather(5, weight, votes);
  for (Index worker = 0; worker < 8; ++worker) {
    habits.chances(votes, worker, worker, chances);
    CHECK(std::accumulate(chances.begin(), chances.end(), 0.0) == doctest::Approx(1));
    if (worker < 7) CHECK(chances[1] > 0.6);
  }
  CHECK(chances[1] < 0.6);
}

TEST_CASE("partners: each pair both ways, with what it shares; many labels too") {
  auto crowd = made_crowd(9, 300, 20, 40, 6);
  auto judgments = *Judgments::make(crowd.columns, 300, 20, 40);
  Partners partners(judgments, 20);
  REQUIRE(partners.pairs() > 50);
  for (Index worker = 0; worker < 20; ++worker) {
    auto row = partners.of(worker);
    CHECK(std::ranges::is_sorted(row));
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto at = partners.start(worker) + i;
      auto there = partners.mirror(at);
      CHECK(partners.mirror(there) == at);
      CHECK(partners.of(row[i])[there - partners.start(row[i])] == worker);
      CHECK(partners.shared(at) >= 20);
    }
  }
  Habits habits(judgments);
  std::vector<double> weight(20, 1);
  habits.fit(weight);
  for (auto& one : partners.measure(habits, weight, {}, true)) {
    CHECK(std::isfinite(one.z));
    CHECK(one.copied >= 0);
    CHECK(one.copied <= 1);
  }
  CHECK(find_rings(judgments, {})->rings.empty());
}

TEST_CASE("rings: the same on one thread and four, and under new numbers") {
  auto made = made_ring(ring_crowd(5), 5, 4, 0.9, 15);
  set_threads(1);
  auto one = find_rings(made.judgments, {}, kFewShared);
  set_threads(4);
  auto four = find_rings(made.judgments, {}, kFewShared);
  set_threads(0);
  REQUIRE(one->pairs.size() == four->pairs.size());
  REQUIRE(!one->pairs.empty());
  for (std::size_t i = 0; i < one->pairs.size(); ++i) CHECK(one->pairs[i].p == four->pairs[i].p);
  Columns turned;
  for (Index worker = 0; worker < made.judgments.workers(); ++worker) {
    auto row = made.judgments.of_worker(worker);
    for (std::size_t i = 0; i < row.size(); ++i) {
      turned.item.push_back(399 - row.other[i]);
      turned.worker.push_back(made.judgments.workers() - 1 - worker);
      turned.label.push_back(static_cast<Label>(3 - row.label[i]));
    }
  }
  auto other =
      find_rings(*Judgments::make(turned, 400, made.judgments.workers(), 4), {}, kFewShared);
  CHECK(other->pairs.size() == one->pairs.size());
}

TEST_CASE("no ring where there is nothing, and a posterior of something else is refused") {
  CHECK(find_rings(*Judgments::make({}, 0, 0, 0), {})->rings.empty());
  CHECK(find_rings(*Judgments::make({{0}, {0}, {0}}, 1, 1, 1), {})->rings.empty());
  std::vector<float> wrong(3);
  CHECK(!find_rings(ring_crowd(1), wrong));
  CHECK(!find_rings(ring_crowd(1), {}, {.fdr = 0}));
}

TEST_CASE("one item that thousands judged, and everybody always the same: no ring, no NaN") {
  Columns columns;
  for (Index worker = 0; worker < 3000; ++worker) {
    columns.item.push_back(0);
    columns.worker.push_back(worker);
    columns.label.push_back(static_cast<Label>(worker % 2));
  }
  for (Index worker = 0; worker < 6; ++worker) {
    for (Index item = 1; item < 60; ++item) {
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(0);
    }
  }
  auto search = find_rings(*Judgments::make(columns, 60, 3000, 3), {});
  REQUIRE(search);
  CHECK(search->rings.empty());
  CHECK(search->examined == 15);
  CHECK(std::isfinite(search->null_spread));
}

TEST_CASE("real people: no rings in the dog labels and the English quiz as they are") {
  for (auto* name : {"dog", "quiz_english"}) {
    auto set = real_set(name);
    if (!set) {
      MESSAGE("skipped: no test data");
      return;
    }
    CHECK(find_rings(set->judgments, {})->rings.empty());
  }
}

}  // namespace
}  // namespace guildhall::quality
