// Copying rings: people whose answers agree more than the items and their own habits explain.
//
// Each person's chance of a label on an item is the item's popularity of it (without the pair in
// question), tilted by what this person chooses on the whole (each label, and the consensus). So
// honest people agree on what is easy, and on the tempting mistake. For a pair with enough shared
// items, the agreements are weighed by how unlikely they were; the tail comes from the saddlepoint
// of the sum, and is stretched to what pairs of this project usually do (empirical null), since
// people who learnt alike err alike. Pairs are chosen at a false discovery rate (Benjamini and
// Hochberg 1995), or where one person has too many fairly suspicious ones (Berk and Jones 1979),
// joined by union-find, thinned until at least half of a ring's pairs are
// suspicious. Source: reference formulation 6.7; Efron 2004 (empirical null); Lugannani and Rice
// 1980; Wollack 1997 (omega, answer copying).
//
// A ring is evidence for a person to look at, with the figures it rests on; never a verdict.
//
// Concurrency: pure, parallel inside. Cost: all pairs where these are few (kAllPairsWork), else
// those that share rare wrong answers: near linear. Limits: kMaxRingVoters, kMaxRingPairs.
#pragma once

#include <span>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

struct RingOptions {
  double fdr = 0.01;
  Index shared = 20;  // items that a pair must share
};

struct CopyPair {
  Index left = 0;
  Index right = 0;
  Index shared = 0;      // items
  Index same = 0;        // same label
  double expected = 0;   // same label, were they independent
  Index same_wrong = 0;  // same label that the posterior holds for wrong (below a half)
  double expected_wrong = 0;
  double z = 0;  // of the weighed agreements, against the empirical null
  double p = 1;
};

struct Ring {
  std::vector<Index> people;    // ascending
  std::vector<CopyPair> pairs;  // suspicious ones within, most suspicious first
  double density = 0;           // of all pairs within
  // Items on which most of the ring gave the same label that the posterior holds for wrong; the
  // ones with the fewest others first, at most 20.
  std::vector<Index> telling_items;
};

struct RingSearch {
  std::vector<Ring> rings;      // largest first
  std::vector<CopyPair> pairs;  // all suspicious ones, by (left, right)
  std::uint64_t tested = 0;     // pairs that the rate is over: an upper bound where not all were
  std::uint64_t examined = 0;   // for which a figure was computed
  double null_spread = 1;       // sd of z among ordinary pairs; 1: independence
  bool complete = true;         // false: kMaxRingPairs ended the choice of pairs
};

// `posterior`: items x classes; empty: the shares of the votes. A ring bends the posterior of a
// model of skill more than these, since its members look like experts: pass one only where gold has
// settled it. Refused (quality-input): wrong length, a rate
// outside (0, 1).
Result<RingSearch> find_rings(const Judgments& judgments, std::span<const float> posterior,
                              const RingOptions& options = {});

}  // namespace guildhall::quality
