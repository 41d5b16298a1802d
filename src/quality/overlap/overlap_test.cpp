#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "quality/overlap/replay.h"
#include "quality/parallel.h"
#include "quality/real_sets.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

// A one-coin crowd; worker w is right with probability skills[w]; `each` judgments an item.
struct OverlapCrowd {
  Columns columns;
  std::vector<Label> truth;
};

OverlapCrowd overlap_crowd(Index items, const std::vector<double>& skills, int each,
                           Label classes) {
  Seeded stream(11);
  OverlapCrowd crowd;
  for (Index item = 0; item < items; ++item) {
    auto truth = static_cast<Label>(stream.below(classes));
    crowd.truth.push_back(truth);
    auto first = stream.below(skills.size());
    for (int j = 0; j < each; ++j) {
      auto worker = static_cast<Index>((first + static_cast<std::size_t>(j)) % skills.size());
      auto other = static_cast<Label>((truth + 1 + stream.below(classes - 1U)) % classes);
      crowd.columns.item.push_back(item);
      crowd.columns.worker.push_back(worker);
      crowd.columns.label.push_back(stream.uniform() < skills[worker] ? truth : other);
    }
  }
  return crowd;
}

double overlap_share_right(const std::vector<Label>& labels, const std::vector<Label>& truth) {
  double right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += labels[i] == truth[i] ? 1 : 0;
  return right / static_cast<double>(labels.size());
}

const std::vector<double> kMixedSkills{0.95, 0.9, 0.9, 0.8, 0.8, 0.75, 0.7, 0.65, 0.6, 0.5};

TEST_CASE("the gain of one judgment is nothing where it takes two to change the label") {
  // One vote of 0.8 for the first: one more cannot turn it, two can.
  std::vector<double> posterior{0.81, 0.19};
  auto gain = gain_of(posterior, telling_of(0.8, 2));
  CHECK(gain.judgments == 2);
  // P(both for the second) by either truth: 0.04 and 0.64.
  CHECK(gain.each == doctest::Approx((0.19 * 0.64 - 0.81 * 0.04) / 2));
  // Undecided: one vote is followed.
  std::vector<double> even{0.5, 0.5};
  gain = gain_of(even, telling_of(0.8, 2));
  CHECK(gain.judgments == 1);
  CHECK(gain.each == doctest::Approx(0.3));
}

TEST_CASE("gain is never above the loss, grows with skill, and is none where nothing is to gain") {
  Seeded stream(3);
  for (int round = 0; round < 2'000; ++round) {
    auto classes = static_cast<Label>(2 + stream.below(4));
    std::vector<double> posterior(classes);
    for (auto& one : posterior) one = std::pow(stream.uniform(), 3);
    double sum = std::accumulate(posterior.begin(), posterior.end(), 0.0);
    for (auto& one : posterior) one /= sum;
    double before = 0;
    for (double skill : {0.0, 0.3, 0.55, 0.7, 0.9, 1.0}) {
      auto gain = gain_of(posterior, telling_of(skill, classes));
      CHECK(gain.each >= before - 1e-12);
      CHECK(gain.each <= expected_loss(posterior) + 1e-12);
      before = gain.each;
    }
    auto turned = posterior;
    std::ranges::reverse(turned);
    CHECK(gain_of(turned, telling_of(0.7, classes)).each ==
          doctest::Approx(gain_of(posterior, telling_of(0.7, classes)).each));
  }
  CHECK(gain_of({}, telling_of(0.9, 0)).each == 0);
  CHECK(gain_of(std::vector{1.0}, telling_of(0.9, 1)).each == 0);
  CHECK(gain_of(std::vector{1.0, 0.0}, telling_of(0.9, 2)).each == 0);
  CHECK(gain_of(std::vector{0.6, 0.4}, telling_of(0.5, 2)).each == 0);
}

TEST_CASE("a confusion tells classes apart that a skill does not") {
  // Right half of the time, but never mistakes 0 for 1.
  std::vector<float> rows{0.5F, 0, 0.5F, 0, 0.5F, 0.5F, 0.25F, 0.25F, 0.5F};
  std::vector<double> posterior{0.45, 0.45, 0.1};
  CHECK(gain_of(posterior, telling_of(rows, 3, leaders_of(posterior))).each > 0.2);
  CHECK(gain_of(posterior, telling_of(0.5, 3)).each < 0.2);
}

TEST_CASE("belief finds the able, doubts the unknown, and weighs a newcomer less than the proven") {
  auto crowd = overlap_crowd(400, kMixedSkills, 5, 3);
  auto judgments = Judgments::make(crowd.columns, 401, 11, 3);
  REQUIRE(judgments);
  auto belief = believe(*judgments, {});
  REQUIRE(belief);
  CHECK(belief->truth.converged);
  for (std::size_t w = 0; w < kMixedSkills.size(); ++w) {
    CHECK(std::abs(belief->truth.skill[w] - kMixedSkills[w]) < 0.1);
    CHECK(belief->variance(static_cast<Index>(w)) < belief->variance(10));
  }
  CHECK(belief->truth.skill[10] == doctest::Approx(16.0 / 22));  // without a judgment
  auto empty = belief->truth.of_item(400, 3);                    // without one, too
  for (Label t = 0; t < 3; ++t) CHECK(empty[t] == doctest::Approx(belief->truth.prior[t]));
  double share = overlap_share_right(labels_of(belief->truth, 400, 3), crowd.truth);
  CHECK(share > 0.9);
  // On an item of its own, a newcomer's vote weighs less than a proven one's, more than a poor
  // one's.
  Columns columns = crowd.columns;
  Index item = 400;
  for (Index worker : {0, 9, 10}) {
    columns.item.push_back(item++);
    columns.worker.push_back(worker);
    columns.label.push_back(0);
  }
  auto more = believe(*Judgments::make(columns, 403, 11, 3), {});
  REQUIRE(more);
  CHECK(more->truth.of_item(400, 3)[0] > more->truth.of_item(402, 3)[0] + 0.1);
  CHECK(more->truth.of_item(402, 3)[0] > more->truth.of_item(401, 3)[0] + 0.05);
}

TEST_CASE("belief does not depend on names, order, threads") {
  auto crowd = overlap_crowd(300, kMixedSkills, 4, 3);
  auto judgments = Judgments::make(crowd.columns, 300, 10, 3);
  REQUIRE(judgments);
  set_threads(1);
  auto belief = believe(*judgments, {});
  set_threads(4);
  auto again = believe(*judgments, {});
  set_threads(0);
  REQUIRE(belief);
  REQUIRE(again);
  CHECK(belief->truth.posterior == again->truth.posterior);
  CHECK(belief->truth.confusion == again->truth.confusion);
  // Everything named backwards, in turned order.
  Columns named = crowd.columns;
  std::ranges::reverse(named.item);
  std::ranges::reverse(named.worker);
  std::ranges::reverse(named.label);
  for (auto& item : named.item) item = 299 - item;
  for (auto& worker : named.worker) worker = 9 - worker;
  for (auto& label : named.label) label = static_cast<Label>(2 - label);
  auto backwards = Judgments::make(named, 300, 10, 3);
  REQUIRE(backwards);
  auto turned = believe(*backwards, {});
  REQUIRE(turned);
  double far = 0;
  for (Index item = 0; item < 300; ++item) {
    for (Label t = 0; t < 3; ++t) {
      far = std::max(far, std::abs(belief->truth.of_item(item, 3)[t] -
                                   turned->truth.of_item(299 - item, 3)[2U - t]));
    }
  }
  CHECK(far < 1e-9);
}

TEST_CASE("gold is clamped, moves the prior and lowers the floor") {
  auto crowd = overlap_crowd(100, {0.95, 0.95, 0.95}, 3, 2);
  auto judgments = Judgments::make(crowd.columns, 100, 4, 2);
  REQUIRE(judgments);
  auto without = believe(*judgments, {});
  auto gold = crowd.truth;
  gold[7] = static_cast<Label>(1 - gold[7]);  // against all that judged it
  std::fill(gold.begin() + 40, gold.end(), kNoLabel);
  auto with = believe(*judgments, gold);
  REQUIRE(without);
  REQUIRE(with);
  CHECK(with->truth.of_item(7, 2)[gold[7]] == 1);
  CHECK(with->gold_judgments == 120);
  double met = 0;
  for (Index item = 0; item < 40; ++item) {
    auto votes = judgments->of_item(item);
    met += static_cast<double>(std::ranges::count(votes.label, gold[item]));
  }
  CHECK(with->truth.skill[3] == doctest::Approx((16 + met) / (22 + 120)));  // never judged
  CHECK(without->truth.skill[3] == doctest::Approx(16.0 / 22));
  OverlapRules rules;
  CHECK(floor_of(rules, *without) == 3);
  CHECK(floor_of(rules, *with) == 1);
  rules.gold_warm = 121;
  CHECK(floor_of(rules, *with) == 3);
}

TEST_CASE("an item is asked for between floor and ceiling, and only where it pays") {
  OverlapRules rules;
  rules.worth = 100;
  Source able{1, 0.8, {}, 9};
  std::vector<double> even{0.5, 0.5};
  std::vector<double> sure{0.999, 0.001};
  std::vector<double> likely{0.93, 0.07};
  CHECK(verdict_of(rules, 3, sure, 2, able).need == Need::floor);
  CHECK(verdict_of(rules, 3, sure, 3, able).need == Need::certain);
  CHECK(verdict_of(rules, 3, even, 3, able).need == Need::pays);
  CHECK(verdict_of(rules, 3, even, 10, able).need == Need::ceiling);
  CHECK(verdict_of(rules, 12, even, 11, able).need == Need::floor);  // the floor holds
  CHECK(verdict_of(rules, 3, likely, 3, {1, 0.5, {}, 9}).need == Need::hopeless);
  CHECK(verdict_of(rules, 3, likely, 3, {50, 0.8, {}, 9}).need == Need::certain);
  CHECK(verdict_of(rules, 3, sure, 3, able, 1000).need == Need::pays);  // matters more
}

TEST_CASE("the source with the best gain per price is asked, within its capacity and the walls") {
  // Item 0 is split, item 1 too, item 2 agreed; item 3 has none, item 4 is known.
  Columns columns{{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2},
                  {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3},
                  {0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1}};
  auto judgments = Judgments::make(columns, 5, 4, 2);
  REQUIRE(judgments);
  std::vector<Label> gold{kNoLabel, kNoLabel, kNoLabel, kNoLabel, 1};
  auto belief = believe(*judgments, gold);
  REQUIRE(belief);
  OverlapRules rules;
  rules.worth = 50;
  std::vector<Source> sources{{1, 0.75, {}, 9}, {1, 0.9, {}, 1}, {40, 0.99, {}, 9}};
  auto anyone = [](Index, std::uint32_t) { return true; };
  auto asks = next_asks(rules, *judgments, gold, *belief, sources, anyone, 100);
  REQUIRE(asks);
  REQUIRE(asks->size() == 3);
  CHECK((*asks)[0].item == 3);
  CHECK((*asks)[0].need == Need::floor);
  CHECK((*asks)[0].source == 1);  // the better one at the same price: its only judgment
  CHECK((*asks)[1].source == 0);
  CHECK((*asks)[2].source == 0);
  asks = next_asks(rules, *judgments, gold, *belief, sources, anyone, 2);
  REQUIRE(asks);
  CHECK(asks->size() == 2);
  auto never = [](Index, std::uint32_t) { return false; };
  asks = next_asks(rules, *judgments, gold, *belief, sources, never, 100);
  REQUIRE(asks);
  CHECK(asks->empty());
  sources[0].price = 0;
  CHECK(!next_asks(rules, *judgments, gold, *belief, sources, anyone, 100));
  sources[0] = {1, std::nan(""), {}, 9};
  CHECK(!next_asks(rules, *judgments, gold, *belief, sources, anyone, 100));
}

TEST_CASE("a replay stays between floor and ceiling and within its budget, and repeats itself") {
  auto crowd = overlap_crowd(200, kMixedSkills, 10, 2);
  auto judgments = Judgments::make(crowd.columns, 200, 10, 2);
  REQUIRE(judgments);
  ReplayOptions options;
  options.rules = {3, 1, 50, 7, 200};
  auto free = replay(*judgments, {}, options);
  REQUIRE(free);
  CHECK(free->finished);
  CHECK(*std::ranges::min_element(free->judged) == 3);
  CHECK(*std::ranges::max_element(free->judged) == 7);
  options.budget = 3.5;
  auto bound = replay(*judgments, {}, options);
  REQUIRE(bound);
  CHECK(bound->judgments == 700);
  CHECK(bound->judgments < free->judgments);
  auto again = replay(*judgments, {}, options);
  REQUIRE(again);
  CHECK(again->labels == bound->labels);
  CHECK(again->judged == bound->judged);
  options.choose = true;
  auto chosen = replay(*judgments, {}, options);
  REQUIRE(chosen);
  CHECK(overlap_share_right(chosen->labels, crowd.truth) >
        overlap_share_right(bound->labels, crowd.truth));
  std::vector<Label> gold(200, kNoLabel);
  std::copy_n(crowd.truth.begin(), 30, gold.begin());
  auto warmed = replay(*judgments, gold, options);
  REQUIRE(warmed);
  CHECK(*std::ranges::min_element(warmed->judged) < 3);
}

TEST_CASE("input without an answer is refused, odd input has a defined result") {
  auto none = Judgments::make({}, 0, 0, 0);
  REQUIRE(none);
  CHECK(believe(*none, {}));
  CHECK(replay(*none, {}, {}));
  auto classless = Judgments::make({}, 1, 0, 0);
  REQUIRE(classless);
  CHECK(!believe(*classless, {}));
  auto one = Judgments::make({{0, 1}, {0, 0}, {0, 0}}, 2, 1, 1);
  REQUIRE(one);
  auto belief = believe(*one, {});
  REQUIRE(belief);
  CHECK(belief->truth.posterior == std::vector<double>{1, 1});
  CHECK(!believe(*one, std::vector<Label>{0}));
  CHECK(!believe(*one, std::vector<Label>{0, 1}));
  CHECK(!believe(*one, {}, {0, 6, 22, 10}));
  CHECK(!believe(*one, {}, {std::nan(""), 6, 22, 10}));
  ReplayOptions options;
  options.step = 0;
  CHECK(!replay(*one, {}, options));
  // Ten thousand on one item, all split; many classes, of which most nobody chose.
  Columns crowded;
  for (Index w = 0; w < 10'000; ++w) {
    crowded.item.push_back(0);
    crowded.worker.push_back(w);
    crowded.label.push_back(w % 2 == 0 ? 3 : 70);
  }
  auto split = Judgments::make(crowded, 1, 10'000, 100);
  REQUIRE(split);
  belief = believe(*split, {});
  REQUIRE(belief);
  CHECK(belief->truth.confusion.empty());
  for (double p : belief->truth.posterior) CHECK((p >= 0 && p <= 1));
  std::vector<float> rows;
  CHECK(average_source(*belief, *split, rows).skill == doctest::Approx(16.0 / 22).epsilon(0.05));
  auto verdict = verdicts({}, *split, {}, *belief, {1, 0.7, {}, 9});
  CHECK(verdict[0].need == Need::ceiling);
}

TEST_CASE("real judgments: majority of ten, from at most four and a half") {
  for (const char* name : {"rte", "temp"}) {
    auto set = real_set(name);
    if (!set) {
      MESSAGE("skipped: no test data");
      return;
    }
    ReplayOptions options;
    options.rules.worth = 1000;
    options.budget = 4.5;
    auto replayed = replay(set->judgments, {}, options);
    REQUIRE(replayed);
    CHECK(replayed->judgments <= 4.5 * set->judgments.items());
    CHECK(accuracy(*set, replayed->labels) > (std::string(name) == "rte" ? 0.905 : 0.932));
  }
}

}  // namespace
}  // namespace guildhall::quality
