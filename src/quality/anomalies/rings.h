// Copying rings: people whose answers are more alike than the items and their own habits explain.
//
// What each person would answer by themselves is fitted to everybody else's votes (habits.h); how
// much more alike each two are is a normal number (partners.h), taken against how pairs of this set
// usually are: people who learnt alike err alike. Then hubs are sought: people with too many
// too-like partners together (Berk and Jones 1979), the clearest first, at the rate over people;
// those partners who stand out at the rate within the hub's row are its ring. A ring found is left
// with about one voice, habits are fitted anew and the search begins again, until nothing changes:
// it can no longer pass its own answers off as popular. Sources: Wollack 1997 (omega); Efron 2004
// (empirical null); Benjamini and Hochberg 1995.
//
// A ring is evidence for a person to look at, with the figures it rests on; never a verdict. Who
// copied from whom is not said.
//
// Concurrency: pure, parallel inside. Cost: linear in the judgments and in the items that pairs
// share. Limits: kMaxRingMeetings, kMaxRingWork, kMaxRingRounds.
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
  Index same_wrong = 0;  // same label that is not the consensus
  double expected_wrong = 0;
  double copied = 0;  // share of the answers that look copied
  double z = 0;       // standard normal among ordinary pairs of this set
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
  std::vector<CopyPair> pairs;  // suspicious ones within rings, by (left, right)
  std::uint64_t examined = 0;   // pairs that share enough items
  double null_spread = 1;       // sd of ordinary pairs; 1: independence
  bool complete = true;         // false: not all pairs were compared
};

// `posterior`: items x classes, for what counts as wrong in the figures; empty: the weighed votes.
// It does not decide who is suspected. Refused (quality-input): wrong length, a rate outside
// (0, 1).
Result<RingSearch> find_rings(const Judgments& judgments, std::span<const float> posterior,
                              const RingOptions& options = {});

}  // namespace guildhall::quality
