#include "quality/contributors/vendors.h"

#include <doctest/doctest.h>

#include "quality/contributors/made_crowd.h"
#include "quality/distributions.h"

namespace guildhall::quality {
namespace {

struct TwoHalls {
  Columns columns;
  std::vector<Label> truth;
  std::vector<Index> hall;  // of 24 people: 12 each
};

// Skills of people differ around the mean of their hall; every item by three of each.
TwoHalls two_halls(std::uint64_t seed, double left, double right) {
  TwoHalls made;
  Seeded chance(seed);
  std::vector<double> skill;
  for (Index worker = 0; worker < 24; ++worker) {
    made.hall.push_back(worker / 12);
    skill.push_back(std::clamp((worker < 12 ? left : right) + 0.08 * chance.normal(), 0.0, 1.0));
  }
  for (Index item = 0; item < 120; ++item) {
    made.truth.push_back(static_cast<Label>(chance.below(2)));
    for (Index i = 0; i < 6; ++i) {
      Index worker = (i / 3) * 12 + (item * 5 + i * 7) % 12;
      made.columns.item.push_back(item);
      made.columns.worker.push_back(worker);
      bool good = chance.uniform() < skill[worker];
      made.columns.label.push_back(
          static_cast<Label>(good ? made.truth[item] : 1 - made.truth[item]));
    }
  }
  return made;
}

TEST_CASE("tails of the usual distributions, against known values") {
  CHECK(t_two_sided(2.228138852, 10) == doctest::Approx(0.05).epsilon(1e-6));
  CHECK(t_bound(0.1, 5) == doctest::Approx(2.015048373).epsilon(1e-6));
  CHECK(binomial_at_least(8, 10, 0.5) == doctest::Approx(56.0 / 1024));
  CHECK(incomplete_beta(2, 3, 0.4) == doctest::Approx(0.5248));
  CHECK(normal_above(1.959963985) == doctest::Approx(0.025).epsilon(1e-6));
}

TEST_CASE("the better hall is found, and the other way round it is the mirror image") {
  auto made = two_halls(1, 0.9, 0.65);
  auto judgments = Judgments::make(made.columns, 120, 24, 2);
  auto card = score_people(*judgments, {.gold = made.truth});
  auto there = compare_halls(*judgments, *card, made.truth, made.hall, 0, 1, 0.9, true);
  auto back = compare_halls(*judgments, *card, made.truth, made.hall, 1, 0, 0.9, true);
  REQUIRE(there);
  CHECK(there->items == 120);
  CHECK(there->left_people == 12);
  CHECK(there->p < 0.001);
  CHECK(there->sign_p < 0.001);
  CHECK(there->difference.lower > 0.1);
  CHECK(back->difference.mean == doctest::Approx(-there->difference.mean));
  CHECK(back->p == doctest::Approx(there->p));
  auto scores = score_halls(*judgments, *card, made.hall, 2, 0.9);
  REQUIRE(scores);
  CHECK(scores->at(0).skill.lower > scores->at(1).skill.upper);
  CHECK(scores->at(0).people == 12);
  CHECK(scores->at(0).best > scores->at(1).best);
}

TEST_CASE("halls of equal people differ no more often than the level says") {
  int rejected = 0;
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    auto made = two_halls(100 + seed, 0.8, 0.8);
    auto judgments = Judgments::make(made.columns, 120, 24, 2);
    Scorecard card;  // all that is asked of it: the truth
    card.people.resize(24);
    card.posterior.resize(240);
    for (Index item = 0; item < 120; ++item) card.posterior[item * 2 + made.truth[item]] = 1;
    auto found = compare_halls(*judgments, card, {}, made.hall, 0, 1, 0.9);
    rejected += found->p < 0.1 ? 1 : 0;
    covered += found->difference.lower <= 0 && found->difference.upper >= 0 ? 1 : 0;
  }
  CHECK(rejected <= 8);
  CHECK(covered >= 32);
  CHECK(covered < 40);  // an interval that always covers says nothing
}

TEST_CASE("nothing in common, one person, and halls that are not there") {
  auto judgments = Judgments::make({{0, 1}, {0, 1}, {0, 0}}, 2, 2, 2);
  auto card = score_people(*judgments, {});
  std::vector<Index> hall{0, 1};
  auto none = compare_halls(*judgments, *card, {}, hall, 0, 1, 0.9);
  CHECK(none->items == 0);
  CHECK(none->p == 1);
  auto same = Judgments::make({{0, 0}, {0, 1}, {0, 1}}, 1, 2, 2);
  auto second = score_people(*same, {});
  auto single = compare_halls(*same, *second, {}, hall, 0, 1, 0.9);
  CHECK(single->items == 1);
  CHECK(single->p == 1);
  CHECK(!compare_halls(*same, *second, {}, hall, 1, 1, 0.9));
  CHECK(!score_halls(*same, *second, hall, 1, 0.9));
  CHECK(!score_halls(*judgments, *second, std::vector<Index>{0}, 2, 0.9));
}

}  // namespace
}  // namespace guildhall::quality
