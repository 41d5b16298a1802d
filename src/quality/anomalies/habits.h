// What each person may be expected to answer on an item, given what others answered there: the
// null against which copying is tested.
//
// A person's chance of a label is a multinomial logit in the label's share among the other votes
// on the item (kept sober by a few votes that fall as a second voter answers given a first one:
// the tempting mistakes of each class), with a sharpness of the person's own (0: dice; high: goes
// with those who know) and a leaning to each label. Votes weigh what their voter's sharpness is
// worth, so people who know are expected to agree with each other where many do not. Everything is
// fitted to predict each judgment from the others, own vote left out, and shrunk to the population.
// Source: Dirichlet smoothing as in Dawid and Skene's successors (Kim and Ghahramani 2012);
// multinomial logit by Newton's method.
//
// Concurrency: const members are pure; fit() is parallel inside. Memory: workers x (labels + 1)
// doubles. Limits: kTiltLabels: with more labels, people have a sharpness but no leanings.
#pragma once

#include <span>
#include <vector>

#include "quality/judgments.h"

namespace guildhall::quality {

// The votes on one item, by label; with many labels only those that occur there, and one slot more
// for all the others.
struct ItemVotes {
  std::vector<Label> label;
  std::vector<double> votes;        // weights of those who chose it
  std::vector<double> prior;        // votes of second voters that these make likely
  std::vector<double> weight;       // of each voter, in the item's order
  std::vector<std::uint32_t> slot;  // of each voter's label
  double total = 0;
};

class Habits {
 public:
  static constexpr Label kTiltLabels = 16;

  explicit Habits(const Judgments& judgments);

  // Fits everybody, and what is common to all, to votes of these weights (workers, not negative).
  void fit(std::span<const double> weight);
  // Those of `who` alone; what is common stays.
  void fit(std::span<const double> weight, std::span<const Index> who);

  // Sharpness over that of the mean judgment.
  double relative_sharpness(Index worker) const;

  // The votes on an item, of these weights (its voters), into `out` (reused).
  void gather(Index item, std::span<const double> weight, ItemVotes& out) const;

  // The chance of each slot as the answer of `voter` (a seat in the item's order; own vote left
  // out), who is `worker`.
  void chances(const ItemVotes& item, std::size_t voter, Index worker,
               std::vector<double>& out) const;

 private:
  void count_pairs();
  void log_shares(const ItemVotes& item, std::size_t voter, std::vector<double>& out) const;
  bool alone(const ItemVotes& item, std::size_t voter) const;
  std::uint32_t chosen(const ItemVotes& item, std::size_t voter) const;
  void fit_population(std::span<const double> weight);
  void fit_worker(Index worker, std::span<const double> weight);

  const Judgments& judgments_;
  bool full_;                        // all labels are slots and have a leaning
  std::size_t slots_;                // of a parameter row, less the sharpness
  double smoothing_ = 3;             // votes
  std::vector<double> share_;        // labels
  std::vector<double> second_;       // labels x labels: how a second voter answers given a first
  std::vector<double> common_;       // slots_ + 1: leanings, then sharpness
  std::vector<double> own_;          // workers x (slots_ + 1)
  std::vector<std::uint64_t> seat_;  // of a worker's judgments: which of the item's voters
  double mean_sharpness_ = 1;        // over judgments, when everybody was fitted
};

}  // namespace guildhall::quality
