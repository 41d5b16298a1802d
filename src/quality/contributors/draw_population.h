// What a crowd has in common in one draw (draws.h): how good people are on the whole, how they err,
// how often each class is true, how often an item has a decoy and how strongly it pulls; drawn anew
// after each sweep from what the workers of that sweep add up to.
// Source: as draws.h; the strength of rows by auxiliary variables, Escobar and West 1995.
//
// Concurrency: one thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quality/judgments.h"
#include "quality/seeded.h"

namespace guildhall::quality {

// What the workers of a block add.
struct PopulationCounts {
  std::vector<double> mistakes;  // classes x classes; tables. Empty: one coin
  double log_skill = 0;
  double log_lack = 0;
  double workers = 0;
  double tables = 0;  // for kappa
  double shape_less = 0;
  double rate_more = 0;
  double taken = 0;   // judgments that fell for the decoy of their item
  double passed = 0;  // that did not, though there was one

  explicit PopulationCounts(std::size_t cells = 0) : mistakes(cells) {}
  void add(const PopulationCounts& other);
};

struct DrawPopulation {
  std::vector<double> wrong;      // classes x classes: how people err. Empty: one coin
  std::vector<double> prior_log;  // classes
  double mean = 0.75;             // of skill
  double strength = 4;            // of skill's Beta, in judgments
  double kappa = 8;               // of a row of a confusion matrix, in judgments
  double decoy_share = 0.05;      // of the items
  double decoy_pull = 0.5;        // how many fall for one
  // Without gold decoys are the exception: where they may explain most agreement, everybody's skill
  // is free to be anything, and small crowds end up there by chance.
  double most_decoys = 0.2;

  DrawPopulation(Label classes, bool full);

  // `of_class`: items in each class; `decoys` of `judged` items have one.
  void draw(const PopulationCounts& counts, std::span<const double> of_class, double judged,
            double decoys, Seeded chance);

 private:
  void draw_mistakes(const PopulationCounts& counts, Seeded& chance);
  void draw_skill(const PopulationCounts& counts, Seeded& chance);
};

}  // namespace guildhall::quality
