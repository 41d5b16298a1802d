// Hierarchical Bayesian Dawid-Skene. A person's confusion rows are Dirichlet(kappa × base), and
// the base is made of two things: the population's rows, and how much oftener (or more rarely)
// than the population this one person is right, over all classes together. So whoever has judged
// little is the population's average, whoever has judged more has a coin of their own, and whoever
// has judged much has a whole confusion matrix. How much is little follows from the data: the
// spread of the coins by moments (DerSimonian and Laird 1986), kappa by the marginal likelihood
// (Minka 2000), both empirical Bayes.
//
// After Paun et al., TACL 6 (2018), "Comparing Bayesian models of annotation", HierD&S.
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct HierarchicalOptions {
  double prior = 1;          // pseudo items of each class
  double right = 2;          // pseudo judgments on the diagonal of the population's rows, and
  double wrong = 1;          // spread over the rest of each
  bool variational = false;  // messages by expected logarithms instead of means
  Stopping stopping;
};

// Errors: quality-input as Messages::make. Ties in the end: labels_of, the lowest class.
Result<Truth> hierarchical(const Judgments& judgments, Gold gold,
                           const HierarchicalOptions& options = {});

}  // namespace guildhall::quality
