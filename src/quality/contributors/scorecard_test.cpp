#include "quality/contributors/scorecard.h"

#include <doctest/doctest.h>

#include "quality/contributors/made_crowd.h"
#include "quality/contributors/population.h"
#include "quality/parallel.h"
#include "quality/real_sets.h"

namespace guildhall::quality {
namespace {

Judgments judgments_of(const MadeCrowd& crowd, Label classes) {
  auto made = Judgments::make(crowd.columns, static_cast<Index>(crowd.truth.size()),
                              static_cast<Index>(crowd.skill.size()), classes);
  REQUIRE(made);
  return std::move(*made);
}

bool in_order(const Interval& interval) {
  return interval.lower >= 0 && interval.lower <= interval.mean &&
         interval.mean <= interval.upper && interval.upper <= 1;
}

TEST_CASE("the population's mean and spread come back from binomial counts") {
  std::vector<Binomial> seen;
  Seeded chance(3);
  for (int i = 0; i < 2000; ++i) {
    double p = 1 / (1 + std::exp(-(1 + 0.6 * chance.normal())));
    double right = 0;
    for (int t = 0; t < 40; ++t) right += chance.uniform() < p ? 1 : 0;
    seen.push_back({right, 40});
  }
  auto fit = fit_population(seen, 1);
  CHECK(fit.converged);
  CHECK(fit.domain_mean[0] == doctest::Approx(1).epsilon(0.05));
  CHECK(fit.spread == doctest::Approx(0.6).epsilon(0.08));
  CHECK(fit.person_spread == 0);
}

TEST_CASE("counts of all right and none right stay finite") {
  for (Binomial seen : {Binomial{0, 0}, Binomial{1e6, 1e6}, Binomial{0, 1e6}}) {
    auto at = laplace_logit(seen, 0, 1);
    CHECK(std::isfinite(at.mode));
    CHECK(at.precision >= 1);
  }
}

TEST_CASE("intervals of skill cover the skill that made the crowd, and the best are found") {
  int covered = 0;
  int all = 0;
  for (std::uint64_t seed : {1, 2, 3}) {
    auto crowd = made_crowd(seed, 600, 40, 3, 5);
    auto judgments = judgments_of(crowd, 3);
    auto card = score_people(judgments, {.gold = crowd.truth});
    REQUIRE(card);
    for (Index worker = 0; worker < 40; ++worker) {
      auto& skill = card->people[worker].skill;
      CHECK(in_order(skill));
      covered += crowd.skill[worker] >= skill.lower && crowd.skill[worker] <= skill.upper ? 1 : 0;
      ++all;
    }
    std::vector<double> lower;
    for (auto& person : card->people) lower.push_back(person.skill.lower);
    CHECK(spearman(crowd.skill, lower) > 0.85);
    for (std::size_t i = 1; i < card->order.size(); ++i) {
      CHECK(lower[card->order[i - 1]] >= lower[card->order[i]]);
    }
    CHECK(!card->best.empty());
    CHECK(card->best_fdr <= 0.2);
    double sum = 0;
    for (auto& person : card->people) sum += person.top;
    CHECK(sum == doctest::Approx(8));
  }
  CHECK(covered >= 0.84 * all);
  CHECK(covered <= 0.96 * all);
}

TEST_CASE("the same scorecard on one thread and on four, another with another seed") {
  auto crowd = made_crowd(4, 900, 200, 4, 4);
  auto judgments = judgments_of(crowd, 4);
  set_threads(1);
  auto one = score_people(judgments, {});
  set_threads(4);
  auto four = score_people(judgments, {});
  set_threads(0);
  REQUIRE(one);
  REQUIRE(four);
  CHECK(one->skill_draws == four->skill_draws);
  CHECK(one->posterior == four->posterior);
  CHECK(one->difficulty == four->difficulty);
  auto other = score_people(judgments, {}, {.seed = 2});
  CHECK(other->skill_draws != one->skill_draws);
}

TEST_CASE("new numbers for people and items leave the ranking as it was, within chance") {
  auto crowd = made_crowd(5, 500, 30, 3, 6);
  auto turned = crowd;
  for (auto& worker : turned.columns.worker) worker = 29 - worker;
  for (auto& item : turned.columns.item) item = 499 - item;
  for (auto& label : turned.columns.label) label = static_cast<Label>(2 - label);
  auto card = score_people(judgments_of(crowd, 3), {});
  auto other = score_people(judgments_of(turned, 3), {});
  for (Index worker = 0; worker < 30; ++worker) {
    auto& here = card->people[worker].skill;
    auto& there = other->people[29 - worker].skill;
    CHECK(std::abs(here.mean - there.mean) < 0.03);
    CHECK(std::abs(here.lower - there.lower) < 0.04);
  }
}

TEST_CASE("consensus of a clique that gold contradicts is not believed") {
  // 12 of 16 people answer alike and at random; 4 are good. Gold on 40 of 200 items.
  Seeded chance(6);
  Columns columns;
  std::vector<Label> truth;
  std::vector<Label> gold(200, kNoLabel);
  for (Index item = 0; item < 200; ++item) {
    auto right = static_cast<Label>(chance.below(3));
    auto alike = static_cast<Label>(chance.below(3));
    truth.push_back(right);
    if (item % 5 == 0) gold[item] = right;
    for (Index worker = 0; worker < 16; ++worker) {
      bool sound = chance.uniform() < (worker < 4 ? 0.9 : 0.95);
      auto label = worker < 4 ? right : alike;
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(sound ? label : static_cast<Label>(chance.below(3)));
    }
  }
  auto judgments = Judgments::make(columns, 200, 16, 3);
  auto blind = score_people(*judgments, {});
  CHECK(blind->order.front() >= 4);  // nothing else can be known without gold
  auto card = score_people(*judgments, {.gold = gold});
  for (std::size_t i = 0; i < 4; ++i) CHECK(card->order[i] < 4);
  for (Index worker = 4; worker < 16; ++worker) CHECK(card->people[worker].skill.mean < 0.6);
  // The wrong half alone is what a model without those four would have to go by.
  Columns clique;
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    if (columns.worker[i] < 4) continue;
    clique.item.push_back(columns.item[i]);
    clique.worker.push_back(columns.worker[i]);
    clique.label.push_back(columns.label[i]);
  }
  auto alone = score_people(*Judgments::make(clique, 200, 16, 3), {.gold = gold});
  CHECK(!alone->consensus.believed);
  CHECK(alone->consensus.weight == 0);
  CHECK(alone->consensus.gold_items == 40);
  CHECK(alone->consensus.found < 0.6);
  CHECK(alone->people[5].skill.upper < 0.75);
}

TEST_CASE("one who contradicts four is the worst, not the best, and no number is lost") {
  // A row so sure that a label has next to no chance must not throw the class of an item away.
  Columns columns;
  for (Index item = 0; item < 18; ++item) {
    for (Index worker = 0; worker < 5; ++worker) {
      auto right = static_cast<Label>(item % 3 > 0);
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(worker == 2 ? static_cast<Label>(1 - right) : right);
    }
  }
  auto judgments = Judgments::make(columns, 18, 5, 2);
  for (std::uint64_t seed : {1, 2, 3}) {
    auto card = score_people(*judgments, {}, {.seed = seed});
    REQUIRE(card);
    CHECK(card->order.back() == 2);
    CHECK(card->people[2].accuracy.mean < 0.3);
    CHECK(std::ranges::all_of(card->skill_draws, [](float one) { return std::isfinite(one); }));
    for (Index item = 0; item < 18; ++item) {
      CHECK(card->posterior[item * 2 + (item % 3 > 0 ? 1 : 0)] > 0.8);
    }
  }
}

TEST_CASE("what is old counts by its half-life, by domain") {
  // One person: right on the 40 newest items, wrong on 40 older ones; gold everywhere.
  Columns columns;
  std::vector<double> age;
  for (Index item = 0; item < 80; ++item) {
    columns.item.push_back(79 - item);
    columns.worker.push_back(0);
    columns.label.push_back(item < 40 ? 0 : 1);
    age.push_back(item < 40 ? 0 : 300);
  }
  std::vector<Label> gold(80, 0);
  auto judgments = Judgments::make(columns, 80, 1, 2);
  auto ages = in_worker_order(*judgments, columns, age);
  CHECK(ages.front() == 300);
  std::vector<double> half_life{30};
  auto now =
      score_people(*judgments, {.gold = gold, .age_days = ages, .half_life_days = half_life});
  auto all = score_people(*judgments, {.gold = gold, .age_days = ages});
  CHECK(now->people[0].skill.mean > 0.8);
  CHECK(all->people[0].skill.mean < 0.65);
  CHECK(now->people[0].weight == doctest::Approx(40 + 40 * std::exp2(-10)));
  CHECK(now->people[0].accuracy.mean == doctest::Approx(0.5));
}

TEST_CASE("a domain without judgments takes after the person, with more doubt") {
  // Everybody as good in both domains; the last person has worked in the first alone.
  Seeded chance(8);
  Columns columns;
  std::vector<Index> domain(400);
  for (Index item = 0; item < 400; ++item) {
    domain[item] = item / 200;
    for (Index worker = 0; worker < 20; ++worker) {
      if (worker == 19 && item >= 200) continue;
      double skill = worker < 10 ? 0.55 : 0.95;
      columns.item.push_back(item);
      columns.worker.push_back(worker);
      columns.label.push_back(chance.uniform() < skill ? 0 : 1);
    }
  }
  std::vector<Label> gold(400, 0);
  auto judgments = Judgments::make(columns, 400, 20, 2);
  auto card = score_people(*judgments, {.gold = gold, .domain = domain, .domains = 2});
  auto known = card->domain_skill[19 * 2];
  auto unknown = card->domain_skill[19 * 2 + 1];
  CHECK(unknown.mean > 0.8);
  CHECK(unknown.upper - unknown.lower > known.upper - known.lower);
  CHECK(card->domain_skill[0 * 2 + 1].mean < 0.65);
}

TEST_CASE("items on which good people fail are difficult") {
  auto crowd = made_crowd(9, 300, 30, 2, 10);
  for (std::size_t i = 0; i < crowd.columns.item.size(); ++i) {
    if (crowd.columns.item[i] < 30 && i % 2 == 0) {
      crowd.columns.label[i] = static_cast<Label>(1 - crowd.truth[crowd.columns.item[i]]);
    }
  }
  auto card = score_people(judgments_of(crowd, 2), {.gold = crowd.truth});
  double hard = 0;
  double others = 0;
  for (Index item = 0; item < 300; ++item) (item < 30 ? hard : others) += card->difficulty[item];
  CHECK(hard / 30 > others / 270 + 0.8);
}

TEST_CASE("what has no answer is refused, what is bare is answered") {
  auto none = Judgments::make({}, 0, 0, 0);
  CHECK(score_people(*none, {}).error().type == "quality-input");
  auto bare = score_people(*Judgments::make({}, 3, 2, 2), {});
  REQUIRE(bare);
  CHECK(bare->best.empty());
  CHECK(in_order(bare->people[1].skill));
  auto one = Judgments::make({{0, 1}, {0, 0}, {0, 0}}, 2, 1, 1);
  CHECK(in_order(score_people(*one, {})->people[0].skill));
  std::vector<Label> gold{0, 7};
  CHECK(!score_people(*one, {.gold = gold}));
  std::vector<double> ages{0, -1};
  CHECK(!score_people(*one, {.age_days = ages}));
  ages[1] = std::nan("");
  CHECK(!score_people(*one, {.age_days = ages}));
  CHECK(!score_people(*one, {.domains = 0}));
  CHECK(!score_people(*one, {}, {.level = 1}));
  // Many classes, everybody disagrees, one item with a crowd.
  Columns columns;
  for (Index worker = 0; worker < 300; ++worker) {
    columns.item.push_back(0);
    columns.worker.push_back(worker);
    columns.label.push_back(static_cast<Label>(worker));
  }
  auto card = score_people(*Judgments::make(columns, 1, 300, 300), {});
  REQUIRE(card);
  for (auto& person : card->people) CHECK(in_order(person.skill));
}

TEST_CASE("real people without gold: bluebird and the medical quiz") {
  for (auto [name, least] : {std::pair("bluebird", 0.95), std::pair("quiz_medicine", 0.9)}) {
    auto set = real_set(name);
    if (!set) {
      MESSAGE("skipped: no test data");
      return;
    }
    auto card = score_people(set->judgments, {});
    std::vector<double> accuracy;
    std::vector<double> score;
    for (Index worker = 0; worker < set->judgments.workers(); ++worker) {
      auto row = set->judgments.of_worker(worker);
      double right = 0;
      for (std::size_t i = 0; i < row.size(); ++i) {
        right += set->truth[row.other[i]] == row.label[i] ? 1 : 0;
      }
      accuracy.push_back(right / static_cast<double>(row.size()));
      score.push_back(card->people[worker].accuracy.mean);
    }
    CHECK(spearman(accuracy, score) >= least);
  }
}

}  // namespace
}  // namespace guildhall::quality
