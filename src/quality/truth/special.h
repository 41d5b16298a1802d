// Functions of one number that the methods share: digamma, and exp of many floats at once.
//
// Concurrency: pure. Limits: digamma for x > 0; fast_exp for x <= 0, below -80 as -80, so that what
// is made of it is no denormal number.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace guildhall::quality {

// The derivative of log gamma, to 1e-12: recurrence up to 6, then the asymptotic series
// (Abramowitz and Stegun 6.3.18).
inline double digamma(double x) {
  double below = 0;
  while (x < 6) {
    below -= 1 / x;
    x += 1;
  }
  double f = 1 / (x * x);
  double series = 1.0 / 12 - f * (1.0 / 120 - f * (1.0 / 252 - f * (1.0 / 240 - f / 132)));
  return below + std::log(x) - 0.5 / x - f * series;
}

// log gamma for x > 0 to 1e-10 of max(1, it): recurrence up to 6, then Stirling's series. Unlike
// std::lgamma it touches nothing that threads share.
inline double log_gamma(double x) {
  constexpr double kHalfLogTurn = 0.9189385332046727;  // log(2 pi) / 2
  double product = 1;
  while (x < 6) {
    product *= x;
    x += 1;
  }
  double f = 1 / (x * x);
  double series = (1.0 / 12 - f * (1.0 / 360 - f * (1.0 / 1260 - f / 1680))) / x;
  return (x - 0.5) * std::log(x) - x + kHalfLogTurn + series - std::log(product);
}

// exp(x) for x <= 0 to 3e-7 of itself, without a branch, so that a loop over floats vectorises.
inline float fast_exp(float x) {
  constexpr float kLog2e = 1.44269504F;
  constexpr float kLn2High = 0.693359375F;
  constexpr float kLn2Low = -2.12194440e-4F;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
  x = x < -80.0F ? -80.0F : x;
  float shifted = x * kLog2e + kRound;
  float whole = shifted - kRound;
  float rest = x - whole * kLn2High - whole * kLn2Low;
  float p = 1.9875691500e-4F;
  p = p * rest + 1.3981999507e-3F;
  p = p * rest + 8.3334519073e-3F;
  p = p * rest + 4.1665795894e-2F;
  p = p * rest + 1.6666665459e-1F;
  p = p * rest + 5.0000001201e-1F;
  float mantissa = p * rest * rest + rest + 1.0F;
  auto exponent = std::bit_cast<std::uint32_t>(shifted) << 23U;  // modulo 2^32, as meant
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(mantissa) + exponent);
}

}  // namespace guildhall::quality
