// What is reserved, spent and limited: two counts at once. In a budget `units` are millionths of
// its currency; in a rate limit they are requests. An amount fits only where both of its counts do.
//
// Concurrency: values. Limits: kNoBound is so far below the type's that sums of a few stay within.
#pragma once

#include <algorithm>
#include <cstdint>

namespace guildhall::gateway {

inline constexpr std::int64_t kNoBound = 1LL << 60;

struct Amount {
  std::int64_t units = 0;
  std::int64_t tokens = 0;

  friend bool operator==(const Amount&, const Amount&) = default;
  friend Amount operator+(Amount a, Amount b) { return {a.units + b.units, a.tokens + b.tokens}; }
  friend Amount operator-(Amount a, Amount b) { return {a.units - b.units, a.tokens - b.tokens}; }
  friend Amount operator/(Amount a, std::int64_t by) { return {a.units / by, a.tokens / by}; }
  friend Amount operator*(Amount a, std::int64_t by) { return {a.units * by, a.tokens * by}; }
  Amount& operator+=(Amount other) { return *this = *this + other; }
  Amount& operator-=(Amount other) { return *this = *this - other; }

  bool fits(Amount room) const { return units <= room.units && tokens <= room.tokens; }
  bool is_zero() const { return units == 0 && tokens == 0; }
};

inline Amount least(Amount a, Amount b) {
  return {std::min(a.units, b.units), std::min(a.tokens, b.tokens)};
}
// Neither count below zero.
inline Amount at_least_zero(Amount a) {
  return {std::max<std::int64_t>(a.units, 0), std::max<std::int64_t>(a.tokens, 0)};
}

}  // namespace guildhall::gateway
