// M-MSR (Ma and Olshevsky, NeurIPS 2020): how often two people agree is the product of how much
// each knows; that matrix of rank one is completed without the largest and smallest of what each
// person's partners say, so that a few who answer at will cannot bend it.
#pragma once

#include "quality/gold.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct MMsrOptions {
  double trimmed = 0.1;  // of a person's evidence, at each end
  double tolerance = 1e-5;
  int rounds = 100;
};

// Starts from the agreement with the majority, which settles the sign. Posterior: each vote
// with the log odds of its person. Ties: the lowest class. Errors: as majority; quality-input for
// more than kMaxPairedWorkers people.
Result<Truth> m_msr(const Judgments& judgments, Gold gold, const MMsrOptions& options = {});

}  // namespace guildhall::quality
