// Krippendorff's alpha: 1 minus observed over expected disagreement. Any number of raters, missing
// judgments, five ways to count how far two classes are apart.
//
// Concurrency: free functions; same result on any number of threads.
#pragma once

#include "quality/agreement/agreement.h"

namespace guildhall::quality {

enum class Metric : std::uint8_t {
  nominal,   // same or not
  ordinal,   // how many judgments lie between, in the order of the classes' numbers
  interval,  // difference of values, squared
  ratio,     // difference over sum of values, squared; values from 0 up
  circular,  // values on a circle: hours, directions, days of the week
};

struct AlphaOptions {
  Metric metric = Metric::nominal;
  ClassValues values = {};  // for interval, ratio, circular
  double period = 0;        // of the circle; 0: as many as classes
};

// Krippendorff 2004, 2011. Items with one judgment say nothing and are left out. The standard error
// is the infinitesimal jackknife over items (what a bootstrap over items tends to), the dependence
// of ordinal distances on the marginals included. Refused (quality-input): values that do not fit,
// below 0 for ratio, a period that is no number above 0, no item with two judgments, no variation.
Result<Agreement> krippendorff_alpha(const Judgments& judgments, const AlphaOptions& options = {});

// The same from how often each two classes stood together in an item (each item's ordered pairs
// divided by its judgments less 1), classes × classes; without error and counts.
Result<Agreement> alpha_of_coincidences(std::span<const double> coincidences, Metric metric,
                                        std::span<const double> values, double period);

}  // namespace guildhall::quality
