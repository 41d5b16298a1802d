// GLAD (Whitehill et al., NIPS 2009): a person of ability a is right on an item of ease e^b with
// probability 1 / (1 + exp(-a e^b)); wrong answers are spread evenly.
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct GladOptions {
  double ability = 1;  // the mean of the normal priors, with variance 1
  double ease = 1;
  bool learn_prior = false;  // of the classes; the paper holds them equal
  Stopping stopping = {1e-4, kMaxTruthSweeps};
};

// Expectation, one Newton step of each item's ease, one of each person's ability, in turn, with
// exact first derivatives and a bound of the second, until it moves no more. Ties: the lowest
// class. Errors: quality-input for gold that does not fit and items without any class.
Result<Truth> glad(const Judgments& judgments, Gold gold, const GladOptions& options = {});

}  // namespace guildhall::quality
