// Who shares enough items with whom, and how much more alike each two answer than independent
// people would.
//
// For a hub a and a partner b: given a's answers, and everybody else's, b's agreement with a on
// each shared item is a coin of known chance (habits.h). The agreements are weighed by the log
// likelihood ratio of a copier who takes over half, so that a rare wrong answer in common counts
// for much and an easy right one for little; the sum's tail is its saddlepoint's r*, a number that
// is standard normal for independent people. Both directions are averaged. While b is tested, the
// votes of those who look like copies of a too weigh less: a ring does not make its own answers
// popular. Source: Wollack 1997 (omega: copying, given the source's answers); Barndorff-Nielsen
// 1986 (r*).
//
// Concurrency: const members are pure; making and measuring are parallel inside. Cost: a step for
// each two judgments of an item, and one for each item that two partners share. Memory: 32 bytes
// for each two who share enough, 4 bytes a busy worker and thread. Limits: kMaxRingMeetings (items
// beyond it do not count towards what is shared), kMaxRingWork (those who share the fewest items
// are dropped); either makes it not complete.
#pragma once

#include <span>
#include <vector>

#include "quality/anomalies/habits.h"

namespace guildhall::quality {

// What one direction showed.
struct Likeness {
  double z = 0;               // standard normal for independent people
  double copied = 0;          // the share of b's answers that look copied, [0, 1]
  double expected = 0;        // agreements, were they independent
  double expected_wrong = 0;  // those of them on answers that are not the most votes'
};

class Partners {
 public:
  // Of workers with at least `shared` items, those who have as many in common.
  Partners(const Judgments& judgments, Index shared);

  std::span<const Index> of(Index worker) const {
    return std::span(partner_).subspan(start_[worker], start_[worker + 1] - start_[worker]);
  }
  // Where a worker's partners begin among all.
  std::size_t start(Index worker) const { return start_[worker]; }
  Index shared(std::size_t at) const { return shared_[at]; }
  std::size_t pairs() const { return partner_.size() / 2; }
  bool complete() const { return complete_; }
  // The same two, the other way round.
  std::size_t mirror(std::size_t at) const { return mirror_[at]; }

  // Of every worker's every partner, in their order. `copied`: what an earlier round found (empty:
  // nothing): by how much a partner's vote counts less. `exact`: with the saddlepoint.
  std::vector<Likeness> measure(const Habits& habits, std::span<const double> weight,
                                std::span<const double> copied, bool exact) const;

 private:
  struct Scratch;
  void count(Index shared);
  void trim(std::vector<std::vector<std::pair<Index, Index>>>& found);
  void measure_hub(Index hub, const Habits& habits, std::span<const double> weight,
                   std::span<const double> copied, bool exact, Scratch& scratch,
                   std::span<Likeness> out) const;

  const Judgments& judgments_;
  std::vector<Index> busy_;            // workers with enough items
  std::vector<std::uint32_t> number_;  // of a worker among these, from 1; 0: none
  std::vector<std::size_t> start_;     // workers + 1
  std::vector<Index> partner_;
  std::vector<Index> shared_;
  std::vector<std::size_t> mirror_;
  bool complete_ = true;
};

}  // namespace guildhall::quality
