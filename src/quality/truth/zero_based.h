// Zero-based skill (Toloka; crowd-kit's ZeroBasedSkill): Wawa over and over, each time moving the
// skills a part of the way, a part that halves every 20 rounds.
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

// Posterior: shares of the weighted votes, not calibrated. Ties: the lowest class. Ends once no
// skill moves by more than 1e-5, or after 100 rounds. Errors: as majority.
Result<Truth> zero_based_skill(const Judgments& judgments, Gold gold);

}  // namespace guildhall::quality
