// Weights of families of judges and offsets of classes, learned from known labels: multinomial
// logistic regression, maximum a posteriori around weight 1 and offset 0, by Newton steps.
//
// Concurrency: pure. Limits: kJudgeSteps; offsets are learned up to kBeliefRowClasses classes.
#pragma once

#include <span>
#include <vector>

#include "quality/gold.h"

namespace guildhall::quality {

struct Stacking {
  std::vector<double> posterior;  // items × classes; known labels clamped
  std::vector<double> weight;     // families
  double objective = 0;           // log posterior of the weights up to a constant, nats
  int steps = 0;
  bool converged = true;
};

// says: items × families × classes, in nats; prior: classes, each above 0. The prior of weights is
// normal, so that separated classes do not drive them away. Cost: kJudgeSteps × known items ×
// classes × (families + offsets)².
Stacking stack_families(std::span<const double> says, std::size_t families,
                        std::span<const double> prior, Gold known, double weight_sd,
                        double offset_sd);

}  // namespace guildhall::quality
