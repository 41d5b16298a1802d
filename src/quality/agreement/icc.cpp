#include "quality/agreement/icc.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace guildhall::quality {
namespace {

// Values around the mean of all judgments, in units of half their range.
struct Centred {
  std::vector<double> value;  // a class
};

Result<Centred> centred(const Judgments& data, ClassValues values) {
  Centred out { TRY(class_values(data, values)) };
  if (!out.value.empty()) {
    auto [least, most] = std::ranges::minmax(out.value);
    double middle = least / 2 + most / 2;
    double reach = most / 2 - least / 2;
    for (double& value : out.value) value = reach > 0 ? (value - middle) / reach : 0;
  }
  double sum = 0;
  double count = 0;
  for (Index item = 0; item < data.items(); ++item) {
    for (Label label : data.of_item(item).label) sum += out.value[label];
    count += static_cast<double>(data.of_item(item).size());
  }
  for (double& value : out.value) value -= count > 0 ? sum / count : 0;
  return out;
}

constexpr double kNoVariance = 1e-14;

// Mean squares of a one-way analysis of variance from its sums.
struct OneWay {
  double items = 0;
  double count = 0;      // judgments
  double squares = 0;    // of counts
  double sum = 0;        // of values
  double of_items = 0;   // squared item sums over item counts
  double of_values = 0;  // squared values

  void add(double sign, double size, double item_sum, double item_squares) {
    items += sign;
    count += sign * size;
    squares += sign * size * size;
    sum += sign * item_sum;
    of_items += sign * item_sum * item_sum / size;
    of_values += sign * item_squares;
  }
  double raters() const { return (count - squares / count) / (items - 1); }
  double between() const { return std::max(0.0, of_items - sum * sum / count) / (items - 1); }
  double within() const { return std::max(0.0, of_values - of_items) / (count - items); }
  bool has_value() const { return items > 1.5 && between() + within() > kNoVariance; }
  // (1,1), (1,k)
  std::array<double, 2> values() const {
    double single = (between() - within()) / (between() + (raters() - 1) * within());
    return {single, between() > kNoVariance ? (between() - within()) / between() : kNone};
  }
  static constexpr double kNone = -1e300;  // without variance between items (1,k) has no floor
};

// Of a complete table, items × raters.
struct TwoWay {
  double items = 0;
  double raters = 0;
  double of_items = 0;   // squared item sums
  double of_values = 0;  // squared values
  double sum = 0;
  std::vector<double> rater_sum;

  void add(double sign, std::span<const double> row) {
    double item_sum = 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      rater_sum[j] += sign * row[j];
      item_sum += row[j];
      of_values += sign * row[j] * row[j];
    }
    items += sign;
    sum += sign * item_sum;
    of_items += sign * item_sum * item_sum;
  }
  struct Means {
    double between, raters, error;
  };
  Means means() const {
    double all = sum * sum / (items * raters);
    double by_rater = 0;
    for (double one : rater_sum) by_rater += one * one / items;
    double item_part = of_items / raters - all;
    double rater_part = by_rater - all;
    double rest = of_values - all - item_part - rater_part;
    return {std::max(0.0, item_part) / (items - 1), std::max(0.0, rater_part) / (raters - 1),
            std::max(0.0, rest) / ((items - 1) * (raters - 1))};
  }
  bool has_value() const {
    auto [between, rater, error] = means();
    return between > kNoVariance;
  }
  // (2,1), (2,k), (3,1), (3,k)
  std::array<double, 4> values() const {
    auto [between, rater, error] = means();
    double gap = between - error;
    return {gap / (between + (raters - 1) * error + raters * (rater - error) / items),
            gap / (between + (rater - error) / items), gap / (between + (raters - 1) * error),
            gap / between};
  }
};

// Mean and spread of what is left when one item after another is left out.
class Jackknife {
 public:
  void add(double value) {
    ++count_;
    double change = value - mean_;
    mean_ += change / count_;
    squares_ += change * (value - mean_);
  }
  double error() const { return count_ > 1 ? std::sqrt((count_ - 1) / count_ * squares_) : 0; }

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

struct ItemSums {
  double size = 0;
  double sum = 0;
  double squares = 0;
};

ItemSums sums_of(Votes votes, const std::vector<double>& value) {
  ItemSums sums{static_cast<double>(votes.size()), 0, 0};
  for (Label label : votes.label) {
    sums.sum += value[label];
    sums.squares += value[label] * value[label];
  }
  return sums;
}

Result<> one_way(const Judgments& data, const std::vector<double>& value, IccResult& out) {
  OneWay all;
  for (Index item = 0; item < data.items(); ++item) {
    auto votes = data.of_item(item);
    if (votes.size() < 2) continue;
    auto sums = sums_of(votes, value);
    all.add(1, sums.size, sums.sum, sums.squares);
  }
  if (all.items < 2) {
    return fail(Fault::invalid, "quality-input", "Fewer than two items have two judgments.");
  }
  if (!all.has_value() || all.values()[1] == OneWay::kNone) {
    return fail(Fault::invalid, "quality-input",
                "The items' means do not vary: the correlation has no value.");
  }
  std::array<Jackknife, 2> left_out;
  for (Index item = 0; item < data.items(); ++item) {
    auto votes = data.of_item(item);
    if (votes.size() < 2) continue;
    auto sums = sums_of(votes, value);
    auto rest = all;
    rest.add(-1, sums.size, sums.sum, sums.squares);
    if (!rest.has_value() || rest.values()[1] == OneWay::kNone) continue;
    left_out[0].add(rest.values()[0]);
    left_out[1].add(rest.values()[1]);
  }
  out.mean_raters = all.raters();
  Agreement* to[] = {&out.one_single, &out.one_mean};
  for (std::size_t k = 0; k < 2; ++k) {
    *to[k] = {all.values()[k],
              left_out[k].error(),
              all.between(),
              all.within(),
              static_cast<std::size_t>(all.items),
              static_cast<std::size_t>(all.count)};
  }
  return {};
}

// Items judged by everybody who judged at all; each has the same raters in the same order.
void two_way(const Judgments& data, const std::vector<double>& value, IccResult& out) {
  std::size_t raters = 0;
  for (Index worker = 0; worker < data.workers(); ++worker) {
    raters += data.of_worker(worker).size() > 0 ? 1 : 0;
  }
  if (raters < 2) return;
  TwoWay all;
  all.raters = static_cast<double>(raters);
  all.rater_sum.resize(raters);
  std::vector<Index> items;
  std::vector<double> row(raters);
  auto read = [&](Index item) {
    auto labels = data.of_item(item).label;
    for (std::size_t j = 0; j < raters; ++j) row[j] = value[labels[j]];
  };
  for (Index item = 0; item < data.items(); ++item) {
    if (data.of_item(item).size() != raters) continue;
    items.push_back(item);
    read(item);
    all.add(1, row);
  }
  if (items.size() < 2 || !all.has_value()) return;
  std::array<Jackknife, 4> left_out;
  for (Index item : items) {
    read(item);
    all.add(-1, row);
    if (all.items > 1.5 && all.has_value()) {
      auto values = all.values();
      for (std::size_t k = 0; k < 4; ++k) left_out[k].add(values[k]);
    }
    all.add(1, row);
  }
  auto values = all.values();
  std::optional<Agreement>* to[] = {&out.two_single, &out.two_mean, &out.three_single,
                                    &out.three_mean};
  for (std::size_t k = 0; k < 4; ++k) {
    *to[k] = Agreement{values[k],         left_out[k].error(), all.means().between,
                       all.means().error, items.size(),        items.size() * raters};
  }
}

}  // namespace

Result<IccResult> intraclass_correlation(const Judgments& judgments, ClassValues values) {
  auto centre = TRY(centred(judgments, values));
  IccResult out;
  TRY(one_way(judgments, centre.value, out));
  two_way(judgments, centre.value, out);
  return out;
}

}  // namespace guildhall::quality
