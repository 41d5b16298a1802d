// KOS (Karger, Oh and Shah, Operations Research 62, 2014): reliabilities of people and leanings of
// items pass to and fro between them, each message without what its receiver has said. For two
// classes.
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

// From reliability 1 of everybody (the paper draws it): the first round is the majority, and the
// result is no matter of luck. `rounds` as few as the paper's: more follow the densest part of the
// graph alone. Posterior: half of 1 + leaning / weight of the votes; not calibrated. Ties: the
// lowest class. Errors: as majority; quality-input where there are more than two classes.
Result<Truth> kos(const Judgments& judgments, Gold gold, int rounds = 10);

}  // namespace guildhall::quality
