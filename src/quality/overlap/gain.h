// What one more judgment of an item is worth: how much less wrong its label is expected to be.
//
// A single judgment often cannot change the label (two votes against one), though three could: the
// gain of one is nothing, and whoever looks one step ahead stops too soon. So the gain is taken
// over the best number of judgments, per judgment: the KG(*) policy of Frazier and Powell
// (Paradoxes in learning and the marginal value of information, Decision Analysis 2010).
//
// Concurrency: pure. Limits: kOverlapAhead judgments ahead.
#pragma once

#include <span>

#include "quality/judgments.h"

namespace guildhall::quality {

// The probability that the best label is wrong; 0 without classes. `posterior` sums to 1.
double expected_loss(std::span<const double> posterior);

// The two likeliest classes, of equal ones the lowest; the same twice where there is but one.
struct Leaders {
  Label first = 0;
  Label second = 0;
};
Leaders leaders_of(std::span<const double> posterior);

// How a source tells two classes apart: the mean over the two of P(label = truth) and of
// P(label = the other). Other labels speak for neither.
struct Telling {
  double hit = 0;
  double cross = 0;
};
// By its rows: classes × classes, P(label | truth) at [truth][label].
Telling telling_of(std::span<const float> confusion, Label classes, Leaders leaders);
// By its skill alone.
Telling telling_of(double skill, Label classes);

struct Gain {
  double each = 0;    // expected loss saved a judgment; in [0, loss]
  int judgments = 0;  // over how many; 0 where none up to kOverlapAhead can change the label
};

// Between the two leaders: what a third class might gain is left out, so that it is never too
// much. Nothing from a source that does not tell them apart (hit <= cross).
Gain gain_of(std::span<const double> posterior, Telling telling);

}  // namespace guildhall::quality
