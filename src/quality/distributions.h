// Tail probabilities that the statistics need, to about 1e-10.
// Source: Numerical Recipes, 3rd ed., 6.4 (continued fraction of the incomplete beta function).
//
// Concurrency: pure.
#pragma once

#include <algorithm>
#include <cmath>

namespace guildhall::quality {

// I_x(a, b), a, b > 0.
inline double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
  constexpr int kTerms = 500;
  constexpr double kTiny = 1e-300;
  double log_front =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
  double c = 1;
  double d = 1 / std::max(1 - (a + b) * x / (a + 1), kTiny);
  double h = d;
  for (int m = 1; m <= kTerms; ++m) {
    double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double before = h;
    for (double term : {even, odd}) {
      d = 1 + term * d;
      d = 1 / (std::abs(d) < kTiny ? kTiny : d);
      c = 1 + term / c;
      if (std::abs(c) < kTiny) c = kTiny;
      h *= d * c;
    }
    if (std::abs(h - before) < 1e-14 * std::abs(h)) break;
  }
  return std::clamp(std::exp(log_front) * h / a, 0.0, 1.0);
}

inline double normal_above(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

// P(|T| >= |t|) with `freedom` degrees.
inline double t_two_sided(double t, double freedom) {
  return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

// P(X >= k), X ~ Binomial(n, p).
inline double binomial_at_least(double k, double n, double p) {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return incomplete_beta(k, n - k + 1, p);
}

// The t that |T| exceeds with probability `two_sided`, by halving.
inline double t_bound(double two_sided, double freedom) {
  double low = 0;
  double high = 1e4;
  for (int i = 0; i < 100; ++i) {
    double middle = 0.5 * (low + high);
    (t_two_sided(middle, freedom) > two_sided ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace guildhall::quality
