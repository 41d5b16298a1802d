// What is known for certain: one label an item, kNoLabel where nothing is known.
#pragma once

#include <span>

#include "quality/judgments.h"

namespace guildhall::quality {

// As long as there are items, or empty: nothing is known.
using Gold = std::span<const Label>;

inline Label gold_of(Gold gold, Index item) { return gold.empty() ? kNoLabel : gold[item]; }

}  // namespace guildhall::quality
