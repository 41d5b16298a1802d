#include "quality/overlap/gain.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/limits.h"

namespace guildhall::quality {
namespace {

// Votes for the first leader less votes for the second, from -kOverlapAhead to kOverlapAhead.
using Difference = std::array<double, 2 * kOverlapAhead + 1>;

Difference after_vote(const Difference& before, double up, double down) {
  Difference after{};
  for (std::size_t at = 0; at < before.size(); ++at) {
    after[at] += before[at] * std::max(0.0, 1 - up - down);
    if (at + 1 < before.size()) after[at + 1] += before[at] * up;
    if (at > 0) after[at - 1] += before[at] * down;
  }
  return after;
}

}  // namespace

double expected_loss(std::span<const double> posterior) {
  return posterior.empty() ? 0 : std::max(0.0, 1 - *std::ranges::max_element(posterior));
}

Leaders leaders_of(std::span<const double> posterior) {
  Leaders leaders;
  for (std::size_t t = 1; t < posterior.size(); ++t) {
    if (posterior[t] > posterior[leaders.first]) leaders.first = static_cast<Label>(t);
  }
  leaders.second = leaders.first == 0 && posterior.size() > 1 ? 1 : 0;
  for (std::size_t t = 0; t < posterior.size(); ++t) {
    if (t != leaders.first && posterior[t] > posterior[leaders.second]) {
      leaders.second = static_cast<Label>(t);
    }
  }
  return leaders;
}

Telling telling_of(std::span<const float> confusion, Label classes, Leaders leaders) {
  auto at = [&](std::size_t truth, std::size_t label) {
    return static_cast<double>(confusion[truth * classes + label]);
  };
  auto [a, b] = leaders;
  return {(at(a, a) + at(b, b)) / 2, (at(a, b) + at(b, a)) / 2};
}

Telling telling_of(double skill, Label classes) {
  return {skill, classes > 1 ? (1 - skill) / (classes - 1.0) : 0};
}

Gain gain_of(std::span<const double> posterior, Telling telling) {
  auto [first, second] = leaders_of(posterior);
  if (first == second || posterior[second] <= 0) return {};
  double hit = std::clamp(telling.hit, 0.0, 1.0);
  double cross = std::clamp(telling.cross, 1e-9, std::max(1e-9, 1 - hit));
  if (!(hit > cross)) return {};
  double lead = std::log(posterior[first] / posterior[second]) / std::log(hit / cross);
  Difference if_first{};
  Difference if_second{};
  if_first[kOverlapAhead] = if_second[kOverlapAhead] = 1;
  Gain best;
  for (int votes = 1; votes <= kOverlapAhead; ++votes) {
    if_first = after_vote(if_first, hit, cross);
    if_second = after_vote(if_second, cross, hit);
    double saved = 0;
    for (int behind = votes; behind > lead && behind > 0; --behind) {
      auto at = static_cast<std::size_t>(kOverlapAhead - behind);
      saved += posterior[second] * if_second[at] - posterior[first] * if_first[at];
    }
    if (saved / votes > best.each) best = {saved / votes, votes};
  }
  return best;
}

}  // namespace guildhall::quality
