// A result without choosing a method by hand. Several models predict judgments that were hidden
// from them; the better a model predicts, the more its posterior weighs in the mean of all.
//
// 1. A tenth of the judgments is hidden, three times over (once where there are many), and each
//    candidate says how likely each hidden judgment was: mean log likelihood, in nats.
// 2. People may err together (the same hard item, the same language model beneath). The variance
//    of how an item's votes fall, over what it would be were they independent given the class, is
//    the design effect d (Kish 1965): 1 for independent votes.
// 3. A candidate's weight is exp(-n/d × g/d). g is by how much the best candidate predicts better,
//    less two standard errors, so that chance decides nothing; g/d is its quasi likelihood (as in
//    QAIC; Burnham and Anderson 2002); n/d are the independent votes of an item, n at most 20. So
//    weights are the belief in a model that one item's votes would give: a large gain decides, a
//    small one averages, and gains that come from people erring together decide little.
// 4. Posteriors of models are tempered by d as well, and their weighted mean is the result.
//
// Who is hidden follows from the numbers of items and people and the seed: with other numbers the
// weights differ a little.
#pragma once

#include <string>
#include <string_view>

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct AutoOptions {
  int folds = 3;  // of a tenth each
  std::uint64_t seed = 1;
};

struct Candidate {
  std::string_view name;  // as in methods.h, where it is there
  double held_out = 0;    // mean log likelihood of a hidden judgment, nats
  double weight = 0;      // in the result; all sum to 1
};

struct Chosen {
  // Posterior, prior and skill: the weighted mean; confusion: of hierarchical Dawid-Skene;
  // objective: the winner's held-out log likelihood; sweeps: of all that ran on all judgments.
  Truth truth;
  std::vector<Candidate> candidates;  // best first
  double margin = 0;                  // of the first over the second, nats a judgment
  std::size_t hidden = 0;             // judgments that were predicted
  double design_effect = 1;
  std::string why;  // the above in a sentence
};

// Where nothing can be hidden (no item with two votes) all candidates weigh the same. Ties: the
// lowest class. Errors: quality-input as Messages::make.
Result<Chosen> choose(const Judgments& judgments, Gold gold, const AutoOptions& options = {});

// choose() without its reasons.
Result<Truth> automatic(const Judgments& judgments, Gold gold);

// The design effect of votes under a fitted model with a confusion matrix; 1 where there is none.
double design_effect(const Judgments& judgments, const Truth& truth);

}  // namespace guildhall::quality
