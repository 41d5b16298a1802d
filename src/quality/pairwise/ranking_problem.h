// How a Bradley-Terry ranking is put to strengths.h; shared by the fit and its intervals.
//
// Concurrency: a free function.
#pragma once

#include "quality/pairwise/strengths.h"

namespace guildhall::quality {

// Covariates are divided by their root mean square. prior_sd 0: no prior.
StrengthProblem ranking_problem(const Comparisons& data, bool davidson, bool covariates,
                                double prior_sd);

}  // namespace guildhall::quality
