#include "quality/agreement/alpha.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "quality/parallel.h"

namespace guildhall::quality {
namespace {

// A class in the plane: for ordinal, interval and circular the distance of two classes is that of
// their points, squared.
struct Point {
  double x = 0;
  double y = 0;
};

double square_distance(Point a, Point b) {
  return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

double ratio_distance(double a, double b) {
  double sum = a + b;
  return sum > 0 ? (a - b) / sum * ((a - b) / sum) : 0;
}

std::vector<Point> points_of(Metric metric, std::span<const double> values, double period,
                             std::span<const double> marginal) {
  std::vector<Point> points(values.size());
  double below = 0;
  double mean = 0;
  double all = 0;
  double middle = 0;
  double reach = 0;
  if (!values.empty()) {
    auto [least, most] = std::ranges::minmax(values);
    middle = least / 2 + most / 2;
    reach = most / 2 - least / 2;
  }
  for (std::size_t c = 0; c < values.size(); ++c) {
    if (metric == Metric::ordinal) {
      points[c].x = below + marginal[c] / 2;
      below += marginal[c];
    } else if (metric == Metric::circular) {
      double angle = 2 * std::numbers::pi * std::fmod(values[c], period) / period;
      points[c] = {std::cos(angle) / 2, std::sin(angle) / 2};
    } else {
      // Alpha does not depend on the unit.
      points[c].x = reach > 0 ? (values[c] - middle) / reach : 0;
    }
    mean += marginal[c] * points[c].x;
    all += marginal[c];
  }
  // Around their mean: fewer digits are lost.
  if (metric != Metric::circular && all > 0) {
    for (Point& point : points) point.x -= mean / all;
  }
  return points;
}

class Alpha {
 public:
  Alpha(Metric metric, std::vector<double> values, double period)
      : metric_(metric), values_(std::move(values)), period_(period) {}

  void set_marginal(std::vector<double> marginal) {
    marginal_ = std::move(marginal);
    points_ = points_of(metric_, values_, period_, marginal_);
    if (metric_ == Metric::ratio) {
      double top = std::max(1e-300, values_.empty() ? 0 : std::ranges::max(values_));
      for (double& value : values_) value /= top;
    }
    total_ = 0;
    for (double count : marginal_) total_ += count;
    apart_.assign(values_.size(), 0);
    everything_ = 0;
    Point sum;
    double squares = 0;
    for (std::size_t c = 0; c < values_.size(); ++c) {
      sum.x += marginal_[c] * points_[c].x;
      sum.y += marginal_[c] * points_[c].y;
      squares += marginal_[c] * square_distance(points_[c], {});
    }
    for (std::size_t c = 0; c < values_.size(); ++c) {
      if (metric_ == Metric::nominal) {
        apart_[c] = total_ - marginal_[c];
      } else if (metric_ == Metric::ratio) {
        for (std::size_t k = 0; k < values_.size(); ++k) {
          if (marginal_[k] > 0) apart_[c] += marginal_[k] * ratio_distance(values_[c], values_[k]);
        }
      } else {
        apart_[c] = total_ * square_distance(points_[c], {}) + squares -
                    2 * (points_[c].x * sum.x + points_[c].y * sum.y);
      }
      everything_ += marginal_[c] * apart_[c];
    }
    sum_ = sum;
  }

  double distance(std::size_t c, std::size_t k) const {
    if (metric_ == Metric::nominal) return c == k ? 0 : 1;
    if (metric_ == Metric::ratio) return ratio_distance(values_[c], values_[k]);
    return square_distance(points_[c], points_[k]);
  }

  // Over the ordered pairs of an item's judgments. `count` is zero for each class before and after.
  double within(std::span<const Label> labels, std::vector<std::uint32_t>& count,
                std::vector<Label>& met) const {
    auto size = static_cast<double>(labels.size());
    if (metric_ == Metric::nominal) {
      double alike = 0;
      for (Label label : labels) alike += 2.0 * count[label]++ + 1;
      for (Label label : labels) count[label] = 0;
      return size * size - alike;
    }
    if (metric_ == Metric::ratio) {
      met.clear();
      for (Label label : labels) {
        if (count[label]++ == 0) met.push_back(label);
      }
      double sum = 0;
      for (Label a : met) {
        for (Label b : met) sum += 1.0 * count[a] * count[b] * distance(a, b);
      }
      for (Label label : met) count[label] = 0;
      return sum;
    }
    Point sum;
    double squares = 0;
    for (Label label : labels) {
      sum.x += points_[label].x;
      sum.y += points_[label].y;
      squares += square_distance(points_[label], {});
    }
    return std::max(0.0, 2 * (size * squares - square_distance(sum, {})));
  }

  // By how much A (the sum over items of within / (judgments - 1)) grows with the point of a class,
  // for one item: added to `slope`.
  void point_slope(std::span<const Label> labels, std::vector<double>& slope) const {
    double sum = 0;
    auto size = static_cast<double>(labels.size());
    for (Label label : labels) sum += points_[label].x;
    for (Label label : labels) {
      slope[label] += 4 * (size * points_[label].x - sum) / (size - 1);
    }
  }

  // What one judgment more of each class changes, beside its item's own part: see the header of
  // krippendorff_alpha(). `slope` as point_slope() gave it (ordinal only).
  std::vector<double> judgment_influence(double within_sum, std::vector<double> slope) const {
    std::vector<double> influence(values_.size());
    double times = within_sum * (total_ - 1) / (everything_ * everything_);
    for (std::size_t c = 0; c < influence.size(); ++c) influence[c] = -times * 2 * apart_[c];
    if (metric_ != Metric::ordinal) return influence;
    // A judgment of class g moves the point of g by half a rank and those above by a whole one.
    double above = 0;
    for (std::size_t c = influence.size(); c-- > 0;) {
      double all = 4 * marginal_[c] * (total_ * points_[c].x - sum_.x);
      double mine = slope[c] * (total_ - 1) / everything_ - times * all;
      influence[c] += above + mine / 2;
      above += mine;
    }
    return influence;
  }

  double total() const { return total_; }
  double everything() const { return everything_; }

 private:
  Metric metric_;
  std::vector<double> values_;
  double period_;
  std::vector<double> marginal_;
  std::vector<Point> points_;
  std::vector<double> apart_;  // a class from all judgments
  double total_ = 0;
  double everything_ = 0;  // over all ordered pairs of judgments
  Point sum_;
};

Result<> check_metric(Metric metric, std::span<const double> values, double period) {
  if (metric == Metric::ratio &&
      std::ranges::any_of(values, [](double value) { return value < 0; })) {
    return fail(Fault::invalid, "quality-input", "A ratio needs values from 0 up.");
  }
  if (metric == Metric::circular && (!std::isfinite(period) || period <= 0)) {
    return fail(Fault::invalid, "quality-input", "The period is no number above 0.");
  }
  return {};
}

Result<> check_variation(double total, double everything) {
  if (total < 2) {
    return fail(Fault::invalid, "quality-input", "No item has two judgments.");
  }
  if (!(everything > 1e-12 * total)) {
    return fail(Fault::invalid, "quality-input",
                "All judgments are alike: there is nothing to agree about.");
  }
  return {};
}

// What a pass over items in blocks adds up.
struct AlphaSums {
  double within = 0;
  double sum = 0;
  double squares = 0;
  std::size_t items = 0;
  std::vector<double> by_class;
};

template <class Each>
AlphaSums over_judged(const Judgments& judgments, bool by_class, Each each) {
  auto blocks = block_count(judgments.items(), 8'192, 32);
  std::vector<AlphaSums> parts(blocks);
  in_blocks(judgments.items(), blocks, [&](Block block) {
    AlphaSums mine;
    mine.by_class.resize(by_class ? judgments.classes() : 0);
    std::vector<std::uint32_t> count(judgments.classes());
    std::vector<Label> met;
    for (auto item = block.from; item < block.to; ++item) {
      auto labels = judgments.of_item(static_cast<Index>(item)).label;
      if (labels.size() < 2) continue;
      ++mine.items;
      each(labels, mine, count, met);
    }
    parts[block.number] = std::move(mine);
  });
  AlphaSums all = std::move(parts[0]);
  for (std::size_t part = 1; part < blocks; ++part) {
    all.within += parts[part].within;
    all.sum += parts[part].sum;
    all.squares += parts[part].squares;
    all.items += parts[part].items;
    for (std::size_t c = 0; c < all.by_class.size(); ++c) {
      all.by_class[c] += parts[part].by_class[c];
    }
  }
  return all;
}

}  // namespace

Result<Agreement> krippendorff_alpha(const Judgments& judgments, const AlphaOptions& options) {
  auto values = TRY(class_values(judgments, options.values));
  double period = options.period == 0 ? judgments.classes() : options.period;
  TRY(check_metric(options.metric, values, period));
  Alpha alpha(options.metric, std::move(values), period);
  auto counted = over_judged(judgments, true, [](auto labels, auto& mine, auto&, auto&) {
    for (Label label : labels) mine.by_class[label] += 1;
  });
  alpha.set_marginal(counted.by_class);
  TRY(check_variation(alpha.total(), alpha.everything()));
  bool ordinal = options.metric == Metric::ordinal;
  auto seen = over_judged(judgments, ordinal, [&](auto labels, auto& mine, auto& count, auto& met) {
    mine.within += alpha.within(labels, count, met) / (static_cast<double>(labels.size()) - 1);
    if (ordinal) alpha.point_slope(labels, mine.by_class);
  });
  double total = alpha.total();
  double everything = alpha.everything();
  auto influence = alpha.judgment_influence(seen.within, std::move(seen.by_class));
  auto spread = over_judged(judgments, false, [&](auto labels, auto& mine, auto& count, auto& met) {
    auto size = static_cast<double>(labels.size());
    double own = alpha.within(labels, count, met) / (size - 1);
    double change = (own * (total - 1) + seen.within * size) / everything;
    for (Label label : labels) change += influence[label];
    mine.sum += change;
    mine.squares += change * change;
  });
  Agreement made;
  made.observed = seen.within / total;
  made.expected = everything / (total * (total - 1));
  made.value = 1 - made.observed / made.expected;
  made.error = jackknife_error(spread.sum, spread.squares, counted.items);
  made.items = counted.items;
  made.judgments = static_cast<std::size_t>(total);
  return made;
}

Result<Agreement> alpha_of_coincidences(std::span<const double> coincidences, Metric metric,
                                        std::span<const double> values, double period) {
  TRY(check_metric(metric, values, period));
  auto classes = values.size();
  std::vector<double> marginal(classes);
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t k = 0; k < classes; ++k) marginal[c] += coincidences[c * classes + k];
  }
  Alpha alpha(metric, {values.begin(), values.end()}, period);
  alpha.set_marginal(std::move(marginal));
  TRY(check_variation(alpha.total(), alpha.everything()));
  double within = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    for (std::size_t k = 0; k < classes; ++k) {
      within += coincidences[c * classes + k] * alpha.distance(c, k);
    }
  }
  Agreement made;
  made.observed = within / alpha.total();
  made.expected = alpha.everything() / (alpha.total() * (alpha.total() - 1));
  made.value = 1 - made.observed / made.expected;
  return made;
}

}  // namespace guildhall::quality
