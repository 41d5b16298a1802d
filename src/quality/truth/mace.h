// MACE (Hovy, Berg-Kirkpatrick, Vaswani and Hovy, NAACL 2013): on each judgment a person either
// knows, and says what is true, or does not, and says what they always say. Variational Bayes from
// several starts; the best bound wins.
#pragma once

#include "quality/gold.h"
#include "quality/truth/iterate.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct MaceOptions {
  double knows = 0.5;        // the Beta prior on how often a person knows, both sides
  double habit = 10;         // pseudo judgments of each label in a person's habit
  int starts = 4;            // the first even, the others drawn
  bool learn_prior = false;  // of the classes; the paper holds them equal
  std::uint64_t seed = 1;
  Stopping stopping;
};

// Errors: quality-input as Messages::make. Ties in the end: labels_of, the lowest class.
Result<Truth> mace(const Judgments& judgments, Gold gold, const MaceOptions& options = {});

}  // namespace guildhall::quality
