// Independent Bayesian classifier combination (Kim and Ghahramani, AISTATS 2012) by variational
// inference (Simpson et al. 2013): Dawid and Skene's model with Dirichlet priors on each person's
// confusion rows and on the classes.
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct IbccOptions {
  double right = 4;  // pseudo judgments on the diagonal of each confusion matrix
  double wrong = 1;  // and off it
  double prior = 1;  // pseudo items of each class
  Stopping stopping;
};

// Errors: quality-input as Messages::make. Ties in the end: labels_of, the lowest class.
Result<Truth> ibcc(const Judgments& judgments, Gold gold, const IbccOptions& options = {});

}  // namespace guildhall::quality
