// What is believed of items and people while few judgments are in: the posterior that decides
// whether one more is asked for. Cautious where inference of the finished set need not be: with
// three judgments an item a free model talks itself into anything.
//
// A worker has one skill, Beta distributed around the population's; a confusion row is Dirichlet
// distributed around what that skill says (right with the skill, wrong alike over the other
// classes). Few judgments behave as one coin, many as full rows. Both enter by their posterior
// means, which is exact for one vote: who has not judged yet has the population's skill, however
// able, and moves away from it only as votes come. Class prior: drawn towards flat. Source:
// Dawid and Skene (1979) in the Bayesian form of Kim and Ghahramani (AISTATS 2012), with the strong
// skill prior that adaptive overlap needs.
//
// Concurrency: pure; runs on threads() cores with the same result on any number. Memory: 8 bytes a
// class and item, a worker 16 and, with rows, 8 classes². Limits: kBeliefSweeps; rows up to
// kBeliefRowClasses classes, one coin above.
#pragma once

#include <vector>

#include "quality/gold.h"
#include "quality/judgments.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

// Counts as if they had been seen.
struct BeliefOptions {
  double right = 16;  // of the skill prior, right and wrong: 73 % over most human work
  double wrong = 6;
  double row = 22;    // that hold a confusion row to the skill
  double prior = 10;  // of each class
};

struct Belief {
  Truth truth;                       // confusion: means; empty above kBeliefRowClasses
  std::vector<double> right, wrong;  // workers: the Beta counts of the skill, prior included
  std::size_t gold_judgments = 0;    // on items whose truth is known

  // Variance of a worker's skill.
  double variance(Index worker) const {
    double sum = right[worker] + wrong[worker];
    return right[worker] * wrong[worker] / (sum * sum * (sum + 1));
  }
};

// Gold is clamped, and moves the mean of the skill prior towards how often gold was met. An item
// without a judgment has the class prior, a worker without one the skill prior. truth.objective is
// the summed log evidence of the items; ties of labels fall to the lowest class.
// Refused (quality-input): items but no class; gold of another length or with a class that there
// is not; counts that are not positive numbers.
Result<Belief> believe(const Judgments& judgments, Gold gold, const BeliefOptions& options = {});

}  // namespace guildhall::quality
