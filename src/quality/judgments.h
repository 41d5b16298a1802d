// The input of the quality engine: judgments (item, worker, label), compressed both ways, so that
// one pass over the items and one over the workers both read memory in order.
//
// Items, workers and labels are dense numbers from 0; whoever reads names maps them. Where a pair
// (item, worker) occurs twice, the first judgment counts. Within an item, votes stand in the order
// of their workers' numbers; within a worker, in the order of the items' numbers: results do not
// depend on the order of the input.
//
// Concurrency: immutable once made. Memory: 12 bytes a judgment, 8 an item and a worker; while it
// is made, the columns and 12 bytes a judgment more. Limits: kMaxQualityClasses.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace guildhall::quality {

using Index = std::uint32_t;  // of an item or a worker
using Label = std::uint16_t;  // of a class

inline constexpr Label kNoLabel = 0xFFFF;

// Judgments as they come: one entry a judgment in each of the three.
struct Columns {
  std::vector<Index> item;
  std::vector<Index> worker;
  std::vector<Label> label;
};

// One row of a compressed side: who (or what) was judged, and how; same length both.
struct Votes {
  std::span<const Index> other;  // workers of an item, items of a worker; ascending
  std::span<const Label> label;

  std::size_t size() const { return other.size(); }
};

class Judgments {
 public:
  // What the numbers in `columns` may be: items in [0, items) and so on; those that nobody judged,
  // workers without a judgment and classes that nobody chose are allowed. Refused (quality-input):
  // columns of different length, a number out of range, more than kMaxQualityClasses.
  static Result<Judgments> make(const Columns& columns, Index items, Index workers, Label classes);

  Index items() const { return static_cast<Index>(item_start_.size() - 1); }
  Index workers() const { return static_cast<Index>(worker_start_.size() - 1); }
  Label classes() const { return classes_; }
  std::size_t size() const { return item_worker_.size(); }

  Votes of_item(Index item) const { return row(item_start_, item_worker_, item_label_, item); }
  Votes of_worker(Index worker) const {
    return row(worker_start_, worker_item_, worker_label_, worker);
  }

  // Where an item's or a worker's row begins among all: starts()[items()] == size().
  std::span<const std::uint64_t> item_starts() const { return item_start_; }
  std::span<const std::uint64_t> worker_starts() const { return worker_start_; }

 private:
  Judgments() = default;
  static Votes row(const std::vector<std::uint64_t>& start, const std::vector<Index>& other,
                   const std::vector<Label>& label, Index at) {
    auto from = start[at];
    auto count = start[at + 1] - from;
    return {{other.data() + from, count}, {label.data() + from, count}};
  }

  Label classes_ = 0;
  std::vector<std::uint64_t> item_start_;
  std::vector<Index> item_worker_;
  std::vector<Label> item_label_;
  std::vector<std::uint64_t> worker_start_;
  std::vector<Index> worker_item_;
  std::vector<Label> worker_label_;
};

}  // namespace guildhall::quality
