#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "quality/anomalies/made_ring.h"
#include "quality/anomalies/pasted.h"
#include "quality/anomalies/rings.h"
#include "quality/anomalies/spam.h"
#include "quality/anomalies/speeders.h"
#include "quality/contributors/made_crowd.h"
#include "quality/parallel.h"
#include "quality/real_sets.h"

namespace guildhall::quality {
namespace {

Judgments ring_crowd(std::uint64_t seed) {
  auto crowd = made_crowd(seed, 400, 40, 4, 8);
  return *Judgments::make(crowd.columns, 400, 40, 4);
}

TEST_CASE("a ring in a crowd is found with its figures, and nobody else is") {
  std::size_t found = 0;
  std::size_t all = 0;
  std::size_t others = 0;
  for (std::uint64_t seed : {1, 2, 3}) {
    auto honest = find_rings(ring_crowd(seed), {});
    REQUIRE(honest);
    CHECK(honest->rings.empty());
    auto made = made_ring(ring_crowd(seed), seed, 3, 0.9, 15);
    REQUIRE(made.copiers.size() == 3);
    auto search = find_rings(made.judgments, {}, {.shared = 15});
    REQUIRE(search);
    for (auto& ring : search->rings) {
      CHECK(ring.density > 0);
      CHECK(!ring.pairs.empty());
      for (auto& pair : ring.pairs) {
        CHECK(pair.same > pair.expected);
        CHECK(pair.p < 0.01);
      }
      for (auto worker : ring.people) {
        bool copier = std::ranges::find(made.copiers, worker) != made.copiers.end();
        (copier ? found : others) += 1;
      }
    }
    all += made.copiers.size();
  }
  CHECK(3 * found >= 2 * all);
  CHECK(others == 0);
}

TEST_CASE("rings: the same on one thread and four, and under new numbers") {
  auto made = made_ring(ring_crowd(5), 5, 4, 0.9, 15);
  set_threads(1);
  auto one = find_rings(made.judgments, {}, {.shared = 15});
  set_threads(4);
  auto four = find_rings(made.judgments, {}, {.shared = 15});
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
      find_rings(*Judgments::make(turned, 400, made.judgments.workers(), 4), {}, {.shared = 15});
  CHECK(other->pairs.size() == one->pairs.size());
}

TEST_CASE("no ring where there is nothing, and a posterior of something else is refused") {
  CHECK(find_rings(*Judgments::make({}, 0, 0, 0), {})->rings.empty());
  CHECK(find_rings(*Judgments::make({{0}, {0}, {0}}, 1, 1, 1), {})->rings.empty());
  std::vector<float> wrong(3);
  CHECK(!find_rings(ring_crowd(1), wrong));
  CHECK(!find_rings(ring_crowd(1), {}, {.fdr = 0}));
}

TEST_CASE("speeders: two parts are told from one, and who is in the fast one is named") {
  Seeded chance(4);
  std::vector<Index> worker;
  std::vector<double> seconds;
  for (Index w = 0; w < 30; ++w) {
    for (int i = 0; i < 60; ++i) {
      bool fast = w < 3 ? chance.uniform() < 0.8 : chance.uniform() < 0.02;
      worker.push_back(w);
      seconds.push_back(std::exp((fast ? 0.7 : 3.5) + (fast ? 0.3 : 0.6) * chance.normal()));
    }
  }
  auto found = find_speeders(worker, seconds, 30);
  REQUIRE(found);
  CHECK(found->two_parts);
  CHECK(found->converged);
  CHECK(std::exp(found->fast.log_mean) == doctest::Approx(2).epsilon(0.1));
  CHECK(found->threshold_seconds > 3);
  CHECK(found->threshold_seconds < 12);
  REQUIRE(found->speeders.size() == 3);
  for (auto& one : found->speeders) {
    CHECK(one.worker < 3);
    CHECK(one.median_seconds < 5);
  }
  for (auto& one : seconds) one = std::exp(3 + 0.7 * chance.normal());
  auto none = find_speeders(worker, seconds, 30);
  CHECK(!none->two_parts);
  CHECK(none->speeders.empty());
}

TEST_CASE("times that are none are left out; what has no answer is refused") {
  std::vector<Index> worker{0, 0, 0, 0};
  std::vector<double> seconds{0, -1, std::nan(""), std::numeric_limits<double>::infinity()};
  auto none = find_speeders(worker, seconds, 1);
  CHECK(none->left_out == 4);
  CHECK(!none->two_parts);
  seconds.assign(4, 7);
  CHECK(!find_speeders(worker, seconds, 1)->two_parts);
  CHECK(!find_speeders(worker, std::vector<double>{1}, 1));
  CHECK(!find_speeders(worker, seconds, 0));
  std::vector<Index> many(100, 0);
  CHECK(!find_speeders(many, std::vector<double>(100, 3), 1)->two_parts);
}

TEST_CASE("the spam score is low for dice and for always the same, high for who knows") {
  Columns columns;
  std::vector<float> posterior(600, 0);
  Seeded chance(2);
  for (Index item = 0; item < 200; ++item) {
    auto truth = static_cast<Label>(chance.below(3));
    posterior[item * 3 + truth] = 1;
    Label labels[] = {truth, 1, static_cast<Label>(chance.below(3)),
                      chance.uniform() < 0.7 ? truth : Label{0}};
    for (Index worker = 0; worker < 4; ++worker) {
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(labels[worker]);
    }
  }
  auto judgments = Judgments::make(columns, 200, 5, 3);
  auto scores = score_spam(*judgments, posterior);
  REQUIRE(scores);
  CHECK(scores->at(0).score == doctest::Approx(1));
  CHECK(!scores->at(0).suspect);
  CHECK(scores->at(0).independent_p < 1e-6);
  CHECK(scores->at(1).suspect);
  CHECK(scores->at(1).entropy == 0);
  CHECK(scores->at(1).favourite == 1);
  CHECK(scores->at(2).suspect);
  CHECK(scores->at(2).entropy > 1.4);
  CHECK(!scores->at(3).suspect);
  CHECK(scores->at(3).lower <= scores->at(3).upper);
  CHECK(!scores->at(4).suspect);  // nothing said, nothing held against them
  CHECK(scores->at(4).favourite == kNoLabel);
  CHECK(!score_spam(*judgments, std::vector<float>(5)));
}

TEST_CASE("texts that many pasted are found, the prompt in them is not held against anybody") {
  std::string pasted =
      "The mitochondrion is the powerhouse of the cell because it turns sugar and oxygen into the "
      "energy that every other part of the cell needs to do its work from day to day.";
  std::string prompt =
      "Explain in your own words what the mitochondrion does in the cell and why it matters to "
      "every living being that breathes oxygen on this planet of ours.";
  std::vector<std::string> texts;
  for (int i = 0; i < 8; ++i) {
    std::string own = prompt;
    for (int j = 0; j < 30; ++j) own += " w" + std::to_string(i * 100 + j);
    texts.push_back(own);
  }
  for (int i = 0; i < 4; ++i) texts.push_back(pasted + (i == 0 ? "" : " I hope this helps."));
  texts.emplace_back("short");
  std::vector<std::string_view> views(texts.begin(), texts.end());
  std::vector<Index> worker{0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 3, 4};
  std::vector<std::string_view> given{prompt};
  auto found = find_pasted(views, worker, given);
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->at(0).people == 3);
  CHECK(found->at(0).texts.size() == 4);
  CHECK(found->at(0).texts[0].text == 8);
  CHECK(found->at(0).texts[3].likeness > 0.7);
  CHECK(find_pasted(views, worker, given, 0.7, 4)->empty());
  CHECK(!find_pasted(views, {}));
  CHECK(find_pasted({}, {})->empty());
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
