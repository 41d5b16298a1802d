// Intraclass correlations: which part of the variance of numbers that people gave lies between the
// items, and not between the people or in chance.
//
// Concurrency: free functions. Memory: 8 bytes a worker and an item.
#pragma once

#include <optional>

#include "quality/agreement/agreement.h"

namespace guildhall::quality {

struct IccResult {
  // ICC(1,1) and (1,k): each item has its own raters. From all items with two judgments or more;
  // where their numbers differ, k is the usual mean of unbalanced analyses of variance.
  Agreement one_single;
  Agreement one_mean;
  // ICC(2,1), (2,k): the same raters, drawn from many; (3,1), (3,k): just these raters. From the
  // items that every rater judged; absent where those are fewer than two, or there is one rater.
  std::optional<Agreement> two_single;
  std::optional<Agreement> two_mean;
  std::optional<Agreement> three_single;
  std::optional<Agreement> three_mean;
  double mean_raters = 0;  // the k of (1,k)
};

// Shrout and Fleiss 1979; unbalanced one-way designs: Donner 1986. A negative value stays what it
// is: less alike than by chance. Standard errors: the jackknife over items (leaving one out).
// Refused (quality-input): values that do not fit, fewer than two items with two judgments, no
// variance at all. observed and expected are the mean squares between items and within.
Result<IccResult> intraclass_correlation(const Judgments& judgments, ClassValues values = {});

}  // namespace guildhall::quality
