// What inference of the truth gives, whatever the method.
#pragma once

#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

struct Truth {
  // items × classes, row by row; each row sums to 1. An item that nobody judged has the class
  // prior; one whose gold is known has 1 there.
  std::vector<double> posterior;
  // classes; the share of each that the method settled on.
  std::vector<double> prior;
  // workers: the probability that this person's label is right, over items as they come (the
  // prior); 1/classes is a guess. A worker without a judgment has the population's.
  std::vector<double> skill;
  // workers × classes × classes: P(label | worker, true class) at [worker][true][label]; each row
  // sums to 1. Empty where the method has no such thing.
  std::vector<float> confusion;
  double objective = 0;   // what the method maximises (log likelihood, bound), in nats
  int sweeps = 0;         // passes over the judgments
  bool converged = true;  // false: the method's limit of sweeps ended it

  std::span<const double> of_item(Index item, Label classes) const {
    return {posterior.data() + static_cast<std::size_t>(item) * classes, classes};
  }
};

// The class of the highest posterior of each item; of equal ones (within 1e-12) the lowest number.
std::vector<Label> labels_of(const Truth& truth, Index items, Label classes);

}  // namespace guildhall::quality
