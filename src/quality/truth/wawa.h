// Weighted votes whose weights are how often a person agrees: Wawa ("worker agreement with
// aggregate", Appen) and zero-based skill (Toloka), as in crowd-kit.
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

// Majority, then one vote weighted by each person's agreement with it (with gold where known).
// Posterior: shares of the weighted votes, not calibrated. Ties: the lowest class. Errors: as
// majority.
Result<Truth> wawa(const Judgments& judgments, Gold gold);

}  // namespace guildhall::quality
