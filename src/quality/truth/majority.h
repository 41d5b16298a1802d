// The share of the votes, each person's weighing the same.
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

// Posterior: the share of an item's votes that each class has. Prior: its share of all votes.
// Skill: how often a person agrees with the label that wins. Ties: the lowest class.
// Errors: quality-input for gold that does not fit the items, items without any class.
Result<Truth> majority(const Judgments& judgments, Gold gold);

// The same with a weight a worker, as long as there are workers; a weight below 0 counts as 0, an
// item whose votes weigh nothing together has the shares of the votes themselves.
Result<Truth> weighted_majority(const Judgments& judgments, Gold gold,
                                std::span<const double> weight);

// How often each person agrees with `labels`, over the items where those are known; `unknown`
// where there is no such item. Workers.
std::vector<double> agreement_with(const Judgments& judgments, std::span<const Label> labels,
                                   double unknown);

}  // namespace guildhall::quality
