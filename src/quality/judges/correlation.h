// How far judges err together, measured on items whose truth is known, and what their votes are
// worth by that.
//
// Concurrency: pure.
#pragma once

#include <span>
#include <vector>

#include "quality/gold.h"
#include "quality/judgments.h"

namespace guildhall::quality {

struct ErrorCorrelation {
  double within = 0;           // of two judges of one family, 0 to 1
  double between = 0;          // of two of different ones, 0 to within
  std::vector<double> temper;  // families: what each vote's evidence is multiplied with
};

// The mean over known items of the mean product of standardised errors (wrong or not, by the
// judge's own skill) of the pairs there, drawn towards `before` as if seen on `from` items. A
// family's temper is 1 / (1 + (m - 1) within) for its m judges, and the same again for the
// families' means among each other. `skill`: in (0, 1), by judge.
ErrorCorrelation error_correlation(const Judgments& judgments, std::span<const Index> family,
                                   std::size_t families, Gold known, std::span<const double> skill,
                                   double before, double from);

}  // namespace guildhall::quality
