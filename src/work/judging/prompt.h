// A plan in words: the texts of a template's version with their blanks filled. Internal to judging.
//
// Concurrency: pure. Limits: kMaxPromptBytes. Errors: too_large/"prompt-too-large".
#pragma once

#include "work/judging/plan.h"

namespace guildhall::work::judging {

Result<Ask> put_into_words(const Texts& texts, Plan plan, const Subject& subject, Random& random);

}  // namespace guildhall::work::judging
