// Chance that a seed decides: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) and the draws that the
// statistics need. A stream is named by a seed and what it is for (a sweep, a worker), so that the
// same draws come on one core or many.
//
// Concurrency: one thread a stream.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace guildhall::quality {

class Seeded {
 public:
  explicit Seeded(std::uint64_t seed) : state_(seed) {}
  Seeded(std::uint64_t seed, std::uint64_t what, std::uint64_t which = 0)
      : state_(mixed(seed ^ mixed(what ^ mixed(which + kStep)))) {}

  std::uint64_t bits() { return mixed(state_ += kStep); }

  // In (0, 1): neither end ever.
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53; }

  // In [0, end); 0 where end is 0.
  std::size_t below(std::size_t end) {
    auto at = static_cast<std::size_t>(uniform() * static_cast<double>(end));
    return end == 0 ? 0 : std::min(at, end - 1);
  }

  // Mean 1; sums of these are gamma variables, shares of them Dirichlet.
  double exponential() { return -std::log(uniform()); }

  // Mean 0, variance 1 (Box and Muller; the second of each pair is not kept).
  double normal() {
    double radius = std::sqrt(2 * exponential());
    return radius * std::cos(6.283185307179586 * uniform());
  }

  // The logarithm of a Gamma(shape, 1) draw, finite for every shape > 0 (Marsaglia and Tsang 2000;
  // below 1 by the power of a uniform).
  double log_gamma(double shape) {
    double more = shape < 1 ? std::log(uniform()) / std::max(shape, 1e-8) : 0;
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / std::sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v <= 0) continue;
      v = v * v * v;
      if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
        return std::log(d * v) + more;
      }
    }
  }

  double gamma(double shape) { return std::exp(log_gamma(shape)); }

  // In [1e-12, 1 - 1e-12].
  double beta(double a, double b) {
    double x = log_gamma(a);
    double y = log_gamma(b);
    return std::clamp(1 / (1 + std::exp(std::clamp(y - x, -700.0, 700.0))), 1e-12, 1 - 1e-12);
  }

  // How many tables `guests` take in a Chinese restaurant of this concentration.
  double tables(std::uint32_t guests, double concentration) {
    double taken = guests > 0 ? 1 : 0;
    for (std::uint32_t i = 1; i < guests; ++i) {
      taken += uniform() * (concentration + i) < concentration ? 1 : 0;
    }
    return taken;
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;
  static std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
  }
  std::uint64_t state_;
};

}  // namespace guildhall::quality
