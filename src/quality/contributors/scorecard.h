// Who is good: skill of each person, whole and by domain, with credible intervals, ranked by the
// lower bound; who is among the best, as a probability; how difficult each item is.
//
// In short: draws of the truth (draws.h) say how many judgments of each person may be right; a
// logit-normal population (mean of a domain, effect of a person, effect of a person in a domain;
// variances by empirical Bayes) draws small counts towards the rest. Gold enters with weight 1.
// Consensus enters with an optimism: the share of it that is wrong although the model is sure,
// Beta(1, 30) before gold (on public sets consensus says about 3 points too much) and learnt from
// gold by asking the model again with the gold hidden. Where that shows no better than guessing,
// consensus counts nothing and gold alone speaks.
// Source: reference formulation 6.2; Gelman et al., Bayesian Data Analysis, ch. 5 and 15; list FDR
// as in Efron 2008 (Bayesian false discovery rate).
//
// Two intervals, which are not the same: `accuracy` is the share right of what a person has handed
// in (unknown only as far as the truth is), `skill` the probability that the next one is right
// (wider: a few judgments say little of the next).
//
// Concurrency: pure, parallel inside, same bits on any number of threads.
// Memory: draws x workers and consensus draws x workers x domains floats.
// Limits: kMaxSkillCells, and those of draws.h.
#pragma once

#include <span>
#include <vector>

#include "quality/contributors/consensus_check.h"
#include "quality/contributors/draws.h"

namespace guildhall::quality {

struct SkillEvidence {
  Gold gold;
  std::span<const Index> domain;  // items, below `domains`; empty: one domain
  Index domains = 1;
  std::span<const double> age_days;  // judgments in the order of worker_starts(); empty: all new
  std::span<const double> half_life_days;  // domains; empty or not above 0: no decay
};

struct SkillOptions {
  std::uint64_t seed = 1;
  double level = 0.9;      // of the intervals, in (0, 1)
  double top_share = 0.2;  // who counts as best
  double certainty = 0.8;  // that who is on the list of the best is among them
};

struct Interval {
  float mean = 0;
  float lower = 0;
  float upper = 0;
};

struct Contributor {
  Interval skill;     // probability that the next judgment is right, in their own mix
  Interval accuracy;  // share right of what was handed in; nobody's without judgments: skill
  Index judged = 0;
  Index gold_judged = 0;
  Index gold_right = 0;
  float weight = 0;  // judgments after decay
  float top = 0;     // P(among the best top_share)
};

struct Scorecard {
  std::vector<Contributor> people;     // workers
  std::vector<Interval> domain_skill;  // workers x domains
  std::vector<Index> order;            // workers by skill.lower, best first; ties by number
  std::vector<Index> best;             // those with top >= certainty, in that order
  double best_fdr = 0;                 // expected share of `best` that is not among the best
  std::vector<float> difficulty;       // items, logits: 0 as the average item, above: harder
  std::vector<float> posterior;        // items x classes
  std::vector<float> skill_draws;      // draws x workers
  std::size_t draws = 0;
  ConsensusCheck consensus;
};

// Refused (quality-input): no class, columns of evidence of the wrong length, a domain or a gold
// label out of range, an age that is not a number of days from 0 up, more than kMaxSkillCells
// workers x domains.
Result<Scorecard> score_people(const Judgments& judgments, const SkillEvidence& evidence,
                               const SkillOptions& options = {});

// `values` (one for each row of `columns`) in the order of worker_starts(): for age_days. Of a
// doubled pair the first counts, as in Judgments.
std::vector<double> in_worker_order(const Judgments& judgments, const Columns& columns,
                                    std::span<const double> values);

}  // namespace guildhall::quality
