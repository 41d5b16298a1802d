// How far people agree beyond chance: coefficients of judgments, each with a standard error. None
// needs the table of raters × items; all are a few passes over the judgments.
//
// Where a coefficient has no value (nobody judged an item twice, all chose one class) that is an
// error, quality-input, never a number.
//
// Concurrency: free functions; same result on any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "quality/judgments.h"

namespace guildhall::quality {

struct Agreement {
  double value = 0;
  double error = 0;           // standard error over items; 0 where there is one item only
  double observed = 0;        // agreement (alpha: disagreement) as seen
  double expected = 0;        // and by chance
  std::size_t items = 0;      // that it rests on
  std::size_t judgments = 0;  // and their judgments
};

// What a class is worth: one number a class; empty: the class's own number. Refused where there are
// not as many as classes, or one is not finite.
using ClassValues = std::span<const double>;
Result<std::vector<double>> class_values(const Judgments& judgments, ClassValues values);

// The square root of the variance of a mean of `count` influences, of which sum and sum of squares
// are given, as a sum (not a mean): the infinitesimal jackknife (Jaeckel 1972, Efron 1982).
double jackknife_error(double sum, double squares, std::size_t count);

}  // namespace guildhall::quality
