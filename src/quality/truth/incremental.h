// Truth kept up to date, judgment by judgment, between full runs of hierarchical Dawid-Skene.
//
// What is held are sufficient statistics: for each item the logarithms of its posterior, for each
// person the expected counts of what they said of each class. A new judgment adds its message to
// its item, O(classes), and the item's posterior to its person's counts, O(classes²);
// first one O(classes²). What the judgment says about those who judged the item before waits for
// settle(), after which everything is what hierarchical() gives for all judgments so far, bit by
// bit.
//
// Concurrency: a value of one thread. Memory: 8 bytes × classes an item, 8 × classes² a person, 8
// a judgment.
#pragma once

#include <utility>
#include <vector>

#include "quality/judgments.h"
#include "quality/truth/truth.h"

namespace guildhall::quality {

class Incremental {
 public:
  // Errors: quality-input for no class or more than kMaxQualityClasses.
  static Result<Incremental> make(Label classes);

  // Items and people that were not there before are added, with all numbers below theirs. False:
  // the pair was judged already (the first counts), and nothing has changed. Errors:
  // quality-input for a class that there is not or a state above kMaxTruthCells.
  Result<bool> add(Index item, Index worker, Label label);

  // From now on the item's label is known; kNoLabel: not any more, from the next settle() on.
  Result<> set_gold(Index item, Label label);

  // All from the start, by the batch method.
  Result<> settle();

  Index items() const { return static_cast<Index>(votes_.size()); }
  Index workers() const { return static_cast<Index>(made_.size()); }
  // Sums to 1; the prior where nothing is known. `item` < items().
  std::vector<double> posterior(Index item) const;
  // P(right), over the classes as they come. `worker` < workers().
  double skill(Index worker) const;
  // As of the last settle(): what hierarchical() said.
  const Truth& settled() const { return settled_; }

 private:
  explicit Incremental(Label classes);
  Result<> grow(Index items, Index workers);

  Label classes_;
  std::vector<std::vector<std::pair<Index, Label>>> votes_;  // an item
  std::vector<Label> gold_;
  std::vector<double> log_posterior_;  // items × classes, each row from 0 down
  std::vector<std::size_t> made_;      // judgments of a worker
  std::vector<double> counts_;         // workers × classes × classes, pseudo counts too
  std::vector<double> population_;     // classes × classes: the counts of somebody new
  std::vector<double> class_count_;
  Truth settled_;
};

}  // namespace guildhall::quality
