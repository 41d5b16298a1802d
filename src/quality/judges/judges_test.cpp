#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "quality/judges/correlation.h"
#include "quality/judges/measure.h"
#include "quality/judges/panel.h"
#include "quality/judges/route.h"
#include "quality/real_sets.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

// Families of judges: with probability `same` a judge says what its family does, else its own mind;
// both right with the family's skill.
struct JudgePanel {
  Columns columns;
  std::vector<Index> family;
  std::vector<Label> truth;
};

JudgePanel judge_panel(Index items, const std::vector<double>& skills, Index each, double same) {
  Seeded stream(5);
  JudgePanel panel;
  for (Index f = 0; f < skills.size(); ++f) panel.family.insert(panel.family.end(), each, f);
  for (Index item = 0; item < items; ++item) {
    auto truth = static_cast<Label>(stream.below(2));
    panel.truth.push_back(truth);
    auto mind = [&](double skill) {
      return static_cast<Label>(stream.uniform() < skill ? truth : 1 - truth);
    };
    for (Index f = 0; f < skills.size(); ++f) {
      auto shared = mind(skills[f]);
      for (Index j = 0; j < each; ++j) {
        panel.columns.item.push_back(item);
        panel.columns.worker.push_back(f * each + j);
        panel.columns.label.push_back(stream.uniform() < same ? shared : mind(skills[f]));
      }
    }
  }
  return panel;
}

double judges_right(const Panel& panel, const std::vector<Label>& truth) {
  auto labels = labels_of(panel.truth, static_cast<Index>(truth.size()), 2);
  double right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += labels[i] == truth[i] ? 1 : 0;
  return right / static_cast<double>(truth.size());
}

std::vector<Label> judges_first(const std::vector<Label>& truth, std::size_t count) {
  std::vector<Label> people(truth.size(), kNoLabel);
  std::copy_n(truth.begin(), count, people.begin());
  return people;
}

TEST_CASE("errors that a family shares are found, and its votes count for less") {
  auto made = judge_panel(400, {0.75, 0.75}, 6, 0.8);
  auto judgments = Judgments::make(made.columns, 400, 12, 2);
  REQUIRE(judgments);
  std::vector<double> skill(12, 0.75);
  auto found = error_correlation(*judgments, made.family, 2, made.truth, skill, 0.5, 10);
  CHECK(found.within == doctest::Approx(0.64).epsilon(0.1));  // 0.8²
  CHECK(found.between < 0.1);
  CHECK(found.temper[0] == doctest::Approx(1 / (1 + 5 * found.within)).epsilon(0.15));
  auto none = error_correlation(*judgments, made.family, 2, {}, skill, 0.5, 10);
  CHECK(none.within == doctest::Approx(0.5));
  // A judge alone is not tempered.
  std::vector<double> one{0.75};
  CHECK(error_correlation(*Judgments::make({}, 0, 1, 2), {}, 1, {}, one, 0.5, 10).temper[0] == 1);
}

TEST_CASE("many judges that agree with each other do not outvote the able few") {
  // Ten that err together, at 0.6, against two families of two at 0.85.
  auto made = judge_panel(600, {0.6, 0.85, 0.85}, 2, 0.9);
  Columns columns = made.columns;
  for (std::size_t i = 0; i < made.columns.item.size(); ++i) {
    if (made.columns.worker[i] != 0) continue;
    for (Index copy = 6; copy < 16; ++copy) {
      columns.item.push_back(made.columns.item[i]);
      columns.worker.push_back(copy);
      columns.label.push_back(made.columns.label[i]);
    }
  }
  auto family = made.family;
  family.insert(family.end(), 10, 0);
  auto judgments = Judgments::make(columns, 600, 16, 2);
  REQUIRE(judgments);
  auto panel = weigh_panel(*judgments, family, judges_first(made.truth, 100), {});
  REQUIRE(panel);
  CHECK(panel->truth.converged);
  CHECK(panel->within > 0.7);
  CHECK(panel->families[0].temper < panel->families[1].temper / 2);
  CHECK(judges_right(*panel, made.truth) > 0.85);
  CHECK(panel->truth.of_item(0, 2)[made.truth[0]] == 1);  // a person's label holds
}

TEST_CASE("judges that mislead are turned round by anchors") {
  auto made = judge_panel(500, {0.2}, 4, 0.5);
  auto judgments = Judgments::make(made.columns, 500, 4, 2);
  REQUIRE(judgments);
  auto panel = weigh_panel(*judgments, {}, judges_first(made.truth, 100), {});
  REQUIRE(panel);
  CHECK(judges_right(*panel, made.truth) > 0.75);
  auto blind = weigh_panel(*judgments, {}, {}, {});
  REQUIRE(blind);
  CHECK(judges_right(*blind, made.truth) < 0.25);
}

TEST_CASE("only anchors say how good a judge is; names and copies of nothing change nothing") {
  auto made = judge_panel(200, {0.8, 0.6}, 3, 0.5);
  auto judgments = Judgments::make(made.columns, 200, 6, 2);
  REQUIRE(judgments);
  auto people = judges_first(made.truth, 80);
  std::vector<std::uint8_t> anchor(200);
  std::fill_n(anchor.begin(), 40, 1);
  auto panel = weigh_panel(*judgments, made.family, people, anchor);
  auto few = weigh_panel(*judgments, made.family, judges_first(made.truth, 40), {});
  REQUIRE(panel);
  REQUIRE(few);
  CHECK(panel->anchors == 40);
  CHECK(panel->people == 80);
  CHECK(panel->truth.skill == few->truth.skill);
  CHECK(panel->families[0].weight != few->families[0].weight);  // that is learned from all
  // Labels, judges and families named the other way round.
  Columns named = made.columns;
  for (auto& label : named.label) label = static_cast<Label>(1 - label);
  for (auto& judge : named.worker) judge = 5 - judge;
  auto turned_people = people;
  for (auto& label : turned_people)
    label = static_cast<Label>(label == kNoLabel ? label : 1 - label);
  auto turned = weigh_panel(*Judgments::make(named, 200, 6, 2),
                            std::vector<Index>{0, 0, 0, 1, 1, 1}, turned_people, anchor);
  REQUIRE(turned);
  for (Index item = 0; item < 200; ++item) {
    CHECK(std::abs(turned->truth.of_item(item, 2)[0] - panel->truth.of_item(item, 2)[1]) < 1e-6);
  }
  auto crossed = crossed_panel(*judgments, made.family, people, anchor, 5, 1);
  REQUIRE(crossed);
  for (std::size_t i = 0; i < 160; ++i) CHECK(((*crossed)[i] > 0 && (*crossed)[i] < 1));
}

TEST_CASE("a panel's bad input is refused or has a defined result") {
  auto one = *Judgments::make({{0, 0}, {0, 1}, {0, 0}}, 2, 2, 1);
  auto panel = weigh_panel(one, {}, {}, {});
  REQUIRE(panel);
  CHECK(panel->truth.posterior == std::vector<double>{1, 1});
  CHECK(weigh_panel(*Judgments::make({}, 0, 0, 0), {}, {}, {}));
  CHECK(!weigh_panel(*Judgments::make({}, 1, 0, 0), {}, {}, {}));
  CHECK(!weigh_panel(one, std::vector<Index>{0}, {}, {}));
  CHECK(!weigh_panel(one, std::vector<Index>{0, 64}, {}, {}));
  CHECK(!weigh_panel(one, {}, std::vector<Label>{0}, {}));
  CHECK(!weigh_panel(one, {}, std::vector<Label>{0, 3}, {}));
  CHECK(!weigh_panel(one, {}, {}, std::vector<std::uint8_t>{1}));
  PanelOptions options;
  options.row = 0;
  CHECK(!weigh_panel(one, {}, {}, {}, options));
  CHECK(!crossed_panel(one, {}, {}, {}, 1, 1));
  // Perfectly separated, in many classes that nobody chose.
  Columns columns;
  std::vector<Label> truth;
  for (Index item = 0; item < 60; ++item) {
    columns.item.push_back(item);
    columns.worker.push_back(0);
    columns.label.push_back(static_cast<Label>(item % 3));
    truth.push_back(static_cast<Label>(item % 3));
  }
  for (Label classes : {Label{3}, Label{40}}) {
    auto separated = weigh_panel(*Judgments::make(columns, 60, 1, classes), {}, truth, {});
    REQUIRE(separated);
    CHECK(std::abs(separated->families[0].weight) < 10);
    for (double p : separated->truth.posterior) CHECK((p >= 0 && p <= 1));
  }
}

TEST_CASE("routing looks at exactly so many, the least certain, and leaves nobody out") {
  std::vector<double> loss{0.1, 0.5, 0, 0.4, 0.3, 0.45, 0, 0.2, 0.05, 0.6};
  std::vector<std::uint8_t> open(10, 1);
  open[9] = 0;
  for (auto aim : {RouteAim::labels, RouteAim::measurement}) {
    for (std::size_t count = 0; count <= 12; ++count) {
      auto routing = route(loss, open, {count, 0.02, aim, count});
      REQUIRE(routing);
      CHECK(routing->chosen.size() == std::min<std::size_t>(count, 9));
      double sum = 0;
      for (std::size_t i = 0; i < 9; ++i) {
        if (count > 0) CHECK(routing->probability[i] >= 0.02 - 1e-12);
        CHECK(routing->probability[i] <= 1 + 1e-12);
        sum += routing->probability[i];
      }
      CHECK(sum == doctest::Approx(std::min(static_cast<double>(count), 9.0)));
      CHECK(std::ranges::is_sorted(routing->chosen));
      CHECK(std::ranges::count(routing->chosen, Index{9}) == 0);
    }
  }
  auto sharp = route(loss, open, {3, 0, RouteAim::labels, 1});
  REQUIRE(sharp);
  CHECK(sharp->chosen == std::vector<Index>{1, 3, 5});
  CHECK(sharp->probability[9] == 1);  // it would have been
  CHECK(looked_probability(0.5, *sharp)[0] == 0.5);
  CHECK(!route(loss, std::vector<std::uint8_t>(3), {}));
  CHECK(!route(std::vector<double>{std::nan("")}, {}, {}));
  CHECK(!route(loss, {}, {1, 2, RouteAim::labels, 1}));
}

TEST_CASE("items are chosen as often as their probability says") {
  std::vector<double> loss{0.01, 0.02, 0.1, 0.5, 0.4, 0.3, 0.05};
  std::vector<double> often(loss.size());
  constexpr int kDraws = 20'000;
  std::vector<double> probability;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    auto routing = route(loss, {}, {3, 0.1, RouteAim::measurement, seed});
    REQUIRE(routing);
    for (Index item : routing->chosen) often[item] += 1.0 / kDraws;
    probability = routing->probability;
  }
  for (std::size_t i = 0; i < loss.size(); ++i) {
    CHECK(std::abs(often[i] - probability[i]) < 0.015);
  }
}

TEST_CASE("without guesses worth anything a measurement is the mean of people's labels") {
  std::vector<double> guess(100, 0.3);
  std::vector<double> value(100, 0);
  std::vector<std::uint8_t> seen(100, 0);
  std::vector<double> probability(100, 0.2);
  for (std::size_t i = 0; i < 20; ++i) {
    seen[i] = 1;
    value[i] = i < 5 ? 1 : 0;
  }
  auto measured = measure({guess, value, seen, probability});
  REQUIRE(measured);
  CHECK(measured->mean == doctest::Approx(0.25));
  CHECK(measured->tuning == 0);
  // By hand: s²/n (1 - n/N), each residual over 1 - 1/n.
  double rest = (5 * 0.75 * 0.75 + 15 * 0.25 * 0.25) / (0.95 * 0.95);
  CHECK(measured->error == doctest::Approx(std::sqrt(rest * 0.8) / 20));
  // 19 by the design; by the residuals (sum)²/(sum of squares) less one.
  double by_residuals =
      rest * rest / ((5 * std::pow(0.75, 4) + 15 * std::pow(0.25, 4)) / std::pow(0.95, 4)) - 1;
  CHECK(measured->freedom == doctest::Approx(std::sqrt(19 * by_residuals)));
  // Student's t at 12 degrees: 2.179.
  CHECK((measured->high - measured->mean) / measured->error ==
        doctest::Approx(2.179).epsilon(0.003));
  auto process = measure({guess, value, seen, probability}, MeasureOf::process);
  REQUIRE(process);
  CHECK(process->error > measured->error);
}

TEST_CASE("perfect guesses leave no error, and items all looked at none either") {
  std::vector<double> value(50);
  std::vector<std::uint8_t> seen(50, 0);
  std::vector<double> probability(50, 0.4);
  for (std::size_t i = 0; i < 50; ++i) value[i] = i % 3 == 0 ? 1 : 0;
  std::fill_n(seen.begin(), 20, 1);
  auto measured = measure({value, value, seen, probability});
  REQUIRE(measured);
  CHECK(measured->mean == doctest::Approx(17.0 / 50));
  CHECK(measured->error < 1e-9);
  CHECK(measured->tuning == doctest::Approx(1));
  CHECK(measured->people_error > 0.01);
  std::ranges::fill(seen, 1);
  std::ranges::fill(probability, 1.0);
  measured = measure({std::vector<double>(50, 0.9), value, seen, probability});
  REQUIRE(measured);
  CHECK(measured->mean == doctest::Approx(17.0 / 50));
  CHECK(measured->error == 0);
}

TEST_CASE("a measurement covers, at unequal probabilities and with biased guesses") {
  Seeded stream(9);
  constexpr int kTrials = 600;
  int covered = 0;
  double width = 0;
  double people = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> guess(400);
    std::vector<double> value(400);
    std::vector<double> loss(400);
    double truth = 0;
    for (std::size_t i = 0; i < 400; ++i) {
      double p = stream.uniform();
      value[i] = stream.uniform() < p ? 1 : 0;
      guess[i] = std::sqrt(p);  // too high
      loss[i] = std::min(p, 1 - p);
      truth += value[i] / 400;
    }
    auto routing =
        route(loss, {}, {80, 0.05, RouteAim::measurement, static_cast<std::uint64_t>(trial)});
    REQUIRE(routing);
    std::vector<std::uint8_t> seen(400, 0);
    for (Index item : routing->chosen) seen[item] = 1;
    auto measured = measure({guess, value, seen, routing->probability});
    REQUIRE(measured);
    covered += measured->low <= truth && truth <= measured->high ? 1 : 0;
    width += measured->error;
    people += measured->people_error;
  }
  CHECK(covered > 0.93 * kTrials);
  CHECK(covered < 0.985 * kTrials);
  CHECK(width < 0.85 * people);
}

TEST_CASE("a measurement refuses what says nothing") {
  std::vector<double> two{0.5, 0.5};
  std::vector<double> half{0.5, 0.5};
  std::vector<std::uint8_t> both{1, 1};
  std::vector<std::uint8_t> one{1, 0};
  CHECK(measure({two, two, both, half}));
  CHECK(!measure({two, two, one, half}));
  CHECK(!measure({}));
  CHECK(!measure({two, two, both, std::vector<double>{0.5}}));
  CHECK(!measure({two, two, both, std::vector<double>{0.5, 0}}));
  CHECK(!measure({two, two, one, std::vector<double>{0.5, 1}}));
  CHECK(!measure({std::vector<double>{0.5, std::nan("")}, two, both, half}));
  CHECK(!measure({two, two, both, half}, MeasureOf::these, 1));
}

TEST_CASE("real judges: a tenth of the items by people lifts them all") {
  auto set = real_set("vaccine_llm_crowd_expert");
  if (!set) {
    MESSAGE("skipped: no test data");
    return;
  }
  Numbers models;
  std::vector<Index> family;
  for (auto& name : set->workers) family.push_back(models.of(name.substr(0, name.find(':'))));
  auto items = set->judgments.items();
  std::vector<double> alike(items, 0.5);
  std::vector<Label> people(items, kNoLabel);
  std::vector<std::uint8_t> anchor(items);
  std::vector<std::uint8_t> open(items, 1);
  for (Index item : route(alike, {}, {items / 20, 0, RouteAim::measurement, 3})->chosen) {
    people[item] = set->truth[item];
    anchor[item] = 1;
    open[item] = 0;
  }
  auto panel = weigh_panel(set->judgments, family, people, anchor);
  REQUIRE(panel);
  auto loss = losses_of(panel->truth.posterior, set->judgments.classes());
  for (Index item : route(loss, open, {items / 20, 0.01, RouteAim::labels, 4})->chosen) {
    people[item] = set->truth[item];
  }
  panel = weigh_panel(set->judgments, family, people, anchor);
  REQUIRE(panel);
  CHECK(panel->within > panel->between);
  CHECK(accuracy(*set, labels_of(panel->truth, items, set->judgments.classes())) > 0.81);
}

}  // namespace
}  // namespace guildhall::quality
