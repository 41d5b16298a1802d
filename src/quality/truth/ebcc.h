// Enhanced Bayesian classifier combination (Li, Rubinstein, Cohn, ICML 2019): each class has
// subtypes, a person has a confusion row for each subtype, so people may err together on the same
// kind of item. Variational Bayes from several drawn starts; the best bound wins.
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct EbccOptions {
  std::size_t subtypes = 10;
  double subtype = 0.1;  // pseudo items of all subtypes of a class together
  double prior = 1;      // pseudo items of each class
  double right = 4;      // pseudo judgments on the diagonal
  double wrong = 1;      // and off it
  int starts = 4;
  std::uint64_t seed = 1;
  Stopping stopping = {1e-4, kMaxTruthSweeps};
};

// The starts are drawn by the items' numbers: with other numbers another of equally good optima
// may win. Errors: quality-input as Messages::make. Ties: labels_of, the lowest class.
Result<Truth> ebcc(const Judgments& judgments, Gold gold, const EbccOptions& options = {});

}  // namespace guildhall::quality
