// An unbiased measurement from few labels of people and many guesses of models, with an interval:
// prediction-powered inference. However wrong the guesses, the interval covers; the better they
// are, the narrower it is.
//
// Each item has a guess f and, where a person looked, a value y; pi was the probability that a
// person would. The mean is that of a + lambda f over all items plus that of (y - a - lambda f)/pi
// over those looked at; a and lambda are fitted to make the second part small (power tuning), so
// that worthless guesses cost nothing. Items known beforehand (pi = 1) enter as they are.
//
// Sources: Angelopoulos, Duchi and Zrnic, PPI++ (arXiv 2311.01453); Horvitz and Thompson (1952);
// the regression estimator with unequal probabilities (Särndal, Swensson and Wretman 1992);
// residuals as if fitted without each (HC3: MacKinnon and White 1985); Student's t with
// Satterthwaite's degrees of freedom, since few residuals may carry it all.
//
// Concurrency: pure.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace guildhall::quality {

enum class MeasureOf : std::uint8_t {
  these,    // the mean over these very items: all looked at leaves no interval
  process,  // over what these items are a sample of: items to come
};

struct MeasureInput {
  std::span<const double> guess;        // f, one an item
  std::span<const double> value;        // y; read where seen
  std::span<const std::uint8_t> seen;   // 1: a person looked
  std::span<const double> probability;  // pi, above 0 for every item; 1 only where seen
};

struct Measured {
  double mean = 0;
  double error = 0;  // standard
  double low = 0;    // of the interval
  double high = 0;
  double tuning = 0;       // lambda: 0 where the guesses are worthless
  double freedom = 0;      // degrees, of Student's t
  double people_mean = 0;  // the same without guesses, for comparison
  double people_error = 0;
  std::size_t people = 0;  // items looked at
};

// level: of the interval, in (0, 1). Guesses must not be trained on the very values: take
// crossed_panel()'s. Where no residual is left (all values alike, perfect guesses) the interval has
// no width: that few people found no error does not prove that there is none.
// Refused (quality-input): no item, lengths that do not fit, fewer than two people's labels among
// those drawn (unless all are seen), a number that is none, pi not in (0, 1] or 1 where unseen.
Result<Measured> measure(const MeasureInput& input, MeasureOf of = MeasureOf::these,
                         double level = 0.95);

}  // namespace guildhall::quality
