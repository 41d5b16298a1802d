// Random numbers from a seed: the same on every machine and on any number of threads, as each
// stream is a function of its seed alone. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
//
// Concurrency: a value of its own for each thread. Not for secrets.
#pragma once

#include <cmath>
#include <cstdint>

namespace guildhall::quality {

class Seeded {
 public:
  explicit Seeded(std::uint64_t seed) : state_(seed) {}
  // A stream for the `number`-th of many things, far from its neighbours'.
  Seeded(std::uint64_t seed, std::uint64_t number) : state_(mix(seed) ^ mix(~number)) {}

  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15U;
    return mix(state_);
  }
  // In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  // In [0, n); n > 0. The bias of n / 2^64 is not seen.
  std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
  }
  // Mean 1: -log of a uniform; sums of these are gamma variables, shares of them Dirichlet.
  double exponential() { return -std::log1p(-uniform()); }
  // Mean 0, variance 1 (Box and Muller; the second of each pair is not kept).
  double normal() {
    constexpr double kTurn = 6.283185307179586;
    double radius = std::sqrt(2 * exponential());
    return radius * std::cos(kTurn * uniform());
  }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace guildhall::quality
