// Whether consensus may be believed: gold is asked. Half of the gold is hidden and the model asked
// for it, then the other half; what it then has right, beside what it thought it had right, is the
// consensus' optimism, and consensus that does no better than guessing is not evidence of skill.
// Source: reference formulation 6.2.
//
// Concurrency: pure, parallel inside.
#pragma once

#include "quality/gold.h"
#include "quality/judgments.h"

namespace guildhall::quality {

// What gold says of the consensus that would hold without it.
struct ConsensusCheck {
  Index gold_items = 0;        // with a judgment
  double expected = 0;         // share of them the blind consensus says it has right
  double found = 0;            // share of them it has right
  double guessing = 0;         // share right by always saying gold's most frequent class
  double optimistic = 1;       // Beta(optimistic, sober): the share of consensus that is wrong
  double sober = 30;           // although the model is sure of it
  double optimism = 1.0 / 31;  // its mean
  double weight = 1;           // of a judgment on an item without gold as evidence; 0: not believed
  bool believed = true;
};

ConsensusCheck check_consensus(const Judgments& judgments, Gold gold, std::uint64_t seed);

}  // namespace guildhall::quality
