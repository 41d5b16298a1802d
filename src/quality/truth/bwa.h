// Bayesian weighted average (Li, Rubinstein, Cohn, WWW 2019): for each class apart, an item's score
// is a normal variable that people measure, each with a variance of their own.
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct BwaOptions {
  double pseudo = 15;       // pseudo judgments in a person's variance
  double prior = 1;         // the weight of the mean among an item's votes
  double tolerance = 1e-4;  // the largest move of a score that ends it
};

// Posterior: the scores, at least 0, divided by their sum; not calibrated. Ties: the lowest class.
// Skill: agreement with the labels. Errors: as majority.
Result<Truth> bwa(const Judgments& judgments, Gold gold, const BwaOptions& options = {});

}  // namespace guildhall::quality
