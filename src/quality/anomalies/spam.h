// Spam: people whose label does not depend on the truth (always the same one, or by dice).
//
// The score is the mean squared distance between the rows of a person's confusion matrix, 0 for a
// spammer, 1 for who is never wrong; it is positive by noise alone, so draws from the rows'
// posterior (Dirichlet) give an interval, and a test of independence of label and truth gives the
// chance that a person of dice looks so. The more judgments, the clearer.
// Source: Raykar and Yu, NIPS 2011 and JMLR 2012; G test, Woolf 1957.
//
// Concurrency: pure, parallel inside. Cost: judgments x classes + workers x classes^2, and as much
// for each draw. Refused above kSpamClasses.
#pragma once

#include <span>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

inline constexpr Label kSpamClasses = 64;

struct SpamScore {
  double score = 0;  // from the counts, as in the paper
  double lower = 0;  // 90 % interval of the score
  double upper = 1;
  double independent_p = 1;    // small: the labels do follow the truth
  double entropy = 0;          // of the labels, bits; 0: always the same
  Label favourite = kNoLabel;  // most frequent label
  double favourite_share = 0;
  Index judged = 0;
  bool suspect = false;  // upper < 0.25, and no sign (p >= 0.01) that labels follow the truth
};

// `posterior`: items x classes. One for each worker. With one class nobody is suspect.
// Refused (quality-input): wrong length, more than kSpamClasses.
Result<std::vector<SpamScore>> score_spam(const Judgments& judgments,
                                          std::span<const float> posterior, std::uint64_t seed = 1);

}  // namespace guildhall::quality
