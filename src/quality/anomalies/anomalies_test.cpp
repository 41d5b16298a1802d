#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "quality/anomalies/pasted.h"
#include "quality/anomalies/spam.h"
#include "quality/anomalies/speeders.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

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

}  // namespace
}  // namespace guildhall::quality
