// Model answers pasted by many: texts of different people that are nearly the same.
//
// Each text is a set of shingles (kShingleWords words, lower case, letters and digits only);
// MinHash signatures put texts that share most of theirs into the same bands, and the Jaccard
// similarity of what meets there is estimated by the signature. Groups by union-find; those of
// fewer than `people` people are nobody's business. Shingles that also stand in `given` texts (the
// prompt, the guidelines) do not count, nor do texts with fewer than kLeastShingles of their own.
// Source: Broder 1997 (resemblance, MinHash); Leskovec et al., Mining of Massive Datasets, ch. 3.
// Evidence for a person to look at, never a verdict.
//
// Concurrency: pure, parallel inside. Cost: linear in the text, kSignature hashes a shingle.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

inline constexpr std::size_t kShingleWords = 5;
inline constexpr std::size_t kLeastShingles = 10;
inline constexpr std::size_t kSignature = 96;  // 24 bands of 4 rows: 0.7 alike meet with P > 0.998

struct PastedText {
  std::size_t text = 0;  // number of the input
  Index worker = 0;
  double likeness = 0;  // estimated Jaccard with the group's first text
};

struct PastedGroup {
  std::vector<PastedText> texts;  // in the order of the input
  Index people = 0;
};

// `worker`: one a text. Refused (quality-input): different lengths, a likeness outside (0, 1].
Result<std::vector<PastedGroup>> find_pasted(std::span<const std::string_view> texts,
                                             std::span<const Index> worker,
                                             std::span<const std::string_view> given = {},
                                             double likeness = 0.7, Index people = 3);

}  // namespace guildhall::quality
