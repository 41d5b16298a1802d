#include "quality/truth/zero_based.h"

#include <algorithm>
#include <cmath>

#include "quality/truth/majority.h"

namespace guildhall::quality {

Result<Truth> zero_based_skill(const Judgments& judgments, Gold gold) {
  constexpr int kRounds = 100;
  constexpr int kRoundsOfRate = 20;
  constexpr double kSettled = 1e-5;
  std::vector<double> skill(judgments.workers(), 1);
  double rate = 1;
  double moved = 1;
  int round = 0;
  Truth truth;
  while (round < kRounds && moved > kSettled) {
    truth = TRY(weighted_majority(judgments, gold, skill));
    if (++round % kRoundsOfRate == 0) rate /= 2;
    moved = 0;
    for (std::size_t w = 0; w < skill.size(); ++w) {
      double step = rate * (truth.skill[w] - skill[w]);
      moved = std::max(moved, std::abs(step));
      skill[w] += step;
    }
  }
  truth.skill = std::move(skill);
  truth.sweeps = round;
  truth.converged = moved <= kSettled;
  return truth;
}

}  // namespace guildhall::quality
