// Rubric scores by several raters: how good a subject (an answer, a person) is, how severe a rater,
// how hard each step of a criterion. The many-facet Rasch model with steps by criterion:
//
//   log P(score = k) / P(score = k - 1) = ability(subject) - severity(rater) - step(criterion, k)
//
// Abilities and severities are normal with mean 0, variances by empirical Bayes; steps are
// Normal(0, 3): so subjects with all the highest scores, raters of one answer and steps that nobody
// took have finite, honest values. Abilities are means of their posterior; severities and steps are
// where the marginal likelihood is highest, abilities integrated over; errors come from the whole
// information (rubric_information.h). In simulations 90 % intervals hold 87 to 89 of 100 where who
// scores whom is left to chance, 80 to 85 where the good are given raters of their own: severities
// and abilities are then told apart by the priors alone.
// Source: Linacre 1989 (many-facet Rasch); Masters 1982 (partial credit); Bock and Aitkin 1981
// (marginal likelihood); fit statistics as in Wright and Masters 1982.
//
// Concurrency: pure. Limits: kRubricRounds, kMaxRubricFacets.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quality/contributors/scorecard.h"

namespace guildhall::quality {

// One entry a score in each; `period` may be empty. Every score counts, doubled ones too: a rater
// may score an answer twice.
struct RubricScores {
  std::vector<Index> subject;
  std::vector<Index> criterion;
  std::vector<Index> rater;
  std::vector<std::uint8_t> score;  // from 0
  std::vector<Index> period;        // from 0, in order of time
};

struct RubricShape {
  Index subjects = 0;
  Index raters = 0;
  std::vector<std::uint8_t> levels;  // criteria: how many scores there are; 2 or more
  Index periods = 0;
};

struct Estimate {
  double value = 0;  // logits
  double error = 0;  // standard
};

struct RubricFit {
  std::vector<Estimate> ability;             // subjects
  std::vector<double> fair_score;            // subjects: mean share of the highest score that a
                                             // rater of severity 0 would give, over the criteria
  std::vector<Estimate> severity;            // raters
  std::vector<double> infit;                 // raters: 1 as the model expects, above: erratic,
                                             // below: too even; 1 without scores
  std::vector<std::vector<Estimate>> steps;  // criteria x (levels - 1)
  std::vector<Estimate> drift;               // raters x periods: severity less the rater's own
  std::vector<Index> part;                   // subjects: those of different parts share no rater,
                                             // even by others; only the priors compare them
  double ability_spread = 1;                 // sd
  double severity_spread = 1;
  int rounds = 0;
  bool converged = true;
};

// Refused (quality-input): columns of different length, a number out of range, a criterion of fewer
// than two levels.
Result<RubricFit> fit_rubric(const RubricScores& scores, const RubricShape& shape);

}  // namespace guildhall::quality
