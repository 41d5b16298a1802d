#include "quality/judges/measure.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace guildhall::quality {
namespace {

constexpr double kMeasureLever = 0.9;        // that one residual is held to have, at most
constexpr double kMeasureManyDegrees = 1e6;  // where no residual is left

// The quantile of the standard normal distribution, by halving: exact to double precision.
double measure_normal(double p) {
  double low = -40;
  double high = 40;
  for (int i = 0; i < 100; ++i) {
    double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

// Of Student's t with n >= 1 degrees: exact for 1 and 2, by Hill's expansion (CACM 396, 1970)
// above, to 1e-3 from 3 on.
double measure_student(double p, double n) {
  if (n < 1.5) return std::tan(3.141592653589793 * (p - 0.5));
  if (n < 2.5) return (2 * p - 1) / std::sqrt(2 * p * (1 - p));
  double two = 2 * (1 - p);
  double a = 1 / (n - 0.5);
  double b = 48 / (a * a);
  double c = ((20700 * a / b - 98) * a - 16) * a + 96.36;
  double d = ((94.5 / (b + c) - 3) / b + 1) * std::sqrt(a * 1.5707963267948966) * n;
  double y = std::pow(d * two, 2 / n);
  if (y > 0.05 + a) {
    double x = measure_normal(1 - two / 2) * -1;
    y = x * x;
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = std::expm1(a * y * y);
  } else {
    y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) *
            (n + 1) / (n + 2) +
        1 / y;
  }
  return std::sqrt(n * y);
}

// The drawn part: items whose probability was below 1.
struct Drawn {
  double items = 0;
  double guesses = 0;            // sum of f over all of them
  std::vector<double> f, y, pi;  // of those seen
};

struct DrawnMean {
  double sum = 0;       // over the drawn part's items, estimated
  double variance = 0;  // of the sum
  double freedom = kMeasureManyDegrees;
  double tuning = 0;
  double squares = 0;  // of y, summed, estimated
};

// Satterthwaite's degrees of freedom of a sum of squares, each of one degree. By the residuals they
// are noisy where few of them carry all, by the design alone too many: the mean between is taken,
// on the scale of logarithms.
struct Degrees {
  double sum = 0;
  double squares = 0;

  void add(double part) {
    sum += part;
    squares += part * part;
  }
  double left(double lost) const {
    return squares > 0 ? std::max(1.0, sum * sum / squares - lost) : kMeasureManyDegrees;
  }
};

// `powered`: with the guesses; else with the mean alone.
DrawnMean drawn_mean(const Drawn& drawn, bool powered) {
  double w = 0;
  double wf = 0;
  double wy = 0;
  for (std::size_t i = 0; i < drawn.y.size(); ++i) {
    w += 1 / drawn.pi[i];
    wf += drawn.f[i] / drawn.pi[i];
    wy += drawn.y[i] / drawn.pi[i];
  }
  DrawnMean mean;
  double mean_f = wf / w;
  double mean_y = wy / w;
  double ff = 0;
  double fy = 0;
  for (std::size_t i = 0; i < drawn.y.size(); ++i) {
    // What the design's variance weighs by.
    double weight = (1 - drawn.pi[i]) / (drawn.pi[i] * drawn.pi[i]);
    ff += weight * (drawn.f[i] - mean_f) * (drawn.f[i] - mean_f);
    fy += weight * (drawn.f[i] - mean_f) * (drawn.y[i] - mean_y);
  }
  bool tuned = powered && drawn.y.size() > 2 && ff > 1e-12;
  mean.tuning = tuned ? fy / ff : 0;
  // The fitted line's sum over all, and the residuals' over those seen, which is 0 by the weights.
  mean.sum = drawn.items * (mean_y - mean.tuning * mean_f) + mean.tuning * drawn.guesses;
  Degrees by_design;
  Degrees by_residuals;
  for (std::size_t i = 0; i < drawn.y.size(); ++i) {
    double off = drawn.f[i] - mean_f;
    double weight = (1 - drawn.pi[i]) / (drawn.pi[i] * drawn.pi[i]);
    double lever = 1 / drawn.pi[i] / w + (tuned ? weight * off * off / ff : 0);
    double rest = drawn.y[i] - mean_y - mean.tuning * off;
    rest /= 1 - std::min(lever, kMeasureLever);  // as if the line had been fitted without it
    by_design.add(weight);
    by_residuals.add(weight * rest * rest);
    mean.squares += drawn.y[i] * drawn.y[i] / drawn.pi[i] * drawn.items / w;
  }
  double scale = drawn.items / w;  // the weights sum up to the items
  mean.variance = by_residuals.sum * scale * scale;
  double lost = tuned ? 2 : 1;
  mean.freedom = std::sqrt(by_design.left(lost) * by_residuals.left(lost));
  return mean;
}

Result<> check_measure(const MeasureInput& input, double level) {
  auto refuse = [](const char* what) { return fail(Fault::invalid, "quality-input", what); };
  auto items = input.guess.size();
  if (items == 0) return refuse("There is nothing to measure.");
  if (input.value.size() != items || input.seen.size() != items ||
      input.probability.size() != items) {
    return refuse("The columns of the measurement differ in length.");
  }
  if (!(level > 0 && level < 1)) return refuse("The level lies between 0 and 1.");
  for (std::size_t i = 0; i < items; ++i) {
    double pi = input.probability[i];
    if (!(pi > 0 && pi <= 1)) return refuse("A probability of being looked at is not above 0.");
    if (pi == 1 && input.seen[i] == 0) return refuse("An item sure to be looked at was not.");
    if (!std::isfinite(input.guess[i]) || (input.seen[i] != 0 && !std::isfinite(input.value[i]))) {
      return refuse("A guess or a value is no number.");
    }
  }
  return {};
}

}  // namespace

Result<Measured> measure(const MeasureInput& input, MeasureOf of, double level) {
  TRY(check_measure(input, level));
  Drawn drawn;
  Measured result;
  double known = 0;
  double known_squares = 0;
  for (std::size_t i = 0; i < input.guess.size(); ++i) {
    bool seen = input.seen[i] != 0;
    result.people += seen ? 1 : 0;
    if (input.probability[i] == 1) {
      known += input.value[i];
      known_squares += input.value[i] * input.value[i];
      continue;
    }
    drawn.items += 1;
    drawn.guesses += input.guess[i];
    if (!seen) continue;
    drawn.f.push_back(input.guess[i]);
    drawn.y.push_back(input.value[i]);
    drawn.pi.push_back(input.probability[i]);
  }
  if (drawn.items > 0 && drawn.y.size() < 2) {
    return fail(Fault::invalid, "quality-input", "Fewer than two labels of people were drawn.");
  }
  auto items = static_cast<double>(input.guess.size());
  auto finish = [&](const DrawnMean& part, double& mean, double& error) {
    mean = (known + part.sum) / items;
    double variance = part.variance / (items * items);
    if (of == MeasureOf::process) {
      double spread = (known_squares + part.squares) / items - mean * mean;
      variance += std::max(0.0, spread) / items;
    }
    error = std::sqrt(variance);
  };
  DrawnMean powered;
  DrawnMean plain;
  if (drawn.items > 0) {
    powered = drawn_mean(drawn, true);
    plain = drawn_mean(drawn, false);
  }
  finish(powered, result.mean, result.error);
  finish(plain, result.people_mean, result.people_error);
  result.tuning = powered.tuning;
  result.freedom = powered.freedom;
  double times = measure_student(1 - (1 - level) / 2, powered.freedom);
  result.low = result.mean - times * result.error;
  result.high = result.mean + times * result.error;
  return result;
}

}  // namespace guildhall::quality
