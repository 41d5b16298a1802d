// Dawid and Skene's model (Applied Statistics 28, 1979): each person has a confusion matrix, each
// item one class; expectation and maximisation in turn, from the shares of the votes.
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct DawidSkeneOptions {
  // Judgments that each cell of each confusion matrix has more than were made: so little that it
  // decides only what no judgment decides, and no probability is 0.
  double pseudo = 0.01;
  // Looser than the others' for speed. A few labels may still change with more sweeps, most where
  // people have judged little and classes are many.
  Stopping stopping = {1e-4, kMaxTruthSweeps};
};

// Errors: quality-input as Messages::make. Ties in the end: labels_of, the lowest class.
Result<Truth> dawid_skene(const Judgments& judgments, Gold gold,
                          const DawidSkeneOptions& options = {});

}  // namespace guildhall::quality
