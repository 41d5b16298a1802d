#include "quality/agreement/agreement.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "quality/agreement/alpha.h"
#include "quality/agreement/icc.h"
#include "quality/agreement/kappa.h"
#include "quality/agreement/live.h"
#include "quality/parallel.h"
#include "quality/real_sets.h"
#include "quality/seeded.h"

namespace guildhall::quality {
namespace {

Judgments judged_by(const Columns& columns, Index items, Index workers, Label classes) {
  auto made = Judgments::make(columns, items, workers, classes);
  REQUIRE(made);
  return std::move(*made);
}

// items × raters, row by row; -1: none.
Judgments table(const std::vector<int>& cells, Index raters, Label classes) {
  Columns columns;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] < 0) continue;
    columns.item.push_back(static_cast<Index>(i / raters));
    columns.worker.push_back(static_cast<Index>(i % raters));
    columns.label.push_back(static_cast<Label>(cells[i]));
  }
  return judged_by(columns, static_cast<Index>(cells.size() / raters), raters, classes);
}

const std::vector<int> kSmall{0, 0, -1, 0, 1,  1, 2, 1, 2,  2,  2, 2, 2,  2,  2, 3,
                              1, 1, 1,  1, 0,  1, 2, 3, 3,  3,  3, 3, 0,  0,  1, 0,
                              1, 1, 1,  1, -1, 3, 3, 2, -1, -1, 0, 0, -1, -1, 2, -1};

// Items whose judges see the truth three times in four and else any class.
Columns noisy_columns(Index items, int each, Label classes, std::uint64_t seed) {
  Seeded seeded(seed);
  Columns columns;
  for (Index item = 0; item < items; ++item) {
    double truth = std::floor(seeded.uniform() * seeded.uniform() * classes);
    int votes = each + static_cast<int>(seeded.uniform() * 3) - 1;
    for (int i = 0; i < votes; ++i) {
      double label = seeded.uniform() < 0.75 ? truth : std::floor(seeded.uniform() * classes);
      columns.item.push_back(item);
      columns.worker.push_back(static_cast<Index>(seeded.uniform() * 12) * 4 +
                               static_cast<Index>(i % 4));
      columns.label.push_back(static_cast<Label>(label));
    }
  }
  return columns;
}

using Coefficient = std::function<Result<Agreement>(const Judgments&)>;

TEST_CASE("a small table has the values of the krippendorff and irrCAC packages") {
  auto data = table(kSmall, 4, 4);
  const double alphas[] = {0.6053962900505903, 0.7709088848594743, 0.7624214734437464,
                           0.718985467318686};
  for (int metric = 0; metric < 4; ++metric) {
    auto made = krippendorff_alpha(data, {static_cast<Metric>(metric)});
    REQUIRE(made);
    CHECK(std::abs(made->value - alphas[metric]) < 1e-12);
    CHECK(made->items == 11);
    CHECK(made->judgments == 40);
  }
  struct Row {
    Weighting weighting;
    double values[4];  // Fleiss, Gwet, Brennan-Prediger, Conger
    double errors[4];
  };
  const Row rows[] = {{Weighting::none,
                       {0.6122219991, 0.6174570933, 0.6161616162, 0.6159813809},
                       {0.1564170093, 0.1532620777, 0.153944407, 0.1500131568}},
                      {Weighting::linear,
                       {0.7021605054, 0.7251217831, 0.7212121212, 0.7020725389},
                       {0.1539768346, 0.1372813873, 0.1396811032, 0.1463248891}},
                      {Weighting::quadratic,
                       {0.7733374142, 0.8051469667, 0.8, 0.7709297434},
                       {0.163635739, 0.1341970788, 0.1381064025, 0.1562468804}},
                      {Weighting::radical,
                       {0.6579770908, 0.673132879, 0.6703675131, 0.6596515363},
                       {0.1530179482, 0.1434390971, 0.144994465, 0.1458550646}},
                      {Weighting::ordinal,
                       {0.7486689072, 0.7786839692, 0.7737373737, 0.746904788},
                       {0.1598648881, 0.1342631036, 0.1377014942, 0.1521152032}}};
  for (const auto& row : rows) {
    for (int kind = 0; kind < 4; ++kind) {
      CAPTURE(kind);
      auto made = kappa(data, static_cast<Kappa>(kind), {row.weighting, {}});
      REQUIRE(made);
      CHECK(std::abs(made->value - row.values[kind]) < 1e-9);
      // Conger's is the jackknife here, near to Gwet's formula; this table has 12 items only.
      CHECK(std::abs(made->error / row.errors[kind] - 1) < (kind == 3 ? 0.12 : 1e-8));
    }
  }
}

TEST_CASE("Cohen's kappa of two raters has the values of scikit-learn and statsmodels") {
  std::vector<int> cells;
  const int one[] = {0, 0, 1, 1, 2, 2, 2, 0, 1, 2, 1, 0};
  const int other[] = {0, 1, 1, 1, 2, 2, 1, 0, 1, 2, 0, 0};
  for (int i = 0; i < 12; ++i) cells.insert(cells.end(), {one[i], other[i], i % 2});
  cells.insert(cells.end(), {1, -1, 1, -1, 2, 2});
  auto data = table(cells, 3, 3);
  const Weighting weightings[] = {Weighting::none, Weighting::linear, Weighting::quadratic};
  const double values[] = {0.625, 0.7096774193548387, 0.8};
  const double errors[] = {0.18782523875267668, 0.1529338028792827, 0.1133115447465061};
  for (int i = 0; i < 3; ++i) {
    auto made = cohen_kappa(data, 0, 1, {weightings[i], {}});
    REQUIRE(made);
    CHECK(std::abs(made->value - values[i]) < 1e-12);
    CHECK(std::abs(made->error - errors[i]) < 1e-9);
    CHECK(made->items == 12);
  }
  CHECK(!cohen_kappa(data, 0, 7));
}

TEST_CASE("intraclass correlations of Shrout and Fleiss's table") {
  auto data =
      table({9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7}, 4, 11);
  auto made = intraclass_correlation(data);
  REQUIRE(made);
  CHECK(std::abs(made->one_single.value - 0.165742) < 1e-6);
  CHECK(std::abs(made->one_mean.value - 0.442797) < 1e-6);
  REQUIRE(made->two_single);
  CHECK(std::abs(made->two_single->value - 0.289764) < 1e-6);
  CHECK(std::abs(made->two_mean->value - 0.620051) < 1e-6);
  CHECK(std::abs(made->three_single->value - 0.714841) < 1e-6);
  CHECK(std::abs(made->three_mean->value - 0.909316) < 1e-6);
  CHECK(made->mean_raters == doctest::Approx(4));
  CHECK(made->two_single->error > 0.05);
  // The unit and the zero of the values are the caller's.
  std::vector<double> values;
  for (int i = 0; i < 11; ++i) values.push_back(1e6 + 1e-3 * i);
  auto moved = intraclass_correlation(data, values);
  REQUIRE(moved);
  CHECK(moved->two_mean->value == doctest::Approx(0.620051).epsilon(1e-3));
  // Missing judgments: one-way from what there is, two-way from whole rows.
  auto gaps = intraclass_correlation(table({1, 2, 3, 3, -1, 4, 5, 6, 7, 9, 8, 8}, 3, 10));
  REQUIRE(gaps);
  CHECK(gaps->one_single.items == 4);
  CHECK(gaps->two_single->items == 3);
  CHECK(gaps->mean_raters == doctest::Approx((11 - 31.0 / 11) / 3));
  auto apart = intraclass_correlation(table({1, 2, -1, -1, -1, -1, 5, 5}, 4, 6));
  REQUIRE(apart);
  CHECK(!apart->two_single);
}

TEST_CASE("real sets have the reference's values") {
  struct Row {
    const char* set;
    double values[6];  // alpha nominal, ordinal, interval, Gwet, Fleiss, Brennan-Prediger
  };
  const Row rows[] = {
      {"bluebird", {0.125501, 0.125501, 0.125501, 0.22184, 0.12529, 0.17639}},
      {"rte", {0.241479, 0.241479, 0.241479, 0.27273, 0.24138, 0.25739}},
      {"tweet_sentiment", {0.149302, 0.149302, 0.149302, 0.14929, 0.14926, 0.14927}},
      {"dog", {0.519418, 0.813085, 0.818009, 0.52224, 0.51936, 0.52152}},
      {"music_genre", {0.301031, 0.304399, 0.305193, 0.266, 0.26277, 0.26568}},
      {"web", {0.210421, 0.38277, 0.386867, 0.24551, 0.20888, 0.23846}},
      {"product", {0.157473, 0.157473, 0.157473, 0.5928, 0.15744, 0.45095}}};
  for (const auto& row : rows) {
    auto set = real_set(row.set);
    if (!set) {
      MESSAGE("skipped: no ", row.set);
      continue;
    }
    CAPTURE(row.set);
    const auto& data = set->judgments;
    const Coefficient coefficients[] = {
        [](auto& d) { return krippendorff_alpha(d); },
        [](auto& d) { return krippendorff_alpha(d, {Metric::ordinal}); },
        [](auto& d) { return krippendorff_alpha(d, {Metric::interval}); },
        [](auto& d) { return kappa(d, Kappa::gwet); },
        [](auto& d) { return kappa(d, Kappa::fleiss); },
        [](auto& d) { return kappa(d, Kappa::brennan_prediger); }};
    for (int i = 0; i < 6; ++i) {
      CAPTURE(i);
      auto made = coefficients[i](data);
      REQUIRE(made);
      CHECK(std::abs(made->value - row.values[i]) < 1e-5);
      CHECK(made->error > 0);
      CHECK(made->error < 0.05);
    }
  }
}

const Coefficient kAll[] = {
    [](auto& d) { return krippendorff_alpha(d); },
    [](auto& d) { return krippendorff_alpha(d, {Metric::ordinal}); },
    [](auto& d) { return krippendorff_alpha(d, {Metric::interval}); },
    [](auto& d) { return krippendorff_alpha(d, {Metric::ratio}); },
    [](auto& d) { return krippendorff_alpha(d, {Metric::circular}); },
    [](auto& d) { return kappa(d, Kappa::fleiss); },
    [](auto& d) { return kappa(d, Kappa::gwet, {Weighting::quadratic, {}}); },
    [](auto& d) { return kappa(d, Kappa::brennan_prediger); },
    [](auto& d) { return kappa(d, Kappa::conger, {Weighting::linear, {}}); },
    [](auto& d) -> Result<Agreement> {
      return TRY(intraclass_correlation(d))
      .one_single;
    },
};

TEST_CASE("standard errors are what drawing items again and again gives") {
  constexpr Index kItems = 80;
  auto columns = noisy_columns(kItems, 4, 5, 7);
  auto data = judged_by(columns, kItems, 48, 5);
  for (const auto& coefficient : kAll) {
    CAPTURE(&coefficient - kAll);
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 400;
    for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
      Seeded seeded(11, draw);
      Columns again;
      for (Index item = 0; item < kItems; ++item) {
        auto votes = data.of_item(static_cast<Index>(seeded.uniform() * kItems));
        for (std::size_t i = 0; i < votes.size(); ++i) {
          again.item.push_back(item);
          again.worker.push_back(votes.other[i]);
          again.label.push_back(votes.label[i]);
        }
      }
      double value = coefficient(judged_by(again, kItems, 48, 5))->value;
      sum += value;
      squares += value * value;
    }
    double spread = std::sqrt((squares - sum * sum / kDraws) / (kDraws - 1));
    CHECK(std::abs(coefficient(data)->error / spread - 1) < 0.12);
  }
}

// What is left when the judgments of one item are left out.
Columns without(const Columns& columns, Index item) {
  Columns rest;
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    if (columns.item[i] == item) continue;
    rest.item.push_back(columns.item[i]);
    rest.worker.push_back(columns.worker[i]);
    rest.label.push_back(columns.label[i]);
  }
  return rest;
}

TEST_CASE("standard errors are those of the jackknife: one item after another left out") {
  constexpr Index kItems = 300;
  auto columns = noisy_columns(kItems, 3, 5, 7);
  auto data = judged_by(columns, kItems, 48, 5);
  std::vector<double> sum(std::size(kAll));
  std::vector<double> squares(std::size(kAll));
  for (Index item = 0; item < kItems; ++item) {
    auto rest = judged_by(without(columns, item), kItems, 48, 5);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      double value = kAll[i](rest)->value;
      sum[i] += value;
      squares[i] += value * value;
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) {
    CAPTURE(i);
    double spread = std::sqrt((squares[i] - sum[i] * sum[i] / kItems) * (kItems - 1) / kItems);
    CHECK(std::abs(kAll[i](data)->error / spread - 1) < (i == 8 ? 0.02 : 0.01));
  }
}

TEST_CASE("names, order and threads do not matter") {
  auto columns = noisy_columns(20'000, 4, 5, 3);
  auto data = judged_by(columns, 20'000, 48, 5);
  auto turned = columns;
  for (Index& item : turned.item) item = 19'999 - item;
  for (Index& worker : turned.worker) worker = 47 - worker;
  auto other = judged_by(turned, 20'000, 48, 5);
  auto renamed = columns;
  for (Label& label : renamed.label) label = static_cast<Label>((label + 2) % 5);
  auto classes = judged_by(renamed, 20'000, 48, 5);
  for (const auto& coefficient : kAll) {
    CAPTURE(&coefficient - kAll);
    set_threads(4);
    auto base = coefficient(data);
    set_threads(1);
    auto alone = coefficient(data);
    set_threads(0);
    REQUIRE(base);
    CHECK(base->value == alone->value);
    CHECK(base->error == alone->error);
    auto same = coefficient(other);
    REQUIRE(same);
    CHECK(same->value == doctest::Approx(base->value).epsilon(1e-10));
    CHECK(same->error == doctest::Approx(base->error).epsilon(1e-8));
    CHECK(base->error > 0.001);
  }
  for (int i : {0, 4, 5, 7}) {  // nominal ones and the circle do not know where classes begin
    CAPTURE(i);
    CHECK(kAll[i](classes)->value == doctest::Approx(kAll[i](data)->value).epsilon(1e-10));
  }
}

TEST_CASE("values on a circle: midnight lies beside the hour before") {
  auto near = table({0, 23, 5, 6, 12, 12, 23, 0, 17, 18}, 2, 24);
  CHECK(krippendorff_alpha(near, {Metric::circular})->value > 0.95);
  CHECK(krippendorff_alpha(near, {Metric::interval})->value < 0.2);
  std::vector<double> degrees;
  for (int i = 0; i < 24; ++i) degrees.push_back(15.0 * i - 720);
  CHECK(krippendorff_alpha(near, {Metric::circular, degrees, 360})->value ==
        doctest::Approx(krippendorff_alpha(near, {Metric::circular})->value));
}

TEST_CASE("kept up to date, agreement is what a pass over all gives") {
  auto columns = noisy_columns(150, 3, 5, 21);
  auto live = LiveAgreement::make(5);
  REQUIRE(live);
  CHECK(!live->alpha());
  const double values[] = {1, 2, 4, 8, 16};
  for (std::size_t i = 0; i < columns.item.size(); ++i) {
    REQUIRE(live->add(columns.item[i], columns.worker[i], columns.label[i]));
    if (i % 97 != 96 && i + 1 != columns.item.size()) continue;
    auto end = static_cast<std::ptrdiff_t>(i + 1);
    Columns so_far{{columns.item.begin(), columns.item.begin() + end},
                   {columns.worker.begin(), columns.worker.begin() + end},
                   {columns.label.begin(), columns.label.begin() + end}};
    auto data = judged_by(so_far, 150, 48, 5);
    for (int metric = 0; metric < 5; ++metric) {
      AlphaOptions options{static_cast<Metric>(metric), values, 20};
      auto batch = krippendorff_alpha(data, options);
      auto now = live->alpha(options);
      REQUIRE(batch);
      REQUIRE(now);
      CHECK(now->value == doctest::Approx(batch->value).epsilon(1e-10));
      CHECK(now->judgments == batch->judgments);
    }
    for (auto kind : {Kappa::fleiss, Kappa::gwet, Kappa::brennan_prediger}) {
      KappaOptions options{Weighting::quadratic, values};
      CHECK(live->kappa(kind, options)->value ==
            doctest::Approx(kappa(data, kind, options)->value).epsilon(1e-10));
      CHECK(live->kappa(kind)->judgments == kappa(data, kind)->judgments);
    }
  }
  auto before = live->alpha()->value;
  auto again = live->add(columns.item[0], columns.worker[0], 4);
  REQUIRE(again);
  CHECK(!*again);
  CHECK(live->alpha()->value == before);
  CHECK(!live->add(0, 99, 5));
  CHECK(!live->kappa(Kappa::conger));
  CHECK(!LiveAgreement::make(257));
}

TEST_CASE("what has no value is an error, and one item of many judgments has one") {
  for (const auto& data : {table({}, 2, 2), table({0, -1, -1, 1}, 2, 2), table({1, 1, 1, 1}, 2, 2),
                           table({0, 0, 0, 0}, 2, 1)}) {
    CHECK(!krippendorff_alpha(data));
    CHECK(!kappa(data, Kappa::fleiss));
    CHECK(!kappa(data, Kappa::conger));
    CHECK(!intraclass_correlation(data));
  }
  CHECK(!kappa(table({0, 0, 0, 0}, 2, 1), Kappa::gwet));
  CHECK(kappa(table({1, 1, 1, 1}, 2, 2), Kappa::gwet)->value == 1);
  CHECK(!cohen_kappa(table({0, -1, -1, 1}, 2, 2), 0, 1));
  auto data = table(kSmall, 4, 4);
  const double short_values[] = {1, 2};
  const double bad[] = {1, 2, std::numeric_limits<double>::infinity(), 4};
  const double negative[] = {-1, 2, 3, 4};
  CHECK(!krippendorff_alpha(data, {Metric::interval, short_values}));
  CHECK(!krippendorff_alpha(data, {Metric::interval, bad}));
  CHECK(!krippendorff_alpha(data, {Metric::ratio, negative}));
  CHECK(!krippendorff_alpha(data, {Metric::circular, {}, -1}));
  const double huge[] = {-1e308, 0, 1e308, 1e308};
  CHECK(std::isfinite(krippendorff_alpha(data, {Metric::interval, huge})->value));
  CHECK(std::isfinite(kappa(data, Kappa::fleiss, {Weighting::quadratic, huge})->value));
  Columns one;
  for (Index i = 0; i < 10'000; ++i) {
    one.item.push_back(0);
    one.worker.push_back(i);
    one.label.push_back(static_cast<Label>(i % 7 == 0));
  }
  auto lone = judged_by(one, 1, 10'000, 2);
  for (const auto& coefficient : {kAll[0], kAll[1], kAll[5], kAll[8]}) {
    auto made = coefficient(lone);
    REQUIRE(made);
    CHECK(std::isfinite(made->value));
    CHECK(made->error == 0);
  }
}

}  // namespace
}  // namespace guildhall::quality
