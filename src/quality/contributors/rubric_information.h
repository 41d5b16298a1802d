// One round of fitting a many-facet model: abilities are integrated over, severities and steps take
// a Newton step. Taking every parameter at its joint mode instead would draw all of them together
// (few scores tell little of one subject, and all of them say so to the steps): spreads a fifth too
// small, intervals that hold the truth 74 to 86 times of 100 instead of 90.
//
// Subjects share no score: the posterior of each is a grid of kRubricNodes points. What is left,
// raters and steps, is one matrix: its information less what the abilities took of it (Schur
// complement). So an ability is as unsure as the severities and steps it was measured with, and
// those as the abilities they were measured on.
// Source: Bock and Aitkin 1981 (marginal likelihood by quadrature); Louis 1982 (its information).
//
// Concurrency: pure. Limits: kMaxRubricFacets raters and steps; above it their correlations are
// left out, the rounds are more, and errors come out a little too small.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "quality/contributors/rubric.h"

namespace guildhall::quality {

inline constexpr std::size_t kMostRubricLevels = 256;

// The scores' distribution at one place of the logit scale.
struct ScoreChances {
  double mean = 0;
  double variance = 0;
  double log_sum = 0;
  std::array<double, kMostRubricLevels> log{};       // [k]: of P(score = k), plus log_sum
  std::array<double, kMostRubricLevels> at_least{};  // [k]: P(score >= k), k from 1
};

void chances_at(double place, std::span<const Estimate> steps, ScoreChances& out);

// One round: new values and errors of all abilities (mean and deviation of the posterior) and
// steps, severities moved by Newton; the largest move. What has no scores has its prior's error.
double rubric_round(const RubricScores& scores, double step_spread, RubricFit& fit);

}  // namespace guildhall::quality
