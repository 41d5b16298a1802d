// The input of the pairwise methods: who was compared with whom and who won, compressed to one
// tally a pair of items, with the single comparisons kept only where a method needs them (a worker
// or covariates are named).
//
// Items and workers are dense numbers from 0. Every comparison counts, repeated ones too: asking
// again is new evidence. One of an item with itself says nothing; it is left out and counted, and
// so is one of weight 0. A weight of 2 means the same as saying it twice.
//
// Concurrency: immutable once made. Memory: 48 bytes a pair that occurs, 8 an item; where workers
// or covariates are named 5 bytes a comparison, 8 more with weights, 8 more a covariate. While it
// is made, 8 bytes a comparison more. Limits: kMaxComparisons, kMaxCovariates.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "quality/judgments.h"

namespace guildhall::quality {

enum class Outcome : std::uint8_t { left, right, tie };

// Comparisons as they come: one entry each in left, right and outcome, and in the others where they
// are not empty.
struct ComparisonColumns {
  std::vector<Index> left;
  std::vector<Index> right;
  std::vector<Outcome> outcome;
  std::vector<Index> worker;      // empty: nobody is named
  std::vector<double> weight;     // empty: 1 each
  std::vector<double> covariate;  // comparisons × covariates, row by row: left's minus right's
  std::size_t covariates = 0;     // e.g. length and style; a constant 1 is the advantage of left
};

// How often (or with what weight) the lower-numbered item of a pair won, the higher one, neither.
struct Tally {
  double first = 0;
  double second = 0;
  double tie = 0;

  double total() const { return first + second + tie; }
};

struct Pair {
  Index first;  // < second
  Index second;
};

// A pair as one of its items sees it.
struct Neighbour {
  Index item;
  Index pair;
};

// One kept comparison, seen from its pair's first item.
struct Turn {
  Outcome outcome;  // left: the first item won
  bool swapped;     // the first item stood on the right
};

class Comparisons {
 public:
  // Refused (quality-input): columns of different length, a number out of range, a weight or
  // covariate that is no finite number, a weight below 0, more than the limits.
  static Result<Comparisons> make(const ComparisonColumns& columns, Index items, Index workers = 0);

  Index items() const { return static_cast<Index>(item_start_.size() - 1); }
  Index workers() const { return workers_; }
  std::size_t covariates() const { return covariates_; }
  std::size_t size() const { return size_; }          // comparisons that count
  std::size_t left_out() const { return left_out_; }  // of an item with itself, or of weight 0
  bool has_workers() const { return !worker_.empty(); }
  bool has_ties() const { return has_ties_; }

  // In the order of first, then second.
  std::span<const Pair> pairs() const { return pairs_; }
  std::span<const Tally> tallies() const { return tallies_; }  // one a pair
  // The pairs that an item is in, in the order of the other item.
  std::span<const Neighbour> of_item(Index item) const {
    auto from = item_start_[item];
    return {neighbours_.data() + from, item_start_[item + 1] - from};
  }

  // Connected parts of the graph of pairs: a number for each item, in the order of each part's
  // lowest item. Scores of items in different parts cannot be compared.
  std::span<const Index> parts() const { return part_; }
  Index part_count() const { return part_count_; }

  // The kept comparisons, pair by pair: turns of pair p are [pair_start(p), pair_start(p + 1)).
  // Empty unless workers or covariates are named.
  bool keeps_turns() const { return !turn_.empty(); }
  std::size_t turn_start(std::size_t pair) const { return turn_start_[pair]; }
  Turn turn(std::size_t at) const {
    return {static_cast<Outcome>(turn_[at] & 3U), (turn_[at] & 4U) != 0};
  }
  Index worker(std::size_t at) const { return worker_[at]; }
  double weight(std::size_t at) const { return weight_.empty() ? 1.0 : weight_[at]; }
  // first's minus second's; `covariates()` of them.
  const double* covariate(std::size_t at) const { return covariate_.data() + at * covariates_; }

 private:
  friend class ComparisonMaker;
  Comparisons() = default;

  Index workers_ = 0;
  std::size_t covariates_ = 0;
  std::size_t size_ = 0;
  std::size_t left_out_ = 0;
  bool has_ties_ = false;
  std::vector<Pair> pairs_;
  std::vector<Tally> tallies_;
  std::vector<std::uint64_t> item_start_;
  std::vector<Neighbour> neighbours_;
  std::vector<Index> part_;
  Index part_count_ = 0;
  std::vector<std::uint64_t> turn_start_;
  std::vector<std::uint8_t> turn_;
  std::vector<Index> worker_;
  std::vector<double> weight_;
  std::vector<double> covariate_;
};

}  // namespace guildhall::quality
