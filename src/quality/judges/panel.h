// Models as raters: a panel of judges in families (one model with many prompts, many models of one
// maker) whose members err together, mixed with the labels of people.
//
// Weights are anchored and tempered. Anchored: how good a judge is comes from a random sample of
// items that people labelled, never from the agreement of the judges, which would only say who is
// typical. Tempered: m judges whose errors correlate by r carry the evidence of m / (1 + (m - 1)
// r); r is measured on the anchors, within families and between them. Then each family's weight and
// each class's offset are learned from all labels of people (also of items routed to them: which
// those are depends on the votes alone, so that learning from them does not bias P(truth | votes)),
// held to the tempered weight by a normal prior. A family that misleads may so end below nothing.
//
// Sources: effective sample size of correlated raters (Kish 1965; Clemen and Winkler, Management
// Science 1985), stacking of posteriors by logistic regression (Wolpert 1992; Ting and Witten
// 1999).
//
// Concurrency: pure. Memory: 8 bytes an item, family and class. Limits: kJudgeFamilies,
// kJudgeSteps; confusion rows up to kBeliefRowClasses classes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quality/gold.h"
#include "quality/judgments.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

struct PanelOptions {
  double right = 4;  // Beta counts of a judge's skill before any anchor
  double wrong = 2;
  double row = 22;               // counts that hold a confusion row to the skill
  double correlation = 0.5;      // of errors, before any anchor, …
  double correlation_from = 10;  // … as if seen on so many
  double weight_sd = 1;          // of a family's learned weight around 1
  double offset_sd = 1;          // of a class's learned offset, in nats
};

struct Family {
  double weight = 1;  // learned: what its tempered vote is multiplied with
  double temper = 1;  // its votes' evidence by their number: 1 for a judge alone
};

struct Panel {
  Truth truth;                   // people's labels clamped; skill and confusion of judges: anchored
  std::vector<Family> families;  // by number
  double within = 0;             // correlation of errors inside a family, mean over families
  double between = 0;            // and of two judges of different families
  std::size_t anchors = 0;
  std::size_t people = 0;  // items with a label of a person, anchors included
};

// judgments: of judges (as workers); `family`: each judge's, from 0, or empty: all of one.
// `people`: the labels of people, empty or one an item. `anchor`: 1 for those of them that were
// drawn at random; as long as there are items, or empty: all labels of people were. No label of
// people: a tempered vote by the prior. truth.objective: log posterior of the learned weights;
// truth.sweeps: Newton steps; converged false: kJudgeSteps ended it. Refused (quality-input):
// lengths that do not fit, labels out of range, more than kJudgeFamilies, items but no class,
// options that are not positive (correlation: not in [0, 1]).
Result<Panel> weigh_panel(const Judgments& judgments, std::span<const Index> family, Gold people,
                          std::span<const std::uint8_t> anchor, const PanelOptions& options = {});

// Posteriors to measure with: each item's from a panel that has not seen the label of its own fold
// (of `folds`, dealt out by the seed), nothing clamped: guesses as wrong where people looked as
// where they did not. Source: cross-prediction-powered inference (Zrnic and Candès, PNAS 2024).
// As weigh_panel() otherwise; refused too: fewer than two folds.
Result<std::vector<double>> crossed_panel(const Judgments& judgments, std::span<const Index> family,
                                          Gold people, std::span<const std::uint8_t> anchor,
                                          int folds, std::uint64_t seed,
                                          const PanelOptions& options = {});

}  // namespace guildhall::quality
