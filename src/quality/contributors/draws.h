// What the truth may be, many times over: draws from the posterior of a hierarchical Bayesian
// Dawid-Skene model, by Gibbs sampling. Whoever asks how sure a skill is needs the truths of many
// items to be wrong together, which posteriors item by item do not show.
//
// The model: an item's class is drawn from the classes' shares. A worker has one skill s, drawn
// from a Beta population; each row of the confusion matrix is Dirichlet around s on the diagonal
// and the population's mistakes beside it, with a strength kappa that the data choose: few
// judgments make a one-coin worker, many a full matrix. Some items have a decoy: a wrong answer
// that tempts everybody alike, and says nothing of whoever fell for it; how many items and how
// strongly is learnt (without gold at most a fifth of the items: nothing else would say which
// answer is the wrong one). So a majority can be wrong, and the draws know it. Above kFullClasses
// classes every row has the form of one coin, the classes are equally frequent and there are no
// decoys. Source: Dawid and Skene 1979; Kim and Ghahramani 2012 (BCC); the nested draws by tables
// of a Chinese restaurant, Teh et al. 2006; difficulty common to all, Whitehill et al. 2009 (GLAD).
//
// Concurrency: pure, parallel inside (parallel.h), same bits on any number of threads.
// Memory: workers x classes^2 x 2 floats (2 above kFullClasses, or where that would be more than
// kMaxTruthCells), 3 bytes an item.
// Limits: the sweeps are counted by the options; nothing is run until it settles.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "quality/gold.h"
#include "quality/judgments.h"

namespace guildhall::quality {

inline constexpr Label kFullClasses = 12;

struct DrawOptions {
  std::uint64_t seed = 1;
  int burn_in = 100;  // sweeps before the first that is kept
  int kept = 200;     // draws
  int thin = 1;       // sweeps for each that is kept
};

// Called once a kept draw, in order, with the class of each item.
using OnDraw = std::function<void(std::span<const Label> truth)>;

struct Draws {
  std::vector<float> posterior;  // items x classes; share of the draws; gold has 1
  double skill_mean = 0;         // of the population, at the last draw
  double skill_strength = 0;     // of it, in judgments
  double row_strength = 0;       // kappa, in judgments
  double decoy_share = 0;        // of the items
  double decoy_pull = 0;         // how many fall for one
};

// Gold is clamped. Empty where there are no classes. Items without a judgment are drawn from the
// prior.
Draws draw_truths(const Judgments& judgments, Gold gold, const DrawOptions& options,
                  const OnDraw& on_draw);

}  // namespace guildhall::quality
