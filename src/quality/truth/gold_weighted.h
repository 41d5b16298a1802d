// Votes weighted by how often each person is right where the truth is known (crowd-kit's
// GoldMajorityVote).
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

// A person's weight is drawn towards that of all by one item, so who was right once does not
// outweigh who was right often, and who met no known item weighs what people do on average.
// Posterior: shares of the weighted votes, not calibrated. Ties: the lowest class. Errors: as
// majority, and quality-input where nobody judged an item whose label is known.
Result<Truth> gold_weighted(const Judgments& judgments, Gold gold);

}  // namespace guildhall::quality
